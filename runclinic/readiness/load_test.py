"""One strength, balance or load test: what was counted, what she felt, and what follows.

Order, stop rules and criteria are Goom 2019's; that a stop for lack of time or space says nothing
about her is a clinic rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

TestState = Literal["met", "not_met", "not_tested"]
Known = float | None

CALM_PAIN = 2  # of 10: Vincent 2017, the mild-pain rule
CEILING_REPS = 30  # counts end here: both sides at or above it are alike (clinic rule)
DROPS, SMALL, DAY_HOURS = 1, 2, 24  # R08: mild (clinic rule)
NOT_HER_DOING = ("time", "space")


def worst(states: Iterable[TestState]) -> TestState:
    """A known failure decides; else what is missing; else met."""
    seen = set(states)
    if "not_met" in seen:
        return "not_met"
    return "not_tested" if "not_tested" in seen or not seen else "met"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One go at a test: counts (repetitions, seconds or minutes; left and right, or one) and symptoms.

    None is "not known". `heaviness` and `pelvic_pain` are 0-10 as felt; what was there just before
    the test is `..._before`. `msk_pain` is muscle, joint or bone pain, 0-10; `leak` 0-3.
    """

    counts: tuple[Known, ...] = ()
    leak: Known = None
    heaviness: Known = None
    pelvic_pain: Known = None
    msk_pain: Known = None
    limp: bool | None = None
    heaviness_before: float = 0
    pelvic_pain_before: float = 0

    @property
    def tried(self) -> bool:
        """Something was counted, on one side at least."""
        return any(count is not None for count in self.counts)

    @property
    def new_heaviness(self) -> Known:
        """Heaviness if it is above what was there before, else 0."""
        return _above(self.heaviness, self.heaviness_before)

    @property
    def new_pelvic_pain(self) -> Known:
        """Pelvic pain if it is above what was there before, else 0."""
        return _above(self.pelvic_pain, self.pelvic_pain_before)

    @property
    def pelvic(self) -> tuple[Known, Known, Known]:
        """Leak, heaviness, pelvic pain, as far as they count."""
        return (self.leak, self.new_heaviness, self.new_pelvic_pain)

    @property
    def pelvic_symptom(self) -> bool | None:
        """Whether a pelvic symptom counts; None when none is known and an answer is missing."""
        if any(value for value in self.pelvic):
            return True
        return None if None in self.pelvic else False


@dataclass(frozen=True, slots=True)
class LoadTest:
    """A test of CLINICAL 5: first attempt and, where it was tried, the retest with a cue.

    `criterion` holds on each side. `stopped` says why the first attempt ended, `settled_hours` how
    long its symptoms lasted.
    """

    id: str
    criterion: float
    first: Attempt
    retest: Attempt | None = None
    stopped: str = ""
    settled_hours: Known = None
    is_count: bool = True  # repetitions; False: seconds or minutes
    calm_pain: float = CALM_PAIN  # 0 where the clinic asks for no pain at all ("strict_pain")

    @property
    def cut_short(self) -> bool:
        """Ended for want of time or space."""
        return self.stopped in NOT_HER_DOING

    @property
    def tried(self) -> bool:
        return self.first.tried

    def counts(self) -> tuple[Known, ...]:
        """The first attempt's counts; one below the criterion in a test cut short is not known."""
        return tuple(self._fair(count) for count in self.first.counts)

    @property
    def reached(self) -> TestState:
        """The criterion on every side, in the first attempt; symptoms aside."""
        return self._count_state(self.counts())

    @property
    def done(self) -> TestState:
        """The criterion on every side without a limp, at the first attempt or else with the cue."""
        tries = [worst([self.reached, _no(self.first.limp)])]
        if self.retest:
            tries.append(worst([self._count_state(self.retest.counts), _no(self.retest.limp)]))
        if "met" in tries:
            return "met"
        return "not_met" if "not_met" in tries else "not_tested"

    @property
    def state(self) -> TestState:
        """The whole criterion in the first attempt: count, no pelvic symptom, mild pain, no limp."""
        return self._state(self.first, self.counts())

    @property
    def retest_state(self) -> TestState:
        """The same of the retest."""
        return self._state(self.retest, self.retest.counts) if self.retest else "not_tested"

    @property
    def mild(self) -> bool:
        """Its symptoms are small and gone within a day (R08)."""
        first = self.first
        return (
            _within(first.leak, DROPS)
            and _within(first.new_heaviness, SMALL)
            and _within(first.new_pelvic_pain, SMALL)
            and _within(self.settled_hours, DAY_HOURS)
        )

    @property
    def calm_with_cue(self) -> bool:
        """Small at first, and nothing at all in the retest."""
        first, retest = self.first, self.retest
        return (
            retest is not None
            and _within(first.new_heaviness, SMALL)
            and _within(first.new_pelvic_pain, SMALL)
            and retest.pelvic_symptom is False
        )

    def _state(self, attempt: Attempt, counts: tuple[Known, ...]) -> TestState:
        """Count and answers together; an unanswered one is "not tested" unless a known one fails."""
        symptom: TestState = _no(attempt.pelvic_symptom)
        pain: TestState = _at_most(attempt.msk_pain, self.calm_pain)
        return worst([self._count_state(counts), symptom, pain, _no(attempt.limp)])

    def _count_state(self, counts: tuple[Known, ...]) -> TestState:
        return worst(_at_least(count, self.criterion) for count in counts)

    def _fair(self, count: Known) -> Known:
        below = count is not None and count < self.criterion
        return None if below and self.cut_short else count


@dataclass(frozen=True, slots=True)
class Symmetry:
    """Left against right: 100 x weaker / stronger, the weaker side, and whether the test hid a difference."""

    value: float | None
    weaker: Literal["left", "right"] | None
    capped: bool = False


def symmetry_of(test: LoadTest) -> Symmetry | None:
    """The symmetry of a test with two sides; None when a side is missing or it was cut short."""
    if len(test.first.counts) != 2 or test.cut_short:
        return None
    left, right = test.first.counts
    if left is None or right is None:
        return None
    if test.is_count and min(left, right) >= CEILING_REPS:
        return Symmetry(100, None, capped=True)
    at_criterion = left == right == test.criterion and test.stopped == "criterion"
    return symmetry(left, right, capped=at_criterion)


def symmetry(left: float, right: float, *, capped: bool = False) -> Symmetry:
    """Two sides compared; two zeros say nothing, one zero is 0."""
    weak, strong = min(left, right), max(left, right)
    if strong == 0:
        return Symmetry(None, None)
    weaker: Literal["left", "right"] | None = None if left == right else "left" if left < right else "right"
    return Symmetry(100 * weak / strong, weaker, capped)


def _above(value: Known, before: float) -> Known:
    return value if value is None or value > before else 0


def _within(value: Known, limit: float) -> bool:
    return value is not None and value <= limit


def _no(answer: bool | None) -> TestState:  # noqa: FBT001
    return "not_tested" if answer is None else "not_met" if answer else "met"


def _at_most(value: Known, limit: float) -> TestState:
    return "not_tested" if value is None else "met" if value <= limit else "not_met"


def _at_least(value: Known, limit: float) -> TestState:
    return "not_tested" if value is None else "met" if value >= limit else "not_met"
