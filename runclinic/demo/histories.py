"""The six clients of the sample clinic: what was found at each of their visits, and how each one ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from runclinic.visit.entry import Json

Ending: TypeAlias = Literal["signed", "amended", "open"]


@dataclass(frozen=True, slots=True)
class Past:
    """A visit: how many days ago, what was otherwise than in the client's example, and its ending.

    A value of None leaves that question open.
    """

    days_ago: int
    otherwise: Mapping[str, Json] = field(default_factory=dict[str, Json])
    ending: Ending = "signed"


@dataclass(frozen=True, slots=True)
class History:
    """One client: the worked example that her last visit is, and her visits, the first one first."""

    example: str
    visits: tuple[Past, ...]


def _iciq(often: int, amount: int, bother: int) -> dict[str, Json]:
    return {"iciq_ui_sf/i1": often, "iciq_ui_sf/i2": amount, "iciq_ui_sf/i3": bother, "iciq_ui_sf/i4": ["e"]}


def _sides(form: str, **counts: tuple[int, int]) -> dict[str, Json]:
    return {f"{form}/{test}": {"left": left, "right": right} for test, (left, right) in counts.items()}


_NOT_YET_JUMPED: dict[str, Json] = {
    f"load_tests/{test}{more}": None
    for test in ("LT04", "LT05", "LT06")
    for more in ("", "_symptoms", "_leak", "_settled_hours", "_cue", "_retest", "_retest_symptoms")
}
HANNA = History(
    "c4",
    (
        Past(
            84,
            {
                **_iciq(3, 4, 7),
                **_sides("strength", ST01=(8, 12), ST02=(14, 18), ST03=(6, 9), ST04=(15, 18)),
                **_sides("load_tests", LT07=(6, 8)),
                **_NOT_YET_JUMPED,
                "pelvic_floor/grade_overall": "2",
                "pelvic_floor/endurance": 4,
                "pelvic_floor/stand_hold_seconds": 3,
                "pelvic_floor/stand_holds": 4,
                "abdominal_wall/doming": "yes",
                "history/H17": "daily",
            },
        ),
        Past(
            42,
            {
                **_iciq(2, 2, 5),
                **_sides("strength", ST01=(12, 16), ST02=(19, 21), ST03=(9, 12), ST04=(19, 21)),
                **_NOT_YET_JUMPED,
                "pelvic_floor/grade_overall": "3",
                "pelvic_floor/endurance": 6,
            },
        ),
        Past(0, {**_iciq(1, 2, 3), "history/H54_share": "yes"}, ending="open"),
    ),
)
NOOR = History("c3", (Past(2, ending="amended"),))
CLAIRE = History(
    "c7",
    (
        Past(
            98,
            {
                **_sides("strength", ST01=(16, 18), ST02=(19, 20), ST03=(13, 14), ST04=(18, 19)),
                "history/H44": 0,
                "history/H41_runs": 2,
                "history/H41_total": 40,
            },
        ),
        Past(49, _sides("strength", ST01=(19, 21), ST02=(22, 22), ST03=(16, 18), ST04=(21, 21))),
        Past(5),
    ),
)
SOFIA = History(
    "c8",
    (
        Past(
            51,
            {
                **_sides("strength", ST01=(5, 11), ST02=(9, 13), ST03=(3, 6), ST04=(10, 14)),
                "epds/total": 17,
                "leaf_q/total": 11,
                "load_tests/LT01_heaviness": 4,
            },
        ),
        Past(9),
    ),
)
MAJA = History("c6", (Past(14),))
INES = History("c1", (Past(20),))

HISTORIES = (HANNA, NOOR, CLAIRE, SOFIA, MAJA, INES)
AMENDED = (
    "history/H48_hours",
    6,
    "She looked into her sleep diary at home and telephoned.",
)
"""What was amended: the question, what it should be, and why."""
