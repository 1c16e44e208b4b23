"""Events (initial contact, toe-off) to contacts, flights, steps and strides; no rule deletes silently."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median
from typing import Literal

Side = Literal["left", "right"]
Kind = Literal["initial_contact", "toe_off"]
Grade = Literal["soft", "hard"]
ROUNDING = 1e-6  # time stamps are sums of decimals: a bound itself still counts as inside
SIDES: tuple[Side, Side] = ("left", "right")
KINDS: tuple[Kind, Kind] = ("initial_contact", "toe_off")
HAND = "hand"


@dataclass(frozen=True, slots=True)
class Event:
    """One mark: the first frame in which a shoe touches the belt, or in which it no longer does.

    `time_s` is true time from the first frame. `source` says who marked it ("hand", or the method's name).
    """

    frame: int
    time_s: float
    side: Side
    kind: Kind
    source: str = HAND
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Interval:
    """From one event to another; it belongs to the foot of its first event. `why_not` empty = it counts."""

    start: Event
    end: Event
    why_not: str = ""

    @property
    def seconds(self) -> float:
        return self.end.time_s - self.start.time_s

    @property
    def side(self) -> Side:
        return self.start.side

    @property
    def included(self) -> bool:
        return not self.why_not

    @property
    def frames(self) -> tuple[int, int]:
        return self.start.frame, self.end.frame


@dataclass(frozen=True, slots=True)
class Offer:
    """What could put a sequence right: an event to mark, or one to take away. The therapist decides."""

    action: Literal["insert", "drop"]
    side: Side
    kind: Kind
    time_s: float


@dataclass(frozen=True, slots=True)
class Complaint:
    """A rule that was broken: soft (amber, still counted) or hard (red, left out), at these frames."""

    rule: str
    grade: Grade
    frames: tuple[int, ...]
    text: str
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds outside which an interval is doubted (soft) or left out (hard)."""

    soft: tuple[float, float]
    hard: tuple[float, float]

    def grade(self, seconds: float) -> Grade | None:
        def outside(limits: tuple[float, float]) -> bool:
            return not limits[0] - ROUNDING <= seconds <= limits[1] + ROUNDING

        return "hard" if outside(self.hard) else "soft" if outside(self.soft) else None


# All bounds are choices of this project, wide enough for slow, grounded and limping running.
CONTACT = Bounds(soft=(0.160, 0.400), hard=(0.100, 0.600))
FLIGHT = Bounds(soft=(0.0, 0.200), hard=(-0.080, 0.300))
STEP = Bounds(soft=(0.270, 0.460), hard=(0.230, 0.600))
OFF_MEDIAN, MISSED, EXTRA = 0.20, 1.7, 0.6
MEDIAN_STEPS_EACH_WAY = 3
STEPS_PER_SIDE = 7  # Dingenen 2018: a stable mean after 6.3 ± 0.3 steps
STEPS_FOR_SD = 2


@dataclass(frozen=True, slots=True)
class Stepping:
    """All that a clip's events make, in time order, and every rule that they break."""

    events: tuple[Event, ...]
    contacts: tuple[Interval, ...]
    flights: tuple[Interval, ...]
    steps: tuple[Interval, ...]
    strides: tuple[Interval, ...]
    complaints: tuple[Complaint, ...]

    @property
    def landings(self) -> tuple[Event, ...]:
        return tuple(event for event in self.events if event.kind == "initial_contact")

    @property
    def one_foot(self) -> bool:
        """Whether only one foot was marked, so that strides can be measured but no steps."""
        return len({event.side for event in self.landings}) == 1

    def unbroken_runs(self) -> tuple[tuple[Interval, ...], ...]:
        """Included steps in rows without a break; an excluded step never joins its neighbours."""
        rows = groupby(self.steps, key=lambda step: step.included)
        return tuple(tuple(row) for counts, row in rows if counts)


def included(intervals: Iterable[Interval], side: Side | None = None) -> tuple[Interval, ...]:
    """The intervals that count, of one foot or of both."""
    return tuple(one for one in intervals if one.included and side in {None, one.side})


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by time; at the same time a landing comes before a toe-off, the left foot before the right."""
    return tuple(
        sorted(events, key=lambda e: (e.time_s, e.kind, e.side, e.source != HAND, -e.confidence, e.source))
    )


def stepping(events: Iterable[Event]) -> Stepping:
    """Contacts, flights, steps and strides of a clip. The order in which events are given does not matter."""
    once, complaints = _once(in_order(events))
    contacts, of_contacts = _contacts(once)
    landings = [event for event in once if event.kind == "initial_contact"]
    steps, of_steps = _steps(landings)
    flights, of_flights = _flights(contacts, steps)
    strides = _strides_of_one_foot(landings) if len({e.side for e in landings}) == 1 else _strides(steps)
    found = [*complaints, *of_contacts, *of_steps, *of_flights, *_counts(steps)]
    found.sort(key=lambda complaint: (complaint.frames, complaint.rule))
    return Stepping(once, contacts, flights, steps, strides, tuple(found))


def raw_step_rate(events: Iterable[Event]) -> float | None:
    """Landings per minute before any rule: what a wrong film rate shows itself by. None below 3 landings."""
    landings = [event for event in in_order(events) if event.kind == "initial_contact"]
    if len(landings) < 3 or landings[-1].time_s <= landings[0].time_s:
        return None
    feet = len({event.side for event in landings})
    return (2 / feet) * 60 * (len(landings) - 1) / (landings[-1].time_s - landings[0].time_s)


# ---- each rule ----


def _once(events: Sequence[Event]) -> tuple[tuple[Event, ...], list[Complaint]]:
    """The same mark given twice counts once: a hand's before a machine's, then the surer one."""
    kept: dict[tuple[int, Side, Kind], Event] = {}
    complaints: list[Complaint] = []
    for event in events:
        place = (event.frame, event.side, event.kind)
        if place in kept:
            text = f"{_named(event)} is marked twice; it counts once.".capitalize()
            complaints.append(Complaint("marked twice", "soft", (event.frame,), text))
        kept.setdefault(place, event)
    return tuple(kept.values()), complaints


def _contacts(events: Sequence[Event]) -> tuple[tuple[Interval, ...], list[Complaint]]:
    contacts: list[Interval] = []
    complaints: list[Complaint] = []
    for side in SIDES:
        own = [event for event in events if event.side == side]
        expects_toe_off = any(event.kind == "toe_off" for event in own)
        for before, event in pairwise((None, *own)):
            if event is None:
                continue
            landed = before is not None and before.kind == "initial_contact"
            if event.kind == "toe_off" and landed and before is not None:
                contacts.append(_judged(before, event, CONTACT, "contact time", complaints))
            elif event.kind == "toe_off" and before is not None:
                complaints.append(_orphan(event))
            elif event.kind == "initial_contact" and landed and before is not None and expects_toe_off:
                complaints.append(_unfinished(before, event))
    contacts.sort(key=lambda contact: contact.start.time_s)
    return tuple(contacts), complaints


def _judged(start: Event, end: Event, bounds: Bounds, name: str, complaints: list[Complaint]) -> Interval:
    """An interval that its bounds keep or leave out; what they say is added to the complaints."""
    interval = Interval(start, end)
    grade = bounds.grade(interval.seconds)
    if grade is None:
        return interval
    limits = bounds.hard if grade == "hard" else bounds.soft
    text = f"{_foot(start)} {name} of {_ms(interval.seconds)} ms is outside {_between(limits)}"
    if grade == "soft" and interval.seconds < 0:
        late = f"{_foot(start)} foot leaves {_ms(-interval.seconds)} ms after the other lands"
        text = f"{late}: grounded running or walking"
    complaints.append(Complaint(name, grade, interval.frames, f"{text}{_consequence(grade)}"))
    return replace(interval, why_not=text) if grade == "hard" else interval


def _consequence(grade: Grade) -> str:
    return "; left out." if grade == "hard" else "; counted."


def _orphan(event: Event) -> Complaint:
    text = f"{_named(event)} has no landing before it; left out.".capitalize()
    return Complaint("order", "hard", (event.frame,), text)


def _unfinished(before: Event, after: Event) -> Complaint:
    text = f"{_foot(before)} foot lands twice ({before.frame}, {after.frame}) without a toe-off between."
    middle = before.time_s + 0.38 * (after.time_s - before.time_s)  # a usual duty factor: only where to look
    offer = Offer("insert", before.side, "toe_off", middle)
    return Complaint("order", "hard", (before.frame, after.frame), text, offer)


def _steps(landings: Sequence[Event]) -> tuple[tuple[Interval, ...], list[Complaint]]:
    if len({event.side for event in landings}) < 2:
        return (), []
    pairs = [Interval(first, then) for first, then in pairwise(landings)]
    usual = _running_medians(pairs)
    doubted: set[Event] = set()
    complaints: list[Complaint] = []
    judged: list[Interval] = []
    for pair, median_s in zip(pairs, usual, strict=True):
        complaint = _complaint_of_step(pair, median_s)
        why_not = ""
        if complaint is not None:
            complaints.append(complaint)
            why_not = complaint.text if complaint.grade == "hard" else ""
            if complaint.offer is not None and complaint.offer.action == "drop":
                doubted.add(_weaker(pair))
        judged.append(replace(pair, why_not=why_not))
    return tuple(_without_doubted(step, doubted) for step in judged), complaints


def _running_medians(pairs: Sequence[Interval]) -> list[float | None]:
    """The median of the believable steps among each and its three neighbours either way; None below three."""
    around = MEDIAN_STEPS_EACH_WAY
    believable = [p.start.side != p.end.side and STEP.grade(p.seconds) != "hard" for p in pairs]
    medians: list[float | None] = []
    for k in range(len(pairs)):
        near = range(max(0, k - around), min(len(pairs), k + around + 1))
        times = [pairs[j].seconds for j in near if believable[j]]
        medians.append(median(times) if len(times) >= 3 else None)
    return medians


def _complaint_of_step(pair: Interval, median_s: float | None) -> Complaint | None:
    """The worst that can be said of two landings that follow one another."""
    same_foot = pair.start.side == pair.end.side
    ratio = None if median_s is None else pair.seconds / median_s
    if ratio is not None and ratio > MISSED + ROUNDING:
        text = f"{_ms(pair.seconds)} ms from {_named(pair.start)} to the next: a missed landing? Left out."
        return Complaint("missed event", "hard", pair.frames, text, _missing(pair, ratio))
    if ratio is not None and ratio < EXTRA - ROUNDING:
        weaker = _weaker(pair)
        text = f"Only {_ms(pair.seconds)} ms from {_named(pair.start)} to the next: an extra mark? Left out."
        offer = Offer("drop", weaker.side, weaker.kind, weaker.time_s)
        return Complaint("extra event", "hard", pair.frames, text, offer)
    if same_foot:
        text = f"After {_named(pair.start)} the same foot lands again at {pair.end.frame}; left out."
        return Complaint("alternation", "hard", pair.frames, text)
    grade = STEP.grade(pair.seconds)
    if grade is not None:
        limits = STEP.hard if grade == "hard" else STEP.soft
        text = f"A step time of {_ms(pair.seconds)} ms is outside {_between(limits)}"
        return Complaint("step time", grade, pair.frames, f"{text}{_consequence(grade)}")
    if ratio is not None and abs(ratio - 1) > OFF_MEDIAN + ROUNDING:
        text = f"A step time of {_ms(pair.seconds)} ms is {abs(ratio - 1):.0%} off its neighbours; counted."
        return Complaint("uneven step", "soft", pair.frames, text)
    return None


def _missing(pair: Interval, ratio: float) -> Offer:
    """Where the first missed landing between two would lie: the other foot, one usual step later."""
    steps = max(2, round(ratio))
    other: Side = "right" if pair.start.side == "left" else "left"
    return Offer("insert", other, "initial_contact", pair.start.time_s + pair.seconds / steps)


def _weaker(pair: Interval) -> Event:
    """Of two landings too close together the less certain one, or else the later."""
    return pair.start if pair.start.confidence < pair.end.confidence else pair.end


def _without_doubted(step: Interval, doubted: set[Event]) -> Interval:
    """A landing that is offered to be dropped ends no step that counts."""
    if step.included and not doubted.isdisjoint((step.start, step.end)):
        return replace(step, why_not="It starts or ends at a landing that may be an extra mark; left out.")
    return step


def _flights(
    contacts: Iterable[Interval], steps: Iterable[Interval]
) -> tuple[tuple[Interval, ...], list[Complaint]]:
    """From a toe-off to the other foot's landing; negative when both feet are down."""
    step_from: Mapping[Event, Interval] = {step.start: step for step in steps}
    flights: list[Interval] = []
    complaints: list[Complaint] = []
    for contact in contacts:
        step = step_from.get(contact.start)
        if step is None:
            continue
        if why_not := contact.why_not or step.why_not:
            flights.append(Interval(contact.end, step.end, why_not))
        else:
            flights.append(_judged(contact.end, step.end, FLIGHT, "flight time", complaints))
    return tuple(flights), complaints


def _strides(steps: Sequence[Interval]) -> tuple[Interval, ...]:
    """Two steps that follow one another; a stride over an excluded step is excluded with it."""
    return tuple(
        Interval(first.start, then.end, first.why_not or then.why_not)
        for first, then in pairwise(steps)
        if first.start.side == then.end.side
    )


def _strides_of_one_foot(landings: Sequence[Event]) -> tuple[Interval, ...]:
    """When only one foot was marked: landing to landing, within twice the bounds of a step."""
    strides = (Interval(first, then) for first, then in pairwise(landings))
    return tuple(
        replace(stride, why_not="Too long or too short for one stride; left out.")
        if STEP.grade(stride.seconds / 2) == "hard"
        else stride
        for stride in strides
    )


def _counts(steps: Sequence[Interval]) -> list[Complaint]:
    """Too few steps of a foot for a stable mean, or for any standard deviation."""
    complaints: list[Complaint] = []
    for side in SIDES if steps else ():
        n = len(included(steps, side))
        if n < STEPS_PER_SIDE:
            grade: Grade = "soft" if n >= STEPS_FOR_SD else "hard"
            text = f"Few steps: {n} of the {side} foot, {STEPS_PER_SIDE} are wanted."
            complaints.append(Complaint("few steps", grade, (), text))
    return complaints


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


def _between(limits: tuple[float, float]) -> str:
    return f"{_ms(limits[0])} to {_ms(limits[1])} ms"


def _foot(event: Event) -> str:
    return event.side.capitalize()


def _named(event: Event) -> str:
    kind = "landing" if event.kind == "initial_contact" else "toe-off"
    return f"the {event.side} {kind} at frame {event.frame}"
