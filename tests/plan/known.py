"""A visit with nothing known but what a test says."""

from datetime import date

from runclinic.readiness.criterion import Criterion
from runclinic.readiness.facts import Facts
from runclinic.readiness.load_test import Attempt, LoadTest

VISIT = date(2026, 11, 20)


def a_rule(rule, state="met", severity=None, cap="O5", grade="", *, printed=True):
    return Criterion(rule, rule, state, severity, cap, "why", "who", grade=grade, printed=printed)


MET = tuple(a_rule(f"R{number:02d}") for number in range(1, 33))


def rules(*changed):
    """All rules met, but these."""
    by_id = {each.id: each for each in changed}
    return tuple(by_id.get(each.id, each) for each in MET)


def facts(criteria=MET, **known):
    answers = known.pop("answers", {})
    return Facts(
        VISIT,
        answers={key: value for key, value in answers.items() if value is not None},
        criteria=criteria,
        **known,
    )


def a_test(test_id, left=None, right=None, pain=0):
    return LoadTest(test_id, 10, Attempt((left, right), 0, 0, 0, pain, limp=False))
