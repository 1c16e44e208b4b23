"""A visit in which every rule is met, for tests that change one thing of it."""

from datetime import date, timedelta

from runclinic.readiness import judge
from runclinic.readiness.decision import Decision
from runclinic.visit.assess import Case, assess
from runclinic.visit.client import Client
from runclinic.visit.facts import facts

DAY = date(2026, 11, 20)
BIRTHDAY = (3, 1)


def born_at(age):
    return date(DAY.year - age, *BIRTHDAY)


def weeks_ago(weeks, days=0):
    return (DAY - timedelta(weeks=weeks, days=days)).isoformat()


def good_answers():
    """34 years, one birth 40 weeks ago, regular cycles: all asked, all tested, nothing found."""
    no_flags = {f"safety/RF{number:02}": "no" for number in range(1, 32) if number != 26}
    tests = {
        "strength/ST01": 22,
        "strength/ST02": 22,
        "strength/ST03": 22,
        "strength/ST04": 22,
        "load_tests/LT02": 12,
        "load_tests/LT03": 10,
        "load_tests/LT06": 10,
        "load_tests/LT07": 10,
    }
    single = {"load_tests/LT01": 30, "load_tests/LT04": 60, "load_tests/LT05": 10}
    done = {key: {"left": count, "right": count} for key, count in tests.items()} | single
    calm = {f"{key}_symptoms": "none" for key in done}
    return {**no_flags, **_history(), **_examination(), **done, **calm, **dict.fromkeys(_PHQ_4, 0)}


def a_case(changes=None, *, age=34, gait=(), **decision):
    """The good visit with changes: a value, or None to leave the question open."""
    answers = good_answers() | (changes or {})
    return Case(
        client=Client(given_name="Ada", family_name="Example", born=None if age is None else born_at(age)),
        visit_date=DAY,
        therapist="T. Therapist",
        answers={key: value for key, value in answers.items() if value is not None},
        gait={"flags": list(gait)},
        decision=Decision(**decision),
    )


def judged(changes=None, **more):
    """R01-R32 of the changed visit, without findings and plan."""
    case = a_case(changes, **more)
    return judge(facts(case.client, case.visit_date, case.answers, (), case.decision))


def assessed(changes=None, **more):
    return assess(a_case(changes, **more))


def rule(rule_id, changes=None, **more):
    """(state, severity, cap) of one rule."""
    found = assessed(changes, **more).facts.criterion(rule_id)
    return found.state, found.severity, found.cap


_PHQ_4 = tuple(f"phq_4/i{number}" for number in range(1, 5))


def _history():
    return {
        "history/H01": "leaks when she runs",
        "history/H02": "run with her club",
        "history/H04": 1,
        "history/H05": 1,
        "history/H06": weeks_ago(40),
        "history/H07": ["spontaneous_vaginal"],
        "history/H08": ["2"],
        "history/H11": "yes",
        "history/H12": "stopped",
        "history/H13": "S1",
        "history/H17": "never",
        "history/H22_now": 0,
        "history/H22_worst": 0,
        "history/H23": "no",
        "history/H25_gas": "never",
        "history/H25_liquid": "never",
        "history/H25_solid": "never",
        "history/H29": [],
        "history/H35": "none",
        "history/H36": [],
        "history/H39_years": 5,
        "history/H39_level": "recreational",
        "history/H40_ran": "yes",
        "history/H40_leaked_before": "no",
        "history/H40_leaked_pregnancy": "no",
        "history/H41_runs": 3,
        "history/H41_total": 60,
        "history/H41_longest_30d": 20,
        "history/H41_unit": "min",
        "history/H42_last_run": weeks_ago(0, 2),
        "history/H42_longest_min": 20,
        "history/H42_longest_date": weeks_ago(1),
        "history/H44": 2,
        "history/H47_bra": "yes",
        "history/H48_hours": 7.5,
        "history/H48_broken": 1,
        "history/H49_fatigue": 3,
        "history/H50_eats": "yes",
        "history/H50_weight_loss": "no",
        "history/H50_periods_stopped": "no",
        "history/H50_bone_injury": "no",
        "history/H50_often_ill": "no",
        "history/H51": 8,
        "history/H54_video": "yes",
        "history/H54_share": "no",
        "history/H54_exam": "yes",
        "history/H55_leak": 0,
        "history/H55_heaviness": 0,
        "history/H55_pelvic_pain": 0,
        "history/H56": "yes",
    }


def _examination():
    points = {"Aa": -2, "Ba": -2, "C": -6, "D": -8, "Ap": -3, "Bp": -3, "GH": 3, "PB": 3, "TVL": 9}
    sides = {"tone": "normal", "attachment": "full"}
    stands = {"fast": 10, "holds": 8, "hold_seconds": 6, "submax_seconds": 60}
    return {
        "consent/internal": "yes",
        "pelvic_floor/grade_overall": "4",
        "pelvic_floor/relaxation": "full",
        **{f"pelvic_floor/{name}": {"left": value, "right": value} for name, value in sides.items()},
        **{f"pelvic_floor/stand_{name}": value for name, value in stands.items()},
        **{f"pop_q/{name}": value for name, value in points.items()},
        "pop_q/cervix": "present",
        "abdominal_wall/tension": "good",
        "abdominal_wall/doming": "no",
        "abdominal_wall/cough_leak": 0,
        "abdominal_wall/cough_pf": "up_before",
        "abdominal_wall/scar_csection_healed": "none",
        "abdominal_wall/scar_perineum_healed": "yes",
    }
