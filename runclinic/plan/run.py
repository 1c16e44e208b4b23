"""What running a plan holds: where she starts, what follows a session, and how running grows after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from math import ceil, log
from typing import Literal, TypeAlias

from runclinic.plan.content import content
from runclinic.plan.ladder import ladders, levels

Colour: TypeAlias = Literal["green", "amber", "red"]
Kind: TypeAlias = Literal["none", "ladder", "present_runs", "runs", "build", "hold", "call", "reassess"]
LeakAmount: TypeAlias = Literal[0, 1, 2, 3]


@dataclass(frozen=True, slots=True)
class Session:
    """One session of her diary: the level done and its colour."""

    day: date
    level: int
    colour: Colour


@dataclass(frozen=True, slots=True)
class Run:
    """The running of a plan. `level` with kind "ladder"; `per_week` and `minutes` with kind "runs".

    `why` names what set the start level, for the therapist.
    """

    kind: Kind
    level: int | None = None
    per_week: int | None = None
    minutes: int | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Background:
    """What the start level asks (7.5). Days and minutes of the longest run without a stop in 12 weeks."""

    longest_min: float | None = None
    longest_days_ago: int | None = None
    weeks_pp: float | None = None  # None: no birth, or not known
    cautions: int = 0
    short_of_sleep: bool = False
    low_strength: bool = False
    impact_pain_mild: bool = False  # R12, 3 to 4
    wide_hiatus: bool = False  # GH + PB >= 9 cm, or avulsion
    managed_or_with_cue: bool = False
    symptom_free_min: float | None = None


def start(background: Background) -> Run:
    """The level to start at, with the reasons that lowered it."""
    rule = ladders().start
    if background.managed_or_with_cue:
        return Run("ladder", rule.least, why=("managed_or_with_cue",))
    lowered = _lowered_by(background)
    number = _base(background) - len(lowered)
    most = _highest_for(background.symptom_free_min)
    limited = ("symptom_free",) if most is not None and most < number else ()
    number = number if most is None else min(number, most)
    return Run("ladder", max(rule.least, min(rule.most, number)), why=(*lowered, *limited))


def start_level(background: Background) -> int:
    """The number alone, 1 to 7."""
    return start(background).level or ladders().start.least


def _base(background: Background) -> int:
    rule = ladders().start
    lowest = min(base.level for base in rule.base)
    ran, days = background.longest_min, background.longest_days_ago
    if ran is None or days is None:
        return lowest
    if background.weeks_pp is not None and background.weeks_pp < rule.after_birth_weeks:
        return lowest
    return next((base.level for base in rule.base if ran >= base.run_minutes and days <= base.days), lowest)


def _lowered_by(background: Background) -> tuple[str, ...]:
    reasons = {
        "cautions": background.cautions >= content().selection.many_cautions,
        "sleep": background.short_of_sleep,
        "low_strength": background.low_strength,
        "impact_pain": background.impact_pain_mild,
        "wide_hiatus": background.wide_hiatus,
    }
    return tuple(name for name, holds in reasons.items() if holds)


def _highest_for(symptom_free_min: float | None) -> int | None:
    """The highest level whose run block is at most half of her symptom-free minutes."""
    if symptom_free_min is None:
        return None
    most = symptom_free_min * ladders().start.share_of_symptom_free
    return max(level.number for level in levels() if level.run <= most)


def present_runner(runs_a_week: float | None, symptom_free_min: float | None) -> Run | None:
    """For who runs three times a week, 20 minutes or more without a symptom: 80 % of that, three times."""
    rule = ladders().present_runner
    if runs_a_week is None or symptom_free_min is None:
        return None
    if runs_a_week < rule.runs_a_week or symptom_free_min < rule.symptom_free_minutes:
        return None
    return Run("runs", per_week=rule.runs_a_week, minutes=_down(symptom_free_min, rule.share))


def next_minutes(minutes: int, *colours: Colour) -> int:
    """Minutes of her next runs: 10 % up after two greens, 20 % down after two ambers or a red."""
    rule = ladders().present_runner
    last_two = colours[-2:]
    if colours[-1:] == ("red",) or last_two == ("amber", "amber"):
        return _down(minutes, rule.down)
    return _down(minutes, rule.up) if last_two == ("green", "green") else minutes


# -- after a session


@dataclass(frozen=True, slots=True, kw_only=True)
class Felt:
    """What a session brought, the worst of during, after, and the next morning at about 24 h.

    `leak` 0-3, and `agreed_leak` the baseline of "managed"; `heaviness_above` points above her baseline;
    `pain` 0-10; `settled_in_24_h` is of heaviness and pain; `unwell` is chest pain, faintness or
    breathlessness; `bleeding` any that is not from a period.
    """

    leak: LeakAmount = 0
    agreed_leak: LeakAmount = 0
    stool: bool = False
    heaviness_above: float = 0
    bulge: bool = False
    pain: float = 0
    settled_in_24_h: bool = True
    limp_night_or_sharp: bool = False
    worse_next_day: bool = False
    bleeding: bool = False
    very_tired_next_day: bool = False
    unwell: bool = False

    @property
    def colour(self) -> Colour:
        """The traffic light of the session (7.6)."""
        if self._red():
            return "red"
        return "amber" if self._amber() else "green"

    def _red(self) -> bool:
        at_once = (
            self.stool, self.bulge, self.limp_night_or_sharp, self.worse_next_day, self.bleeding, self.unwell
        )  # fmt: skip
        lasting = self.heaviness_above >= 1 and not self.settled_in_24_h
        wet = self.leak >= 2 and self.leak > self.agreed_leak
        return any(at_once) or lasting or wet or self.heaviness_above >= 4 or self.pain >= 5

    def _amber(self) -> bool:
        lasting = self.pain >= 1 and not self.settled_in_24_h
        more = self.leak > self.agreed_leak or self.heaviness_above >= 1 or self.pain >= 3
        return more or lasting or self.very_tired_next_day


def after(sessions: Sequence[Session], today: date, *, hold: bool = False, calm: bool = False) -> Run:
    """What comes after the sessions of a diary, oldest first (7.6).

    `hold`: fever or a new flag; `calm`: green at rest for 48 h after a red. Without a session there is
    nothing to follow: kind "none", unless held.
    """
    rule = ladders().steps
    if hold:
        return Run("hold")
    if not sessions:
        return Run("none")
    last = sessions[-1]
    missed = (today - last.day).days
    if missed >= rule.reassess_days:
        return Run("reassess")
    if _must_call(sessions):
        return Run("call")
    if last.colour == "red" and not calm:
        return Run("hold")
    return Run("ladder", min(_by_colour(sessions), _by_missed(last.level, missed)))


def _must_call(sessions: Sequence[Session]) -> bool:
    """Two reds within 14 days, or a red after the step back for a red."""
    last, earlier = sessions[-1], sessions[:-1]
    if last.colour != "red":
        return False
    if earlier and earlier[-1].colour == "red":
        return True
    within = ladders().steps.reds_within_days
    return any(each.colour == "red" and (last.day - each.day).days <= within for each in earlier)


def _by_colour(sessions: Sequence[Session]) -> int:
    last = sessions[-1]
    before = sessions[-2] if len(sessions) > 1 else None
    again = before is not None and (before.level, before.colour) == (last.level, last.colour)
    highest = len(levels()) - 1
    if last.colour == "red":
        return max(0, last.level - ladders().steps.red)
    if not again:
        return last.level
    return min(highest, last.level + 1) if last.colour == "green" else max(0, last.level - 1)


def _by_missed(number: int, days: int) -> int:
    """The level after missed days; where none were missed, the highest of all, so that the colour decides."""
    rule = ladders().steps
    down = max((each.down for each in rule.missed if days >= each.days), default=None)
    return len(levels()) - 1 if down is None else max(rule.missed_least, number - down)


# -- after the ladder


def longest_next(longest_30_days: float, unit: Literal["km", "min"]) -> float:
    """The longest run allowed next: at most 10 % above the longest of 30 days (Frandsen 2025 BJSM).

    Rounded down to 0.1 km or 1 min.
    """
    step = Decimal("0.1") if unit == "km" else Decimal(1)
    grown = Decimal(str(longest_30_days)) * Decimal(str(ladders().build.most_growth))
    return float((grown / step).to_integral_value(ROUND_FLOOR) * step)


def week_next(minutes: float) -> int:
    """Minutes of the next week, at most 10 % more (Deering 2024); above it the week is shown amber."""
    return _down(minutes, ladders().build.most_growth)


def week_is_amber(minutes: float, last_week: float) -> bool:
    """More than 10 % above the week before: shown, not forbidden (Frandsen 2025 found no link)."""
    return minutes > last_week * ladders().build.most_growth


def easy_minutes(long_minutes: float) -> int:
    """An easy run: 40 % of the long one, at least 20 minutes."""
    rule = ladders().build
    return max(rule.easy_least_minutes, _down(long_minutes, rule.easy_share))


@dataclass(frozen=True, slots=True)
class BuildWeek:
    """One week of the build, in minutes: the runs, how many strides, how much of the strength sets."""

    number: int
    runs: tuple[tuple[str, int], ...]
    strides: tuple[int, int] | None
    strength_share: float
    speed_allowed: bool
    easier: bool

    @property
    def minutes(self) -> int:
        return sum(minutes for _, minutes in self.runs)


def build_week(number: int, long_minutes: float, green_weeks: int = 0) -> BuildWeek:
    """Week `number` (from 1) of the build, when its long run would be `long_minutes`.

    Three runs: easy, easy with strides from week 3, long; a fourth after 4 green weeks. Every 4th week
    is easier: 70 % of the minutes, half the strength sets.
    """
    rule = ladders().build
    easier = number % rule.easier_week_every == 0
    share = rule.easier_share if easier else 1
    easy = easy_minutes(long_minutes)
    runs = [("R easy", easy), ("R strides" if number >= rule.strides_from_week else "R easy", easy)]
    if green_weeks >= rule.fourth_run_after_green_weeks:
        runs.append(("R easy", easy))
    runs.append(("R long", int(long_minutes)))
    return BuildWeek(
        number=number,
        runs=tuple((name, _down(minutes, share)) for name, minutes in runs),
        strides=rule.strides if number >= rule.strides_from_week else None,
        strength_share=rule.easier_sets if easier else 1,
        speed_allowed=green_weeks >= rule.speed_after_green_weeks,
        easier=easier,
    )


def weeks_to(current_long: float, target_long: float) -> int:
    """Weeks from one long run to another, easier weeks included: 5 km to 8 km takes 7."""
    if target_long <= current_long:
        return 0
    steps = log(target_long / current_long) / log(ladders().build.most_growth)
    growing = ceil(round(steps, 9))  # exactly two steps are two, whatever the last binary digit
    every = ladders().build.easier_week_every
    return -(-growing * every // (every - 1))


def in_time(current_long: float, target_long: float, today: date, race: date) -> bool:
    """Whether the long run is reached by the race day."""
    return weeks_to(current_long, target_long) * 7 <= (race - today).days


def taper_minutes(week_minutes: float) -> int:
    """Minutes of the last seven days before a race: half."""
    return _down(week_minutes, ladders().build.taper_share)


def _down(value: float, share: float) -> int:
    """A share rounded down, in decimal arithmetic (25 x 0.8 is 20, not 19.999)."""
    return int((Decimal(str(value)) * Decimal(str(share))).to_integral_value(ROUND_FLOOR))
