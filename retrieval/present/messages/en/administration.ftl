# Settings, notes of users and changes, for whoever runs the program or a server.

## Settings

setting = Setting
setting-value = Value

## Notes and changes

activity-none = There are none.
activity-asked = asked
activity-answered = answered

## Settings of a server on Discord

settings-title = Settings of this server
settings-channels = Public answers in: { $channels }
settings-all = all channels
settings-language = Language where nothing else tells it: { $chosen }
settings-no-language = the reader's
settings-mentions = Answers to mentions: { $on ->
    [yes] yes
   *[no] no
}
settings-private = Private unless asked otherwise: { $on ->
    [yes] yes
   *[no] no
}
