"""The fitted model of what is speech."""

from knowledge.speech.likelihood import SpeechModel, speech_model


def test_a_weight_moves_the_likelihood_its_own_way_and_what_is_unknown_does_not() -> None:
    model = SpeechModel({"marks cue after": 2.0, "marks title": -2.0}, 0.5)
    assert model.likelihood([]) == 0.5
    assert model.likelihood(["marks of a kind nobody has seen"]) == 0.5
    assert model.likelihood(["marks title"]) < 0.5 < model.likelihood(["marks cue after"])


def test_the_model_that_ships_has_a_bound_that_prefers_silence() -> None:
    model = speech_model()
    assert 0.5 <= model.least < 1
    assert {"marks always", "turn always", "dash always", "block always", "colon always"} <= set(model.weights)
