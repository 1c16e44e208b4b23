"""All that is known on the day of a visit, under the names that rules, findings and plan use.

`runclinic.visit.facts` fills it from the entries; everything from here on is computed from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias, cast

from runclinic.forms.conditions import DECLINED, Answers, Value
from runclinic.forms.flags import OpenFlag
from runclinic.forms.pop_q import Stage
from runclinic.forms.scoring import Score
from runclinic.readiness.criterion import Criterion, State
from runclinic.readiness.load_test import LoadTest, Symmetry

Weeks: TypeAlias = int | Literal["n/a"] | None

EMPTY_STAGE = Stage()
GRADES = ("0", "1-", "1", "1+", "2-", "2", "2+", "3-", "3", "3+", "4-", "4", "4+", "5-", "5")
LIFTS_FROM = GRADES.index("3-")  # moderate squeeze with some lift (Laycock 2001)


@dataclass(frozen=True, slots=True)
class Facts:
    """Today's facts. Everything has a default of "not known", so a test states only what it needs.

    `answers` are keyed "form/field" and hold only what counts: questions that are shown, and the
    examination only with her consent. `weeks_pp` is whole weeks since the last birth: "n/a" without
    a birth in 104 weeks, None when not known. `tests` (LT01-LT07, ST01-ST04), `symmetry` (the same
    ids and OT03) and `scores` (by instrument) hold only what was done. `criteria` is empty until
    the rules were judged.
    """

    visit_date: date
    answers: Answers = field(default_factory=dict[str, Value])
    age: int | None = None
    mass_kg: float | None = None
    weeks_pp: Weeks = "n/a"
    flags: tuple[OpenFlag, ...] = ()  # open ones, of every action
    unanswered_safety: tuple[str, ...] = ()  # shown safety questions without an answer, in order
    safety_shown: frozenset[str] = frozenset()  # ids of the safety questions that apply to her
    tests: Mapping[str, LoadTest] = field(default_factory=dict[str, LoadTest])
    symmetry: Mapping[str, Symmetry] = field(default_factory=dict[str, Symmetry])
    scores: Mapping[str, Score] = field(default_factory=dict[str, Score])
    pop_q: Stage = EMPTY_STAGE
    gait_flags: tuple[str, ...] = ()  # "overstride", "drop", "bounce": ticked by the therapist
    individual_reason: str = ""  # signed text of the individual decision (R05), used or not
    managed_reason: str = ""  # signed text of "managed" (R07, R08), used or not
    criteria: tuple[Criterion, ...] = ()  # R01-R32 as judged

    # -- answers, by kind; None when not known or declined
    def value(self, key: str) -> Value:
        """The answer as it stands; None when open or declined."""
        value = self.answers.get(key)
        return None if value == DECLINED else value

    def number(self, key: str) -> float | None:
        value = self.value(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, key: str) -> str | None:
        value = self.value(key)
        return value if isinstance(value, str) else None

    def yes(self, key: str) -> bool | None:
        """True for yes, False for no."""
        return {"yes": True, "no": False}.get(self.text(key) or "")

    def several(self, key: str) -> tuple[str, ...] | None:
        """The options chosen; an empty tuple is "asked, none"."""
        value = self.value(key)
        if not isinstance(value, list):
            return None
        return tuple(each for each in cast("list[Value]", value) if isinstance(each, str))

    def day(self, key: str) -> date | None:
        text = self.text(key)
        return date.fromisoformat(text) if text else None

    def sides(self, key: str) -> tuple[Value, Value]:
        """Left and right."""
        value = self.value(key)
        if not isinstance(value, dict):
            return (None, None)
        sides = cast("dict[str, Value]", value)
        return (_known(sides.get("left")), _known(sides.get("right")))

    def side_numbers(self, key: str) -> tuple[float | None, float | None]:
        left, right = self.sides(key)
        return (_number(left), _number(right))

    def pain(self, site: str, moment: Literal["now", "worst", "impact"]) -> float | None:
        """H30: pain of a site 0-10, if she named the site (H29)."""
        if site not in (self.several("history/H29") or ()):
            return None
        table = self.value("history/H30")
        row = cast("dict[str, Value]", table).get(site) if isinstance(table, dict) else None
        return _number(cast("dict[str, Value]", row).get(moment)) if isinstance(row, dict) else None

    # -- what several rules share
    def flag_open(self, *actions: str) -> bool:
        """Whether a flag with one of these actions is open."""
        return any(flag.action in actions for flag in self.flags)

    def has_flag(self, flag_id: str) -> bool:
        """Whether the flag with this id (RF20) is open, at whatever action."""
        return any(flag.id == flag_id for flag in self.flags)

    @property
    def menopause(self) -> str | None:
        """H13, S1 to S7."""
        return self.text("history/H13")

    @property
    def changing(self) -> bool | None:
        """Stages S2-S5 and S7, for which the menopause rules and F-MENO hold; None when H13 is open."""
        stage = self.menopause
        return None if stage is None else stage in {"S2", "S3", "S4", "S5", "S7"}

    @property
    def grade(self) -> int | None:
        """The overall Oxford grade as its place in GRADES."""
        grade = self.text("pelvic_floor/grade_overall")
        return GRADES.index(grade) if grade in GRADES else None

    @property
    def lifts(self) -> bool | None:
        """Grade 3- or better."""
        return None if self.grade is None else self.grade >= LIFTS_FROM

    @property
    def leak_type(self) -> str | None:
        """H19: as typed, else from H17 and H18 (CLINICAL 12.3)."""
        return self.text("history/H19") or self._leak_type_derived()

    def _leak_type_derived(self) -> str | None:
        when = self.several("history/H18")
        if self.text("history/H17") in {None, "never"} or not when:
            return None
        effort = {"cough_sneeze", "jump_hop", "walking", "running", "lifting"}
        urge = {"urge", "night"}
        chosen = set(when)
        if chosen == {"running"}:
            return "running_only"
        if chosen & effort and chosen & urge:
            return "mixed"
        return "stress" if chosen <= effort else "urge" if chosen <= urge else "other"

    @property
    def cough_leak(self) -> float | None:
        """Leak on cough, 0-3: the larger of the two places where it can be written."""
        return largest(self.number("abdominal_wall/cough_leak"), self.number("external/cough_leak"))

    @property
    def bears_down(self) -> bool:
        """Pushes down when she should lift (R18)."""
        return (
            "bearing_down" in (self.several("pelvic_floor/substitution") or ())
            or self.yes("pelvic_floor/descends") is True
            or self.text("external/perineum") == "goes_down"
        )

    @property
    def bulge(self) -> bool | None:
        """H23: feels or sees a bulge, at whatever time of day."""
        answer = self.text("history/H23")
        return None if answer is None else answer != "no"

    @property
    def runs_with_pessary(self) -> bool:
        return self.text("history/H34") not in {None, "none"} and self.yes("history/H34_running") is True

    @property
    def doming_uncontrolled(self) -> bool:
        """Doming that breath does not control (X3, F-DRA)."""
        return (
            self.yes("abdominal_wall/doming") is True
            and self.yes("abdominal_wall/doming_controlled") is False
        )

    @property
    def hiatus_cm(self) -> float | None:
        """GH + PB on strain, both free of errors."""
        if {"GH", "PB"} & set(self.pop_q.errors):
            return None
        opening, body = self.number("pop_q/GH"), self.number("pop_q/PB")
        return None if opening is None or body is None else opening + body

    @property
    def avulsion(self) -> bool | None:
        """A muscle edge off the bone, by finger or by a gap of 25 mm or more (Dietz 2008)."""
        gaps = [gap for gap in self.side_numbers("pelvic_floor/gap_mm") if gap is not None]
        felt = [_felt(side) for side in self.sides("pelvic_floor/attachment")]
        if True in felt or any(gap >= AVULSION_GAP_MM for gap in gaps):
            return True
        return None if None in felt else False

    @property
    def fractures(self) -> str | None:
        """Fractures after small falls: "none", "one", "several", "vertebral"; None when not known.

        One that is named without a number, or with the number "none", counts as one: of two answers
        that disagree the worse counts.
        """
        conditions = self.several("history/H36")
        if conditions is None:
            return None
        if "fracture" not in conditions:
            return "none"
        number = self.text("history/H36_fractures")
        return "one" if number in {None, "none"} else number

    @property
    def torque_nm_per_kg(self) -> tuple[float | None, float | None]:
        """Hand-held dynamometry, left and right: force x lever / body mass."""
        lever = self.number("strength/OT03_lever_m")
        left, right = self.side_numbers("strength/OT03_newton")
        return (_torque(left, lever, self.mass_kg), _torque(right, lever, self.mass_kg))

    @property
    def symptom_free_min(self) -> float | None:
        """Minutes of running before the first symptom: H43 or the treadmill run, the smaller."""
        treadmill = self.number("load_tests/OT02") if self.yes("load_tests/OT02_symptom") else None
        known = [value for value in (self.number("history/H43"), treadmill) if value is not None]
        return min(known, default=None)

    def days_since(self, day: date) -> int:
        return (self.visit_date - day).days

    def score(self, instrument: str) -> float | None:
        """The main score of an instrument today, unrounded."""
        found = self.scores.get(instrument)
        return found.value if found else None

    def part(self, instrument: str, name: str) -> float | None:
        """A subscale today, unrounded."""
        found = self.scores.get(instrument)
        return found.parts.get(name) if found else None

    # -- once judged
    def criterion(self, rule: str) -> Criterion | None:
        return next((each for each in self.criteria if each.id == rule), None)

    def state(self, rule: str) -> State:
        found = self.criterion(rule)
        return found.state if found else "not_tested"

    def grade_of(self, rule: str) -> str:
        """What tells findings of one rule apart: see Criterion.grade."""
        found = self.criterion(rule)
        return found.grade if found else ""

    @property
    def cautions(self) -> int:
        """Rules with severity "caution", whatever their state (6.3, 7.5)."""
        return sum(each.severity == "caution" for each in self.criteria)

    @property
    def individual(self) -> bool:
        """The individual decision of R05 is signed and was on offer."""
        return self.grade_of("R05") == "individual"

    @property
    def managed(self) -> bool:
        """Small steady symptoms, signed as managed (R07 or R08)."""
        return "managed" in (self.grade_of("R07"), self.grade_of("R08"))

    @property
    def with_cue(self) -> bool:
        """Impact was calm with a cue only (R08)."""
        return self.grade_of("R08") == "with_cue"

    @property
    def low_strength(self) -> bool:
        """A known strength count below 10 (R16 low)."""
        return self.grade_of("R16") == "low"

    @property
    def impact_pain_mild(self) -> bool:
        """Pain 3-4 on impact (R12)."""
        return self.grade_of("R12") == "mild"


AVULSION_GAP_MM = 25  # Dietz 2008


def largest(*values: float | None) -> float | None:
    """The largest of the values that are known."""
    return max((value for value in values if value is not None), default=None)


def _known(value: Value) -> Value:
    return None if value == DECLINED else value


def _felt(side: Value) -> bool | None:
    return {"avulsion": True, "full": False, "partly": False}.get(side) if isinstance(side, str) else None


def _number(value: Value) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _torque(newton: float | None, lever_m: float | None, mass_kg: float | None) -> float | None:
    if newton is None or lever_m is None or not mass_kg:
        return None
    return newton * lever_m / mass_kg
