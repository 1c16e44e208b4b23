"""What the strip draws: contacts, lone marks and problems of a film, by true time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import Complaint, Interval, Side
from runclinic.visit.stride import Mark

DOUBTFUL_BELOW = 0.7  # of a found mark's confidence (choice)


@dataclass(frozen=True, slots=True)
class Bar:
    """A contact between two marks; `problem` is the worst that is said of it ("", "soft", "hard")."""

    side: Side
    start: Mark
    end: Mark
    seconds: float
    problem: str = ""
    why: str = ""

    @property
    def said(self) -> str:
        """Milliseconds, as in the table."""
        return f"{1000 * self.seconds:.0f}"


@dataclass(frozen=True, slots=True)
class Lanes:
    """All that lies on the strip."""

    marks: tuple[Mark, ...] = ()
    bars: tuple[Bar, ...] = ()
    lone: tuple[Mark, ...] = ()
    problems: tuple[Complaint, ...] = ()
    dropped: tuple[int, ...] = ()


def is_doubtful(mark: Mark) -> bool:
    """A mark that the program found without being sure of it."""
    return not mark.by_hand and mark.confidence < DOUBTFUL_BELOW


def doubtful(shown: Lanes) -> tuple[int, ...]:
    """The frames that want a look, in order: unsure marks, and what something is said of."""
    unsure = {mark.frame for mark in shown.marks if is_doubtful(mark)}
    return tuple(sorted(unsure | {frame for each in shown.problems for frame in each.frames}))


def lanes(marks: Sequence[Mark], analysis: Analysis | None) -> Lanes:
    """From the marks that stand and what they make. Without an analysis (no true times) marks alone."""
    if analysis is None:
        return Lanes(tuple(marks), lone=tuple(marks))
    by_place = {(mark.frame, mark.side, mark.kind): mark for mark in marks}
    problems = tuple(each for each in analysis.feet.complaints if each.frames)
    bars: list[Bar] = []
    for contact in analysis.feet.contacts:
        start = by_place.get((contact.start.frame, contact.side, "initial_contact"))
        end = by_place.get((contact.end.frame, contact.side, "toe_off"))
        if start and end:
            bars.append(_bar(contact, start, end, problems))
    used = {id(mark) for bar in bars for mark in (bar.start, bar.end)}
    lone = tuple(mark for mark in marks if id(mark) not in used)
    return Lanes(tuple(marks), tuple(bars), lone, problems, analysis.clock.dropped)


def _bar(contact: Interval, start: Mark, end: Mark, problems: Iterable[Complaint]) -> Bar:
    own = next(
        (each for each in problems if each.rule == "contact time" and each.frames == contact.frames), None
    )
    problem = own.grade if own else "hard" if contact.why_not else ""
    return Bar(contact.side, start, end, contact.seconds, problem, own.text if own else contact.why_not)
