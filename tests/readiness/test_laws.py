"""Laws of readiness (CLINICAL 11.1): better never lowers, null never flatters, order never matters."""

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from runclinic.readiness.criterion import OUTCOMES
from runclinic.readiness.decision import propose
from tests.laws import LAW
from tests.whole_visit import judged, weeks_ago

LEAK = (3, 2, 1, 0)
TEN = (10, 5, 4, 3, 2, 1, 0)


def both(*values):
    return tuple({"left": value, "right": value} for value in values)


# Each input with its answers from the worst to the best.
SAFETY = {f"safety/RF{number:02}": ("yes", "no") for number in range(1, 32)}
HISTORY = {
    "history/H06": tuple(weeks_ago(weeks) for weeks in (2, 5, 6, 9, 11, 12, 25, 26, 27, 60, 104, 105)),
    "history/H23": ("always", "no"),
    "history/H25_gas": ("daily", "never"),
    "history/H25_liquid": ("daily", "under_monthly", "never"),
    "history/H25_solid": ("daily", "never"),
    "history/H29": (["knee", "wrist"], ["knee"], []),
    "history/H30": tuple(
        {"knee": {"now": pain, "worst": pain, "impact": 0}, "wrist": {"now": 9, "worst": 9, "impact": 9}}
        for pain in TEN
    ),
    "history/H37_tscore": (-3.0, -2.5, -1.0),
    "history/H44": (0, 1, 2),
    "history/H47_bra": ("no", "yes"),
    "history/H48_broken": (7, 5, 4, 0),
    "history/H48_hours": (5.0, 7.5),
    "history/H49_fatigue": (10, 7, 6, 0),
    "history/H50_periods_stopped": ("yes", "no"),
    "history/H50_weight_loss": ("yes", "no"),
    "history/H51": (2, 8),
    "history/H50_eats": ("no", "yes"),
    "history/H50_often_ill": ("yes", "no"),
    "history/H50_bone_injury": ("yes", "no"),
    "history/H55_leak": LEAK,
    "history/H55_heaviness": TEN,
    "history/H55_pelvic_pain": TEN,
    "history/H56": ("no", "yes"),
    "history/H36": (["fracture", "thin_bones"], ["thin_bones"], []),
    "history/H36_fractures": ("vertebral", "several", "one", "none"),
}
EXAMINATION = {
    "pelvic_floor/grade_overall": ("0", "1-", "2+", "3-", "5"),
    "pelvic_floor/descends": ("yes", "no"),
    "pelvic_floor/relaxation": ("absent", "full"),
    "pelvic_floor/tone": both("raised", "normal"),
    "pelvic_floor/tender_coccyx": (9, 4, 3, 0),
    "pelvic_floor/attachment": both("avulsion", "full"),
    "pelvic_floor/stand_fast": (9, 10),
    "external/perineum": ("goes_down", "lifts"),
    "abdominal_wall/doming_controlled": ("no", "yes"),
    "abdominal_wall/doming": ("yes", "no"),
    "abdominal_wall/strategy_hop": ("bears_down", "exhale"),
    "phq_4/i1": (3, 1, 0),
    "phq_4/i3": (3, 1, 0),
    "tsk_17/total": (60, 38, 37, 20),
    "pop_q/PB": (6, 4, 3),
    "pop_q/Ba": (5, 2, 1.5, 1, 0, -1, -1.5, -2),
    "pop_q/GH": (7, 5, 3),
    "abdominal_wall/cough_pf": ("down", "up_before"),
    "abdominal_wall/tension": ("poor", "good"),
    "abdominal_wall/scar_perineum_healed": ("no", "yes"),
    "reds_cat2/colour": ("red", "orange", "yellow", "green"),
    "epds/item_10": (1, 0),
}
TESTS = {
    "load_tests/LT01": (10, 29, 30),
    "load_tests/LT02": both(4, 9, 10),
    "load_tests/LT03": both(5, 10),
    "load_tests/LT04": (10, 59, 60),
    "load_tests/LT05": (9, 10),
    "load_tests/LT06": both(2, 10),
    "load_tests/LT07": both(9, 10),
    "strength/ST01": both(5, 19, 20),
    "strength/ST02": tuple({"left": left, "right": 20} for left in (5, 15, 17, 20)),
    "strength/ST03": both(9, 19, 20),
    "strength/ST04": both(9, 19, 20),
}
SYMPTOMS = {
    f"{form}/{test}_{name}": values
    for form, test in (
        ("load_tests", "LT01"),
        ("load_tests", "LT04"),
        ("load_tests", "LT06"),
        ("load_tests", "LT07"),
        ("strength", "ST01"),
    )
    for name, values in {
        "leak": LEAK,
        "heaviness": TEN,
        "pelvic_pain": TEN,
        "msk_pain": TEN,
        "limp": ("yes", "no"),
    }.items()
}
RETEST = {
    "load_tests/LT06_settled_hours": (48, 25, 24, 1),
    "load_tests/LT06_retest_leak": LEAK,
    "load_tests/LT06_retest_heaviness": (3, 1, 0),
    "load_tests/LT06_retest_pelvic_pain": (3, 1, 0),
}
INPUTS = {**SAFETY, **HISTORY, **EXAMINATION, **TESTS, **SYMPTOMS, **RETEST}
SIGNED = {
    "individual_reason": "strong, calm and well supported",
    "managed_reason": "mild, stable, knows her cue",
}


KEYS = st.sampled_from(sorted(INPUTS))
PLACES = st.integers(0, 1_000)  # a place among the values of an input, whatever their number
BEST = {key: values[-1] for key, values in INPUTS.items()}
SIGNATURES = st.sampled_from(
    [dict(signed) for signed in ((), *combinations(SIGNED.items(), 1), SIGNED.items())]
)


def visits():
    """Up to six inputs at any of their values or unknown, the rest at their best; signed or not.

    Drawn as places and looked up here: a strategy built for each draw cost more than judging the visit.
    """
    return st.tuples(st.dictionaries(KEYS, PLACES, max_size=6).map(_visit), SIGNATURES)


def _visit(touched):
    changes = {key: (None, *INPUTS[key])[place % (len(INPUTS[key]) + 1)] for key, place in touched.items()}
    return BEST | changes


def outcome(changes, signed):
    return OUTCOMES.index(propose(judged(changes, **signed)))


@LAW
@given(visits(), KEYS, PLACES)
def test_a_better_answer_never_lowers_the_outcome(visit, key, place):
    changes, signed = visit
    better = 1 + place % (len(INPUTS[key]) - 1)
    worse_one, better_one = (changes | {key: INPUTS[key][at]} for at in (better - 1, better))
    assert outcome(better_one, signed) >= outcome(worse_one, signed)


@LAW
@given(visits(), KEYS)
def test_an_unknown_answer_never_beats_the_best_one(visit, key):
    changes, signed = visit
    best = outcome(changes | {key: INPUTS[key][-1]}, signed)
    assert outcome(changes | {key: None}, signed) <= best


@LAW
@given(visits(), st.integers(0, 2**32))
def test_the_order_of_rules_and_answers_is_irrelevant_and_every_limit_has_a_reason(visit, seed):
    changes, signed = visit
    chance = Random(seed)  # one draw; Hypothesis's own Random would draw for every swap
    found = judged(changes, **signed)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert propose(shuffled) == propose(found) == min(each.cap for each in found)
    assert all(each.reason and each.source for each in found if each.cap != "O5")
    keys = list(changes)
    chance.shuffle(keys)
    assert judged({key: changes[key] for key in keys}, **signed) == found
