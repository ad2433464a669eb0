# Ajustes, notas de usuarios y cambios, para quien gestiona el programa o un servidor.

## Ajustes

setting = Ajuste
setting-value = Valor

## Notas y cambios

activity-none = No hay nada.
activity-asked = preguntado
activity-answered = respondido

## Ajustes de un servidor de Discord

settings-title = Ajustes de este servidor
settings-channels = Respuestas públicas en: { $channels }
settings-all = todos los canales
settings-language = Idioma cuando nada más lo indica: { $chosen }
settings-no-language = el de quien lee
settings-mentions = Responde a menciones: { $on ->
    [yes] sí
   *[no] no
}
settings-private = En privado salvo que se pida otra cosa: { $on ->
    [yes] sí
   *[no] no
}
