"""Change against error: whether two measurements of one runner may be compared, and whether they differ."""

import math
from dataclasses import dataclass

from runclinic.gait.uncertainty import NORMAL_95
from runclinic.measured import FEWEST_TO_COMPARE, Measured, Verdict

SAME_SPEED_KMH = 0.2
SAME_INCLINE_PERCENT = 0.5
MANY_COMPARED = 8  # more rows than this: the panel says that one in twenty "changes" by chance
_ROUNDING = 1e-6


def sem(sd_between: float, icc: float) -> float:
    """The standard error of measurement from a reliability study."""
    return sd_between * math.sqrt(1 - icc)


def sem_of_repeats(sd_of_differences: float) -> float:
    """The same from the clinic's own repeat recordings: SD of paired differences / sqrt 2."""
    return sd_of_differences / math.sqrt(2)


def sdc(standard_error: float) -> float:
    """The smallest detectable change between two measurements of one person."""
    return NORMAL_95 * math.sqrt(2) * standard_error


def day_of_sdd(smallest_difference: float) -> float:
    """The between-day SD of one visit that a published smallest detectable difference implies."""
    return smallest_difference / (NORMAL_95 * math.sqrt(2))


def u_change(first_mean_sd: float, second_mean_sd: float, day: float, bias: float = 0.0) -> float:
    """The 95 % limit of a chance change: both means' SD, the between-day SD of each, and each one's bias.

    A mean's SD is s / sqrt(n). Same visit and camera untouched: day = 0. `bias` is 0 when rater and method
    are the same, else it enters twice.
    """
    return NORMAL_95 * math.sqrt(first_mean_sd**2 + second_mean_sd**2 + 2 * day**2 + 2 * bias**2)


@dataclass(frozen=True, slots=True)
class Condition:
    """How a value was made; two values compare only when these agree. None or "" is not known."""

    view: str
    belt_kmh: float | None
    incline_percent: float = 0.0
    footwear: str = ""
    fast_enough: bool = True
    method: str = "hand"
    model: str = ""
    midstance: str = ""
    rater: str = ""


def not_comparable(before: Condition, after: Condition) -> tuple[str, ...]:
    """Why two values cannot be compared, in words; empty if they can."""
    reasons: list[str] = []
    if before.view != after.view:
        reasons.append("filmed from another side")
    if before.belt_kmh is None or after.belt_kmh is None:
        reasons.append("belt speed not known")
    elif abs(before.belt_kmh - after.belt_kmh) > SAME_SPEED_KMH + _ROUNDING:
        reasons.append(f"belt speed differs by more than {SAME_SPEED_KMH} km/h")
    if abs(before.incline_percent - after.incline_percent) > SAME_INCLINE_PERCENT + _ROUNDING:
        reasons.append(f"incline differs by more than {SAME_INCLINE_PERCENT} %")
    if before.footwear != after.footwear:
        reasons.append("other shoes")
    if not (before.fast_enough and after.fast_enough):
        reasons.append("too few frames per second for this measure")
    if before.method != after.method:
        reasons.append("events found in another way")
    if before.model != after.model:
        reasons.append("another pose network")
    if before.midstance != after.midstance:
        reasons.append("midstance found in another way")
    return tuple(reasons)


def verdict(
    change: float, limit: float, detectable: float = 0.0, *, fewest: int, reasons: tuple[str, ...] = ()
) -> Verdict:
    """Changed, within error, not comparable, or too few steps. It never says better or worse."""
    if reasons:
        return "not comparable"
    if fewest < FEWEST_TO_COMPARE:
        return "too few steps"
    return "changed" if abs(change) > max(limit, detectable) else "within error"


@dataclass(frozen=True, slots=True)
class Change:
    """A change with the limit that chance alone stays within, and what may be said of it."""

    change: float
    plus_minus: float
    unit: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()


def compare(
    before: Measured,
    after: Measured,
    conditions: tuple[Condition, Condition],
    *,
    day: float,
    detectable: float = 0.0,
) -> Change:
    """The same metric of the same foot in two clips. `day` 0 = same visit, camera and markers untouched."""
    reasons = not_comparable(*conditions)
    if before.unit != after.unit:
        reasons = (*reasons, "other unit")
    same_rater = conditions[0].rater == conditions[1].rater
    bias = 0.0 if same_rater else max(before.systematic_part, after.systematic_part) / NORMAL_95
    limit = u_change(_mean_sd(before), _mean_sd(after), day, bias)
    change = after.value - before.value
    fewest = min(before.n, after.n)
    return Change(
        change, limit, after.unit, verdict(change, limit, detectable, fewest=fewest, reasons=reasons), reasons
    )


def _mean_sd(measured: Measured) -> float:
    return measured.random / NORMAL_95 if measured.mean_sd is None else measured.mean_sd


def chance_note(compared: int) -> str:
    """What to say above a long table of changes; empty for a short one."""
    if compared <= MANY_COMPARED:
        return ""
    return f"Of {compared} rows about {0.05 * compared:.2g} would read “changed” by chance alone."
