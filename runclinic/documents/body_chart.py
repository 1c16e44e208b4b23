"""The body chart on paper: front, back and pelvis with the places that hurt, and the numbers of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, TableStyle

from runclinic.documents.figures import Picture
from runclinic.documents.pieces import NO_PADDING, Grid
from runclinic.forms import catalogue
from runclinic.plan.figures.chart import SIZES, VIEWS, Side, View, chart, sides_of
from runclinic.words import Words

FORM, SITES = "history", "H29"
NOT_SAID = "–"
SCALE = 0.74  # of the drawing's own millimetres: three views beside one another on A4 and Letter


@dataclass(frozen=True, slots=True)
class PainSite:
    """A site that she named, in words for a table; `side` as recorded is in `marked`."""

    id: str
    name: str
    side: str
    now: str
    worst: str
    impact: str
    marked: tuple[Side, ...]


def pain_sites(answers: Mapping[str, object], words: Words) -> tuple[PainSite, ...]:
    """Where it hurts, in the order of the form; a site in her own words has no place on the body."""
    asked = catalogue.form(FORM).find(SITES)
    named = answers.get(f"{FORM}/{SITES}")
    if asked is None or asked.on_body is None or not isinstance(named, list):
        return ()
    sides = _table(answers, asked.on_body.sides)
    strength = _table(answers, asked.on_body.strength)
    names = {str(option.value): option.text for option in asked.options}
    found: list[PainSite] = []
    for site in map(str, cast("list[object]", named)):
        side = sides.get(site)
        said = words.say(f"report.side_{side}") if side in ("left", "right", "mid", "both") else NOT_SAID
        row = strength.get(site)
        cells = cast("dict[str, object]", row) if isinstance(row, dict) else {}
        now, worst, impact = (_number(cells.get(each)) for each in ("now", "worst", "impact"))
        there = sides_of(site, side if isinstance(side, str) else None)
        name = names.get(site, site.partition(": ")[2] or site)
        found.append(PainSite(site, name, said, now, worst, impact, there))
    return tuple(found)


def body_chart(sites: Sequence[PainSite], width: float, words: Words) -> Flowable:
    """Three views side by side, each named; a number stands for the pain now."""
    marks: dict[tuple[str, Side], str] = {
        (each.id, side): "" if each.now == NOT_SAID else each.now for each in sites for side in each.marked
    }
    letters = (words.say("report.right_letter"), words.say("report.left_letter"))
    said = "; ".join(f"{each.name}, {each.side}: {each.now}" for each in sites)
    drawn = [Picture(chart(view, marks, said, letters), _wide(view)) for view in VIEWS]
    grid = Grid([drawn], colWidths=[width * _wide(view) / sum(map(_wide, VIEWS)) for view in VIEWS])
    grid.setStyle(TableStyle([*NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]))
    grid.hAlign = "LEFT"
    return grid


def _wide(view: View) -> float:
    return SIZES[view][0] * SCALE * mm


def _table(answers: Mapping[str, object], grid: str) -> Mapping[str, object]:
    value = answers.get(f"{FORM}/{grid}")
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else NOT_SAID
