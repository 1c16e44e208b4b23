"""Every text that the window asks for is there, and none is there that it does not ask for."""

import re
import tomllib
from pathlib import Path

import pytest

import runclinic.ui
from runclinic import paths
from runclinic.words import flatten

FOLDER = Path(runclinic.ui.__file__).parent
SCREEN = paths.resources() / "words" / "en" / "screen.toml"
_LITERAL = re.compile(r"""f?["']([a-z_]+\.[A-Za-z0-9_{}().\[\]]+)["']""")
_BLANK = re.compile(r"\{[^{}]*\}")


@pytest.fixture(scope="module")
def known():
    return {key for key, _ in flatten(tomllib.loads(SCREEN.read_text("utf-8")), "screen.toml")}


@pytest.fixture(scope="module")
def asked(known):
    """The keys that stand in our sources; those that are built as patterns."""
    tables = {key.split(".")[0] for key in known}
    sources = [*FOLDER.glob("*.py"), *(FOLDER / "parts").glob("*.py")]
    found = {key for source in sources for key in _LITERAL.findall(source.read_text("utf-8"))}
    ours = {key for key in found if key.split(".")[0] in tables}
    return [re.compile("[A-Za-z0-9_]+".join(map(re.escape, _BLANK.split(key)))) for key in ours]


def test_every_text_that_is_asked_for_is_there(known, asked):
    assert [each.pattern for each in asked if not any(each.fullmatch(key) for key in known)] == []


def test_no_text_is_there_that_nobody_asks_for(known, asked):
    assert sorted(key for key in known if not any(each.fullmatch(key) for each in asked)) == []
