"""Names as people write them: known writings, misspellings and offices mean the person, and nobody else."""

import pytest

from knowledge.bundled import documents
from knowledge.errors import BadBrief
from knowledge.known_names import full_name, known_names, means_name, put_right, read_names


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Zuck", "Mark Zuckerberg"),
        ("zukerberg", "Mark Zuckerberg"),
        ("Dr. LeCun", "Yann LeCun"),
        ("梁文锋", "Liang Wenfeng"),
        ("Clement Delangue", "Clément Delangue"),
        ("HUGGINGFACE", "Hugging Face"),
        ("Deep Seek", "DeepSeek"),
        ("Kai-Fu Lee", "Kai-Fu Lee"),
        ("Helena Duarte", "Helena Duarte"),
        ("", ""),
    ],
)
def test_a_known_writing_stands_for_the_name(written: str, name: str) -> None:
    assert full_name(written) == name


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        ("Zuck", "Mark Zuckerberg"),
        ("lekun", "Yann LeCun"),
        ("LeCun", "Yann LeCun"),
        ("CEO of OpenAI", "Sam Altman"),
        ("the CEO of OpenAI", "Sam Altman"),
        ("OpenAI's boss", "Sam Altman"),
        ("el jefe de OpenAI", "Sam Altman"),
        ("director ejecutivo de Meta", "Mark Zuckerberg"),
        ("fundador de DeepSeek", "Liang Wenfeng"),
    ],
)
def test_people_are_found_by_what_they_are_called(asked: str, full: str) -> None:
    assert means_name(asked, full)


@pytest.mark.parametrize(
    ("asked", "full"),
    [("Zuck", "Yann LeCun"), ("CEO of OpenAI", "Mark Zuckerberg"), ("boss", "Sam Altman"), ("Wang", "Liang Wenfeng")],
)
def test_nobody_else_is_meant(asked: str, full: str) -> None:
    assert not means_name(asked, full)


def test_writings_are_put_right_where_that_is_allowed() -> None:
    assert put_right("What does Zuck think of Deep Seek?", lambda written, name: True) == (
        "What does Mark Zuckerberg think of DeepSeek?"
    )
    assert put_right("What did the NYT say?", lambda written, name: True) == "What did the New York Times say?"
    assert put_right("WHAT DOES ZUCK THINK?", lambda written, name: True) == "WHAT DOES MARK ZUCKERBERG THINK?"
    assert put_right("What does Zuck think?", lambda written, name: False) == "What does Zuck think?"
    assert put_right("Zuckerman and Zuck-like", lambda written, name: True) == "Zuckerman and Zuck-like"


def test_every_speaker_of_the_base_is_known() -> None:
    """A speaker who is not listed cannot be found by another writing of the name."""
    gathered = (one for one in documents() if one.metadata.kind == "quotation")
    spoken = {name for one in gathered for quote in one.quotes or () for name in (quote.speaker or "").split(" & ")}
    assert len(spoken) > 25
    assert {name for name in spoken if full_name(name) not in {one.name for one in known_names()}} == set()


def test_nobody_holds_an_office_before_having_got_it() -> None:
    for one in known_names():
        for role in one.roles:
            assert role.since is None or role.until is None or role.since < role.until


def test_one_writing_stands_for_one_name() -> None:
    with pytest.raises(BadBrief, match=r"“b” for two names"):
        read_names("- {name: A, kind: person, also: [B]}\n- {name: C, kind: person, misspelt: [b]}\n", name="n.yaml")


@pytest.mark.parametrize(
    "text", ["- {name: A}", "- {name: A, kind: ghost}", "- 3", "- [", "- {name: A, kind: person, age: 3}"]
)
def test_a_list_that_breaks_its_format_is_refused_by_its_files_name(text: str) -> None:
    with pytest.raises(BadBrief, match=r"n\.yaml"):
        read_names(text, name="n.yaml")
