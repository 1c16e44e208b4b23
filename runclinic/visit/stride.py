"""What was told and marked of a visit's films, from its entries; and the stride that they make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard, TypeVar, cast

from runclinic.gait import filming as film
from runclinic.gait.analyse import Analysis, analysis
from runclinic.gait.contacts import HAND, KINDS, SIDES, Event, Kind, Side
from runclinic.gait.filming import ClipFacts, Filming
from runclinic.measured import Measured
from runclinic.refused import Refused
from runclinic.visit.client import Client
from runclinic.visit.entry import Json

Word = TypeVar("Word", bound=str)
ROOM = "gait"
DRAWN = "drawn"  # known from the drawing: the marks of the sample clip
ANY_VIEW: film.View = "side_left"


@dataclass(frozen=True, slots=True)
class Mark:
    """One event; `number` is the last part of its key and never used again.

    `source` is "hand", "drawn", or the name of the method that found it; `confidence` 0 to 1. `rejected`: a
    hand took it away where a method had found it, so that it is not found there again.
    """

    number: int
    side: Side
    kind: Kind
    frame: int
    source: str = HAND
    confidence: float = 1.0
    rejected: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a hand set it (or set it right); what was drawn stands as firm."""
        return self.source in {HAND, DRAWN}

    @property
    def value(self) -> dict[str, Json]:
        """As it is recorded."""
        value: dict[str, Json] = {"side": self.side, "kind": self.kind, "frame": self.frame}
        if self.source != HAND:
            value |= {"source": self.source, "confidence": self.confidence}
        return value | {"rejected": True} if self.rejected else value


@dataclass(frozen=True, slots=True)
class Film:
    """A film of the visit: what was told about it, its marks by frame, and those that a hand rejected.

    `doubts` is what had to be said when its contacts were found.
    """

    id: str
    told: Mapping[str, Json] = field(default_factory=dict[str, Json])
    marks: tuple[Mark, ...] = ()
    rejected: tuple[Mark, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of the runner that a stride is scaled with."""

    height_m: float | None = None
    mass_kg: float | None = None

    @classmethod
    def of(cls, client: Client, answers: Mapping[str, Json]) -> "Body":
        """Hers by her card, else by what she said in this visit (H38)."""
        height_cm, mass_kg = (
            _number(answers.get(key)) for key in ("history/H38_height_cm", "history/H38_mass_kg")
        )
        return cls(client.height_m or (height_cm / 100 if height_cm else None), client.mass_kg or mass_kg)


def filming_key(film_id: str) -> str:
    """The key of what was told about a film."""
    return f"{ROOM}/{film_id}/filming"


def mark_key(film_id: str, number: int) -> str:
    """The key of one mark."""
    return f"{ROOM}/{film_id}/event/{number}"


def finding_key(film_id: str) -> str:
    """The key of what was said when the contacts of a film were found: by which model, with which doubts."""
    return f"{ROOM}/{film_id}/finding"


def films(entries: Mapping[str, Json]) -> tuple[Film, ...]:
    """The films of which anything stands recorded, in the order of their first entry."""
    keys = [key.split("/") for key in entries if key.startswith(f"{ROOM}/")]
    ids = dict.fromkeys(parts[1] for parts in keys if len(parts) > 2)
    return tuple(recorded(entries, film_id) for film_id in ids)


def recorded(entries: Mapping[str, Json], film_id: str) -> Film:
    """What stands of one film; `entries` are all that stand, by key."""
    told = entries.get(filming_key(film_id))
    start = mark_key(film_id, 0).removesuffix("0")
    marks = [_mark(key.removeprefix(start), value) for key, value in entries.items() if key.startswith(start)]
    known = sorted((mark for mark in marks if mark), key=lambda mark: (mark.frame, mark.number))
    return Film(
        film_id,
        told if _is_fields(told) else {},
        tuple(mark for mark in known if not mark.rejected),
        tuple(mark for mark in known if mark.rejected),
        _doubts(entries.get(finding_key(film_id))),
    )


def _doubts(finding: Json) -> tuple[str, ...]:
    said = finding.get("doubts") if _is_fields(finding) else None
    return tuple(str(each) for each in said) if isinstance(said, list) else ()


def _mark(number: str, value: Json) -> Mark | None:
    if not _is_fields(value) or not number.isdecimal():
        return None
    side = _one_of(SIDES, value.get("side"))
    kind = _one_of(KINDS, value.get("kind"))
    frame = value.get("frame")
    if side is None or kind is None or not isinstance(frame, int) or isinstance(frame, bool):
        return None
    source, sure = value.get("source"), _number(value.get("confidence"))
    return Mark(
        int(number),
        side,
        kind,
        frame,
        source if isinstance(source, str) and source else HAND,
        1.0 if sure is None else sure,
        value.get("rejected") is True,
    )


def _one_of(known: Sequence[Word], given: Json) -> Word | None:
    return known[known.index(cast("Word", given))] if given in known else None


def _is_fields(value: object) -> TypeGuard[Mapping[str, Json]]:
    return isinstance(value, Mapping)


def filming(told: Mapping[str, Json], body: Body | None = None) -> Filming:
    """What was told, as the measures take it.

    Step rate and times are the same from every side, so until the view is told any view serves.
    Refused if something that was told cannot be true.
    """
    runner = body or Body()
    speed = told.get("belt_speed")
    return Filming(
        view=_one_of(film.VIEWS, told.get("view")) or ANY_VIEW,
        capture_fps=_number(told.get("capture_fps")),
        belt_speed=film.belt_speed(speed) if isinstance(speed, str) and speed else None,
        incline_percent=_number(told.get("incline_percent")),
        mirrored=told.get("mirrored") == "yes",
        height_m=runner.height_m,
        mass_kg=runner.mass_kg,
        footwear=str(told.get("footwear") or ""),
    )


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def measured(one: Film, facts: ClipFacts, body: Body | None = None) -> Analysis:
    """The stride of one film. Refused if its times do not run forward, or a mark lies outside it."""
    events = (
        Event(mark.frame, 0.0, mark.side, mark.kind, mark.source, mark.confidence) for mark in one.marks
    )
    return analysis(facts, filming(one.told, body), events)


def stride(
    entries: Mapping[str, Json], frame_times: Mapping[str, ClipFacts], body: Body | None = None
) -> Analysis | None:
    """The stride of a visit: of its films with a step rate the one with the most steps, the later of equals.

    `entries` are the values that stand, by key; `frame_times` what each film's file says, by film id.
    None while no film has two steps. A film whose times or marks cannot be used is passed over.
    """
    found = [each for each in _measured(entries, frame_times, body) if each.timing.get("cadence")]
    return max(reversed(found), key=_steps, default=None)


def cadence(entries: Mapping[str, Json], frame_times: Mapping[str, ClipFacts]) -> tuple[Measured | None, str]:
    """The step rate of a visit with its ±, and the belt speed as it was typed ("" if it was not)."""
    found = stride(entries, frame_times)
    metric = found.timing.get("cadence") if found else None
    if found is None or metric is None:
        return None, ""
    return metric.both, found.filming.belt_speed.typed if found.filming.belt_speed else ""


def _measured(
    entries: Mapping[str, Json], frame_times: Mapping[str, ClipFacts], body: Body | None
) -> Iterable[Analysis]:
    for one in films(entries):
        facts = frame_times.get(one.id)
        if facts is None or not one.marks:
            continue
        try:
            yield measured(one, facts, body)
        except Refused:
            continue


def _steps(found: Analysis) -> int:
    metric = found.timing.get("cadence")
    return metric.both.n if metric else 0
