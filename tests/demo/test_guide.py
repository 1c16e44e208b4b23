"""The guide: its links lead somewhere, its pictures are those of the script and small, its names are true."""

import re
import tomllib

import pytest
from PySide6.QtGui import QImage, QPixmap

from runclinic import paths
from runclinic.demo import guide_pictures
from tests.test_house import ROOT

GUIDE = ROOT / "docs" / "guide"
PICTURES = GUIDE / "pictures"
PAGES = sorted(GUIDE.glob("*.md"))
LINK = re.compile(r"\]\(([^)#]+)\)")
EACH_BYTES, ALL_BYTES = 120_000, 1_500_000


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page):
    links = [each for each in LINK.findall(page.read_text("utf-8")) if "://" not in each]
    assert links or page.stem in ("backup", "trouble", "paper", "library")
    assert [each for each in links if not (page.parent / each).exists()] == []


def test_the_guide_has_a_page_for_each_thing():
    index = (GUIDE / "README.md").read_text("utf-8")
    assert {page.name for page in PAGES} - {"README.md"} == set(LINK.findall(index))


def test_every_picture_is_taken_by_the_script_and_shown():
    there = {each.stem for each in PICTURES.iterdir()}
    shown = {
        name for page in PAGES for name in re.findall(r"pictures/([\w-]+)\.png", page.read_text("utf-8"))
    }
    assert there == set(guide_pictures.NAMES) == shown


def test_the_pictures_are_small_and_readable():
    sizes = {each.name: each.stat().st_size for each in PICTURES.iterdir()}
    assert max(sizes.values()) <= EACH_BYTES
    assert sum(sizes.values()) <= ALL_BYTES
    for each in PICTURES.iterdir():
        assert QImage(str(each)).size() == guide_pictures.SHOWN


def test_a_picture_keeps_its_colours(qapp):
    drawn = QPixmap(guide_pictures.SIZE)
    drawn.fill("#0E6573")
    small = guide_pictures._small(drawn)
    assert small.pixelColor(100, 100).name() == "#0e6573"
    assert small.size() == guide_pictures.SHOWN


def test_what_the_guide_calls_by_name_is_called_so_on_the_screen():
    words = tomllib.loads((paths.resources() / "words" / "en" / "screen.toml").read_text("utf-8"))
    gait = tomllib.loads((paths.resources() / "words" / "en" / "gait.toml").read_text("utf-8"))
    pages = {page.stem: page.read_text("utf-8") for page in PAGES}
    for page, name in (
        ("backup", words["backups"]["now"]),
        ("backup", words["backups"]["choose"]),
        ("backup", words["restoring"]["open"]),
        ("backup", words["rail"]["records"]),
        ("trouble", words["unlock"]["forgotten"]),
        ("trouble", words["trouble"]["copy"]),
        ("a-visit", words["signed"]["void"]),
        ("paper", words["signed"]["plan"]),
        ("first-start", words["sheet"]["show"]),
        ("gait", gait["gait"]["find"]),
    ):
        assert name in pages[page], name
