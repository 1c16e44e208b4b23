"""Every text that the gait page asks for is there, and none is there that it does not ask for."""

import re
from pathlib import Path

import pytest

import runclinic.ui.gait
from runclinic.gait import reference
from runclinic.ui.gait.meaning import COMPARED
from runclinic.words import texts

SOURCES = Path(runclinic.ui.gait.__file__).parent.glob("*.py")
LITERAL = re.compile(r"""f?["'](gait\.[A-Za-z0-9_{}().\[\]| /=.]+?)["']""")
BLANK = re.compile(r"\{[^{}]*\}")
PATTERNS = [
    re.compile("[A-Za-z0-9_]+".join(map(re.escape, BLANK.split(key))))
    for key in sorted({key for source in SOURCES for key in LITERAL.findall(source.read_text("utf-8"))})
]
KNOWN = sorted(key for key in texts("en") if key.startswith("gait."))


def test_every_text_that_is_asked_for_is_there():
    assert [each.pattern for each in PATTERNS if not any(each.fullmatch(key) for key in KNOWN)] == []


def test_no_text_is_there_that_nobody_asks_for():
    plain = [each for each in PATTERNS if each.pattern != r"gait\.[A-Za-z0-9_]+"]
    tipped = {f"gait.{name}" for name in TIPPED} | {f"gait.{name}_tip" for name in TIPPED}
    idle = [key for key in KNOWN if key not in tipped and not any(each.fullmatch(key) for each in plain)]
    assert idle == []


TIPPED = (
    *("back", "on", "play", "pause", "previous_event", "next_event"),
    *("loop", "zoom_in", "fit", "skeleton", "loupe", "remove", "undo", "redo", "keys", "left", "right"),
)


@pytest.mark.parametrize("metric", reference.metrics())
def test_every_measure_has_a_short_name(metric):
    assert f"gait.short_{metric}" in KNOWN


@pytest.mark.parametrize("metric", COMPARED)
def test_every_difference_can_be_said(metric):
    assert {f"gait.means_{metric}_left", f"gait.means_{metric}_right"} <= set(KNOWN)
