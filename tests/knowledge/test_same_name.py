"""Two names of one person, or of two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.known_names import means_name
from knowledge.same_name import is_same_name

NAMES = st.lists(st.sampled_from(["Ana", "Anna", "Ruiz", "Ruis", "de", "R.", "Dr.", "Yann", "O'Neil", ""]), max_size=4)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Yan Lecun", "Yann LeCun"),
        ("Sam Atlman", "Sam Altman"),
        ("Marie Courie", "Marie Curie"),
        ("LeCun", "Yann LeCun"),
        ("R. Carvajal", "Remedios Carvajal Polo"),
        ("Remedios Carvajal", "Remedios Carvajal Polo"),
        ("la señora Carvajal", "Remedios Carvajal Polo"),
        ("Clement Delangue", "Clément Delangue"),
        ("Remedios Carbajal Polo", "Remedios Carvajal Polo"),
    ],
)
def test_one_person(a: str, b: str) -> None:
    assert is_same_name(a, b)
    assert is_same_name(b, a)
    assert means_name(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Marie LeCun", "Yann LeCun"),
        ("Mario Ruiz", "María Ruiz"),
        ("Daniel Soto", "Daniela Soto"),
        ("Ana Rivera", "Ana Rivero"),
        ("Tom Peter", "Tom Peters"),
        ("Walter", "Walker"),
        ("Ana Ruiz Gil", "Ana Ruiz Gómez"),
        ("Yan Lecum", "Yann LeCun"),
        ("GPT 4", "GPT 5"),
        ("", "Ana Ruiz"),
    ],
)
def test_two_people(a: str, b: str) -> None:
    assert not is_same_name(a, b)
    assert not is_same_name(b, a)
    assert not means_name(a, b)


@given(NAMES, NAMES)
def test_the_order_of_two_names_does_not_matter(first: list[str], second: list[str]) -> None:
    a, b = " ".join(first), " ".join(second)
    assert is_same_name(a, b) == is_same_name(b, a)
