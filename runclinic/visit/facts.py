"""All that is known today, under the names that criteria use; entries become values here and nowhere else."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from runclinic.forms import catalogue, pop_q, scoring
from runclinic.forms.answers import answered
from runclinic.forms.conditions import DECLINED, Answers, Value, shown_question
from runclinic.forms.flags import open_flags
from runclinic.forms.form import Form, Question
from runclinic.readiness.decision import Decision
from runclinic.readiness.facts import Facts, Weeks
from runclinic.readiness.load_test import CALM_PAIN, Attempt, Known, LoadTest, Symmetry, symmetry, symmetry_of
from runclinic.readiness.rules import TestKind, tests
from runclinic.visit.client import Client

SAFETY = "safety"
WEEKS_THAT_COUNT = 104
POSTMENOPAUSAL = {"S4", "S5", "S7"}
SIDES = ("left", "right")
TEST_FORMS = ("load_tests", "strength")
PELVIC_POINTS = ("Aa", "Ba", "Ap", "Bp", "C", "D", "GH", "PB", "TVL", "cervix")


def basic(
    client: Client, visit_date: date, answers: Answers, *, first_visit: bool | None = None
) -> dict[str, object]:
    """What conditions of forms may ask besides answers.

    weeks_pp (int, "n/a", or None when not known), age in years, postmenopausal, visit_date (ISO),
    first_visit.
    """
    return {
        "weeks_pp": weeks_since_birth(answers, visit_date),
        "age": client.age_on(visit_date),
        "postmenopausal": _postmenopausal(answers),
        "visit_date": visit_date.isoformat(),
        "first_visit": first_visit,
    }


def weeks_since_birth(answers: Answers, visit_date: date) -> Weeks:
    """Whole weeks since the last birth; "n/a" with none in 104 weeks, None when an answer is missing."""
    births = _number(answers.get("history/H04"))
    if births is None:
        return None
    if births == 0:
        return "n/a"
    last = answers.get("history/H06")
    if not isinstance(last, str) or last == DECLINED:
        return None
    weeks = (visit_date - date.fromisoformat(last)).days // 7
    return weeks if weeks <= WEEKS_THAT_COUNT else "n/a"


def facts(
    client: Client,
    visit_date: date,
    answers: Answers,
    gait_flags: tuple[str, ...] = (),
    decision: Decision | None = None,
    *,
    strict_pain: bool = False,
) -> Facts:
    """Everything that rules, findings and the plan need, from what stands recorded.

    `answers` are keyed "form/field"; `gait_flags` were ticked by the therapist; `strict_pain` is the
    clinic's setting that a test must be free of pain.
    """
    known = basic(client, visit_date, answers)
    safety = catalogue.form(SAFETY)
    flags = open_flags(answers, known)
    with_flags = {**known, "open_actions": tuple(sorted({flag.action for flag in flags}))}
    used = usable(answers, with_flags)
    asked = [each for each in safety.question if shown_question(safety, each, answers, with_flags)]
    taken = load_tests(used, strict_pain=strict_pain)
    signed = decision or Decision()
    return Facts(
        visit_date=visit_date,
        answers=used,
        age=client.age_on(visit_date),
        mass_kg=client.mass_kg or _number(used.get("history/H38_mass_kg")),
        weeks_pp=weeks_since_birth(answers, visit_date),
        flags=flags,
        unanswered_safety=tuple(each.id for each in asked if _is_open(safety, each, answers)),
        safety_shown=frozenset(each.id for each in asked if each.flag),
        tests=taken,
        symmetry=_symmetries(taken, used),
        scores=scores(used, known),
        pop_q=pop_q.stage({point: _known(used.get(f"pop_q/{point}")) for point in PELVIC_POINTS}),
        gait_flags=gait_flags,
        individual_reason=signed.individual_reason.strip(),
        managed_reason=signed.managed_reason.strip(),
    )


def usable(answers: Answers, known: Mapping[str, object]) -> dict[str, Value]:
    """The answers that count: to questions that are shown, in forms that she agreed to (12.1)."""
    return {
        key: value for key, value in answers.items() if value is not None and _counts(key, answers, known)
    }


def scores(answers: Answers, known: Mapping[str, object]) -> dict[str, scoring.Score]:
    """The score of every instrument in which something was answered."""
    begun = {key.partition("/")[0] for key in answers}
    return {each: scoring.score(each, answers, known) for each in scoring.instruments() if each in begun}


def load_tests(answers: Answers, *, strict_pain: bool = False) -> dict[str, LoadTest]:
    """The tests of which anything was recorded, by id."""
    recorded = _by_test(answers)
    calm_pain = 0 if strict_pain else CALM_PAIN
    return {
        test_id: _load_test(test_id, test, recorded[test_id], calm_pain)
        for test_id, test in tests().items()
        if test_id in recorded
    }


def worse_side(value: Value) -> bool | None:
    """A yes/no that may have two sides: no if any side is no; None while one is open."""
    if isinstance(value, dict):
        sides = [worse_side(cast("dict[str, Value]", value).get(side)) for side in SIDES]
        return False if False in sides else None if None in sides else True
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def _counts(key: str, answers: Answers, known: Mapping[str, object]) -> bool:
    question = catalogue.question(key)
    if question is None:
        return True
    form = catalogue.form(key.partition("/")[0])
    if question.shown_when is None and form.opens_when is None:
        return True
    return shown_question(form, question, answers, known)


def _is_open(safety: Form, each: Question, answers: Answers) -> bool:
    """Whether a required question that is shown has no answer; "declined" is one."""
    return each.required and not each.optional_even_if_shown and not answered(safety, each, answers)


def _by_test(answers: Answers) -> dict[str, dict[str, Value]]:
    """What was recorded of each test, without its id: "" is the count, "leak", "retest_leak" ..."""
    found: dict[str, dict[str, Value]] = {}
    for key, value in answers.items():
        form_id, _, field = key.partition("/")
        if form_id in TEST_FORMS:
            test_id, _, name = field.partition("_")
            found.setdefault(test_id, {})[name] = value
    return found


def _load_test(test_id: str, test: TestKind, recorded: Answers, calm_pain: float) -> LoadTest:
    stopped = recorded.get("stopped")
    again = {
        name.removeprefix("retest").lstrip("_"): value for name, value in recorded.items() if _of_retest(name)
    }
    before = {name: value for name, value in recorded.items() if name.endswith("_before")}
    return LoadTest(
        id=test_id,
        criterion=test.criterion,
        first=_attempt(test, recorded),
        retest=_attempt(test, {**again, **before}) if again else None,
        stopped=stopped if isinstance(stopped, str) else "",
        settled_hours=_number(recorded.get("settled_hours")),
        is_count=test.counted == "repetitions",
        calm_pain=calm_pain,
    )


def _of_retest(name: str) -> bool:
    return name == "retest" or name.startswith("retest_")


def _attempt(test: TestKind, recorded: Answers) -> Attempt:
    """One attempt; "none" stands for all symptom answers that are not given singly."""
    none = recorded.get("symptoms") == "none"
    return Attempt(
        counts=_side_counts(recorded.get("")) if test.sides else (_number(recorded.get("")),),
        leak=_symptom(recorded, "leak", none=none),
        heaviness=_symptom(recorded, "heaviness", none=none),
        pelvic_pain=_symptom(recorded, "pelvic_pain", none=none),
        msk_pain=_symptom(recorded, "msk_pain", none=none),
        limp=_limp(recorded.get("limp"), none=none),
        heaviness_before=_number(recorded.get("heaviness_before")) or 0,
        pelvic_pain_before=_number(recorded.get("pelvic_pain_before")) or 0,
    )


def _symptom(recorded: Answers, name: str, *, none: bool) -> Known:
    return _number(recorded[name]) if name in recorded else 0 if none else None


def _limp(value: Value, *, none: bool) -> bool | None:
    if value is None and none:
        return False
    return {"yes": True, "no": False}.get(value) if isinstance(value, str) else None


def _side_counts(value: Value) -> tuple[Known, Known]:
    sides = cast("dict[str, Value]", value) if isinstance(value, dict) else {}
    return (_number(sides.get("left")), _number(sides.get("right")))


def _symmetries(taken: Mapping[str, LoadTest], answers: Answers) -> dict[str, Symmetry]:
    found = {each: symmetry_of(test) for each, test in taken.items()}
    left, right = _side_counts(answers.get("strength/OT03_newton"))
    if left is not None and right is not None:
        found["OT03"] = symmetry(left, right)
    return {each: even for each, even in found.items() if even is not None}


def _postmenopausal(answers: Answers) -> bool | None:
    """None while she cannot say (S6), or has not said: both sets of questions are then shown."""
    stage = _known(answers.get("history/H13"))
    return None if stage in {None, "S6"} else stage in POSTMENOPAUSAL


def _known(value: Value) -> Value:
    return None if value == DECLINED else value


def _number(value: Value) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
