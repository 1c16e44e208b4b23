"""A number with its ±, unit and n; says whether two really differ."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from runclinic.refused import Refused

Verdict = Literal["changed", "within error", "not comparable", "too few steps"]
MOST_DECIMALS = 3
FEWEST_TO_COMPARE = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """A value and the half-width of its 95 % interval, both in `unit`.

    `plus_minus` is what is printed. It holds two parts, added in quadrature: `random_part`, which more
    steps make smaller, and `systematic_part`, which they do not. `random_part` None means that all of
    `plus_minus` is random. `n` counts the values that the number is the mean of; `sd` is their standard
    deviation (n - 1), None for fewer than two. `mean_sd` is the standard deviation of the mean itself,
    which a comparison needs; None = the random part / 1.96.
    """

    value: float
    plus_minus: float
    unit: str
    n: int = 1
    sd: float | None = None
    random_part: float | None = None
    systematic_part: float = 0.0
    mean_sd: float | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise Refused("A measured value is not a number.", "Leave it out instead.")
        if not (math.isfinite(self.plus_minus) and self.plus_minus >= 0):
            raise Refused("A measured value has no error.", "Give its ± as a number of 0 or more.")

    @property
    def random(self) -> float:
        """The random part of the ±; all of it if the parts are not known."""
        return self.plus_minus if self.random_part is None else self.random_part

    @property
    def cv(self) -> float | None:
        """The coefficient of variation in %, or None (fewer than two values, or a mean of zero)."""
        return None if self.sd is None or self.value == 0 else 100 * self.sd / abs(self.value)

    @property
    def decimals(self) -> int:
        """How many decimals the ± lets stand: its first digit, and its second if the first is a 1."""
        return decimals_for(self.plus_minus)

    def text(self, decimals: int | None = None) -> str:
        """The value, ± and unit as printed, such as "174 ± 2 steps/min"."""
        places = self.decimals if decimals is None else decimals
        return f"{shown(self.value, places)} ± {shown(self.plus_minus, places)} {self.unit}".rstrip()


def of_parts(
    value: float,
    random: float,
    systematic: float,
    unit: str,
    n: int,
    sd: float | None = None,
    mean_sd: float | None = None,
) -> Measured:
    """A value whose ± is put together from its random and its systematic 95 % half-width."""
    return Measured(value, math.hypot(random, systematic), unit, n, sd, random, systematic, mean_sd)


def decimals_for(plus_minus: float) -> int:
    """The decimals of a value with this ±: never more than its error lets mean anything, nor negative."""
    if plus_minus <= 0:
        return MOST_DECIMALS
    exponent = math.floor(math.log10(plus_minus))
    first_digit_is_1 = plus_minus / 10.0**exponent < 2
    return min(MOST_DECIMALS, max(0, -exponent + (1 if first_digit_is_1 else 0)))


def rounded(value: float, decimals: int) -> Decimal:
    """Rounded half away from zero, as a person does it by hand; 2.675 to two decimals is 2.68."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def shown(value: float, decimals: int) -> str:
    """A number as printed, with a true minus sign and never a negative zero."""
    number = rounded(value, decimals)
    return f"{abs(number):f}" if number == 0 else f"{number:f}".replace("-", "\u2212")


def differ(before: Measured, after: Measured, at_least: float = 0.0) -> Verdict:
    """Whether `after` differs from `before` by more than the error of both (a plain two-value comparison).

    `at_least` is a smallest detectable change in the same unit, where one is known. Conditions of filming
    are judged in `runclinic.gait.compare`; here only another unit makes two numbers not comparable, and
    fewer than three values on either side make them too few.
    """
    if before.unit != after.unit:
        return "not comparable"
    if min(before.n, after.n) < FEWEST_TO_COMPARE:
        return "too few steps"
    limit = max(math.hypot(before.plus_minus, after.plus_minus), at_least)
    return "changed" if abs(after.value - before.value) > limit else "within error"
