"""The guide as data: its pages in the order of the contents, and what a search looks for."""

import pytest

from runclinic import guide, paths


def test_the_contents_come_first_and_every_page_follows():
    names = [page.name for page in guide.pages()]
    assert names[:3] == ["README", "first-start", "a-visit"]
    assert set(names) == {file.stem for file in paths.guide().glob("*.md")}
    assert len(names) == len(set(names))
    assert all(page.markdown.startswith(f"# {page.title}") for page in guide.pages())


@pytest.mark.parametrize(
    ("typed", "sought", "times"),
    [
        ("Film", ("film",), 2),
        ("the  Film", ("the film",), 1),
        ("film the", ("film", "the"), 5),
        ("film film", ("film",), 2),
        ("film zebra", (), 0),
        ("   ", (), 0),
    ],
)
def test_the_phrase_as_it_stands_else_each_of_its_words(typed, sought, times):
    words = "The film is there. Films stay; so does the stick."
    assert guide.sought_in(words, typed) == sought
    assert guide.places(words, sought) == times
