"""The week of a plan: which session on which day, on the days that she has, and which cards belong to it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from runclinic.plan.content import content
from runclinic.plan.exercise import Exercise
from runclinic.readiness.criterion import Outcome

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BREATH, STRENGTH, IMPACT, RUN, WALK, REST = "B", "S", "I", "R", "W", "rest"
KINDS = (BREATH, STRENGTH, IMPACT, RUN, WALK, REST)
LIGHT = "S light"
MENOPAUSE = "F-MENO"
HEAVY_SESSIONS = 2  # a week with F-MENO: never fewer
MOST_DAYS = 6  # one rest day

Pattern = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Day:
    """One day, Monday first: its sessions in order, and the ids of the cards done on it.

    `free` is False only for a session that stands on a day she did not name, since her days do not
    suffice.
    """

    day: str
    sessions: tuple[str, ...]
    cards: tuple[str, ...] = ()
    free: bool = True


def kind(session: str) -> str:
    """The letter of a session: "S heavy" is S, "R long" R, "W20-30" W."""
    return REST if session == REST else session[:1]


def pattern_for(outcome: Outcome, findings: Collection[str], *, phase_limit: bool) -> Pattern:
    """The week of an outcome when she named no days; none at O0."""
    week = content().week
    if phase_limit:
        return week.O1
    if outcome in {"O4", "O5"} and MENOPAUSE in findings:
        return week.menopause
    return getattr(week, outcome, ())


def lay_out(pattern: Pattern, free: Collection[str] = (), *, runs: bool = True) -> tuple[Day, ...]:
    """A week on her free days ("mon" ... "sun"; none named = any day).

    At least one full day between runs, 48 h between strength days, impact preparation never on two days
    running, one rest day. Too few days: the light strength day goes first, then walks; of two heavy
    strength days with F-MENO none. `runs` False takes the runs out (on hold).
    """
    kept = [[each for each in day if runs or kind(each) != RUN] or [BREATH] for day in pattern]
    free_days = frozenset(DAYS.index(day) for day in free) or frozenset(range(len(DAYS)))
    busy = [at for at, day in enumerate(kept) if any(_needs_a_day(each) for each in day)]
    if free_days.issuperset(busy):
        return tuple(Day(DAYS[at], tuple(day)) for at, day in enumerate(kept))
    return _Placing(kept, free_days).run()


def with_cards(days: Sequence[Day], exercises: Sequence[Exercise]) -> tuple[Day, ...]:
    """The same week with the cards of each day, in the order of the plan."""
    done = {each.id: _days_of(each, days) for each in exercises}
    return tuple(
        Day(day.day, day.sessions, tuple(each.id for each in exercises if at in done[each.id]), day.free)
        for at, day in enumerate(days)
    )


def session_of(exercise: Exercise, days: Iterable[Day]) -> str:
    """The session that a card belongs to in this week: B, S, I, R or warm_up.

    Impact items are done within the strength session where the week has no impact sessions; what has no
    session of its own is done with the breath work.
    """
    there = {kind(session) for day in days for session in day.sessions}
    own = _own_session(exercise)
    if own == IMPACT and IMPACT not in there:
        own = STRENGTH
    if own == "warm_up":
        return own
    return own if own in there else BREATH


def _own_session(exercise: Exercise) -> str:
    cards = content().cards
    named: dict[str, tuple[str, ...]] = {
        BREATH: cards.B, STRENGTH: cards.S, IMPACT: cards.I, RUN: cards.R, "warm_up": cards.warm_up
    }  # fmt: skip
    by_id = next((session for session, ids in named.items() if exercise.id in ids), "")
    return by_id or next(session for session, ids in named.items() if exercise.category in ids)


def _days_of(exercise: Exercise, days: Sequence[Day]) -> tuple[int, ...]:
    """On which days a card is done: those of its session, at most as often a week as its dose allows."""
    session = session_of(exercise, days)
    kinds = {"warm_up": {WALK, RUN}, BREATH: {BREATH, STRENGTH, IMPACT, RUN, WALK, REST}}.get(
        session, {session}
    )
    on = [at for at, day in enumerate(days) if any(kind(each) in kinds for each in day.sessions)]
    most = exercise.dose.a_week[1] if exercise.dose.a_week else len(DAYS)
    return tuple(on) if most >= len(on) else _spread_out(on, most)


def _spread_out(on: Sequence[int], most: int) -> tuple[int, ...]:
    """So many of the days, as far apart as they go, the first one kept."""
    return tuple(on[round(index * len(on) / most)] for index in range(most))


def _needs_a_day(session: str) -> bool:
    """Breath work, rest and a walk that is optional fit any day."""
    return kind(session) not in {BREATH, REST} and session != WALK


@dataclass(slots=True)
class _Placing:
    """A week being laid out on the days that she has."""

    pattern: Pattern
    free: frozenset[int]
    placed: dict[int, list[str]] = field(default_factory=dict[int, list[str]])

    def run(self) -> tuple[Day, ...]:
        self.place(RUN, apart=content().week.days_between_runs + 1)
        self.place_strength()
        self.place(IMPACT, apart=2)
        self.place_spare(LIGHT)
        self.place_walks()
        return tuple(self.day(at) for at in range(len(DAYS)))

    def sessions(self, which: str) -> list[tuple[int, str]]:
        """Sessions of a kind in the pattern, with their days; light strength is a kind of its own."""
        every = [(at, each) for at, day in enumerate(self.pattern) for each in day]
        return [(at, each) for at, each in every if kind(each) == which and each != LIGHT]

    def place(self, which: str, apart: int) -> None:
        """As many sessions of a kind as the free days hold, as near to the pattern as they go."""
        wanted = self.sessions(which)
        days = self.best([at for at, _ in wanted], self.free, apart)
        self.put(days, [each for _, each in wanted])

    def place_strength(self) -> None:
        wanted = self.sessions(STRENGTH)
        apart = content().week.hours_between_heavy_legs // 24
        at = [day for day, _ in wanted]
        days = self.best(at, self.free, apart)
        names = [name for _, name in wanted]
        if "S heavy" in names and len(days) < HEAVY_SESSIONS:
            days = self.best(at, frozenset(range(len(DAYS))), apart)
        self.put(days, names)

    def place_spare(self, session: str) -> None:
        """A session that gives way when no free day is left."""
        at = [day for day, each in enumerate(self.pattern) if session in each]
        left = self.left()
        if at and left:
            self.put((min(left, key=lambda day: (_gap(day, at[0]), day)),), [session])

    def place_walks(self) -> None:
        for at, walk in self.sessions(WALK):
            left = self.left()
            if left:
                self.put((min(left, key=lambda day: (_gap(day, at), day)),), [walk])

    def left(self) -> list[int]:
        """Free days without a session, as long as one rest day remains."""
        return sorted(self.free - set(self.placed)) if len(self.placed) < MOST_DAYS else []

    def best(self, wanted: Sequence[int], days: frozenset[int], apart: int) -> tuple[int, ...]:
        """The most days, `apart` or more, with the fewest not free, shared, and moved."""
        for count in range(len(wanted), 0, -1):
            fitting = [
                chosen
                for chosen in combinations(sorted(days), count)
                if _spaced(chosen, apart) and len({*self.placed, *chosen}) <= MOST_DAYS
            ]
            if fitting:
                return min(fitting, key=lambda chosen: self.cost(chosen, wanted))
        return ()

    def cost(self, chosen: tuple[int, ...], wanted: Sequence[int]) -> tuple[int, int, int, tuple[int, ...]]:
        shared = sum(RUN in {kind(each) for each in self.placed.get(at, ())} for at in chosen)
        moved = sum(min(_gap(at, day) for day in wanted) for at in chosen)
        return (len(set(chosen) - self.free), shared, moved, chosen)

    def put(self, days: tuple[int, ...], names: Sequence[str]) -> None:
        """The sessions on the days in order; where days are too few, the first ones and the last stay."""
        names = (
            list(names) if len(days) in {len(names), 1} else [*names[: max(0, len(days) - 1)], *names[-1:]]
        )
        for at, name in zip(days, names, strict=False):
            self.placed.setdefault(at, []).append(name)

    def day(self, at: int) -> Day:
        daily = all(BREATH in day for day in self.pattern)
        there = self.placed.get(at)
        if there:
            return Day(DAYS[at], (*there, BREATH) if daily else tuple(there), free=at in self.free)
        return Day(DAYS[at], (REST, BREATH) if at == self.rest_day() else (BREATH,))

    def rest_day(self) -> int | None:
        """The rest day of the pattern if it is empty, else the last empty day; None without one."""
        rests = [at for at, day in enumerate(self.pattern) if REST in day]
        empty = [at for at in range(len(DAYS)) if at not in self.placed]
        return next((at for at in rests if at in empty), empty[-1] if empty else None) if rests else None


def _gap(one: int, other: int) -> int:
    """Days between two weekdays, the short way round."""
    apart = abs(one - other) % len(DAYS)
    return min(apart, len(DAYS) - apart)


def _spaced(days: Sequence[int], apart: int) -> bool:
    return all(_gap(one, other) >= apart for one, other in combinations(days, 2))
