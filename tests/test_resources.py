"""Content that cannot be true is refused by file and line."""

import msgspec
import pytest

from runclinic import paths, resources
from runclinic.refused import Refused
from tests.content import forget


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    size: int = 0


class Things(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    thing: tuple[Thing, ...]


@pytest.fixture
def content(tmp_path, monkeypatch):
    """An empty resources/; the real one is read anew afterwards."""
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    forget()
    yield tmp_path
    forget()


def test_a_good_file_is_read_once(content):
    file = content / "things.toml"
    file.write_text('[[thing]]\nid = "a"\nsize = 3\n', encoding="utf-8")
    assert resources.decode("things.toml", Things) == Things((Thing("a", 3),))
    file.unlink()
    assert resources.table("things.toml") == {"thing": [{"id": "a", "size": 3}]}


def test_a_folder_names_its_files_in_order(content):
    (content / "forms").mkdir()
    for name in ("b.toml", "a.toml", "notes.md"):
        (content / "forms" / name).write_text("", encoding="utf-8")
    assert resources.folder("forms") == ("a", "b")


@pytest.mark.parametrize(
    "written, line, words",
    [
        ('[[thing]]\nid = "a"\nsize = "big"\n', 3, "field thing[0].size"),
        ('[[thing]]\nid = "a"\n\n[[thing]]\nid = "b"\nsize = "big"\n', 6, "field thing[1].size"),
        ('[[thing]]\nid = "a"\ncolour = "red"\n', 3, "colour"),
        ("[[thing]]\nsize = 1\n", 1, "missing required field `id`"),
        ('thing = [{ id = "a", size = "big" }]\n', 1, "field thing[0].size"),
        ('[[thing]]\nid = "a\n', 2, ""),
    ],
)
def test_a_bad_file_is_refused_with_its_line(content, written, line, words):
    (content / "things.toml").write_text(written, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        resources.decode("things.toml", Things)
    assert refusal.value.what.startswith(f"resources/things.toml, line {line}")
    assert words in refusal.value.what


def test_a_missing_file_is_refused(content):
    with pytest.raises(Refused, match=r"resources/things\.toml cannot be read"):
        resources.table("things.toml")


def test_a_path_within_an_inline_table_finds_the_line_that_holds_it():
    written = 'id = "x"\n[[question]]\nid = "a"\n[question.each]\nkind = "text"\n[[question]]\nid = "b"\n'
    assert resources.line_of_path(written, ".question[0].each.kind") == 5
    assert resources.line_of_path(written, ".question[1].id") == 7
    assert resources.line_of_path(written, ".nowhere") == 0
    assert resources.place("x.toml", 0) == "resources/x.toml"
