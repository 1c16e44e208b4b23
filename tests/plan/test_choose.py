import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.plan.choose import Situation, choose, cues, entries_passed, kind, minutes_of
from runclinic.plan.content import content
from runclinic.plan.exercise import exercises
from tests.laws import LAW

FINDINGS = tuple(dict.fromkeys(code for row in content().row for code in row.findings))
IMPACT_WITH_HEAVINESS = frozenset({"IM01"})


def ids(situation):
    return " ".join(each.exercise.id for each in choose(situation))


C4 = Situation(
    "O4", ("F-LEAK-S", "F-LEAK-R", "F-COORD", "F-HIP", "F-CALF", "F-ASYM"), entries=frozenset({"CF02"})
)
KEPT_AWAY_C8 = frozenset(each.id for each in exercises().values() if {"X1", "X2", "X3"} & set(each.not_if))
C8 = Situation(
    "O2",
    ("F-WEAK", "F-HEAVY", "F-DRA", "F-HIP", "F-SLCTRL", "F-CALF", "F-ASYM", "F-ENERGY"),
    kept_away=KEPT_AWAY_C8,
)


@pytest.mark.parametrize(
    "situation, chosen, cued",
    [
        (Situation("O2"), "BR03 HG01 SL03 CF02 CO04 MO05", ()),
        (C4, "BR10 HG01 BR03 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04 MO05", ("Q01", "Q03", "Q05")),
        (
            Situation("O5", ("F-MENO",)),
            "ME06 BR04 CF02 ME01 ME02 ME05 ME04 IM05 BR03 RD04 MO05",
            ("Q10",),
        ),
        (C8, "BR03 HG01 BR11 SL04 CO01 HG05 SL01 CF01 BR04 MO05", ()),
    ],
    ids=["C2", "C4", "C7", "C8"],
)
def test_worked_selections(situation, chosen, cued):
    assert ids(situation) == chosen
    assert cues(situation) == cued


@pytest.mark.parametrize(
    "situation, chosen",
    [
        (Situation("O0", ("F-HEAVY",)), ""),
        (Situation("O1"), "BR03"),
        (Situation("O1", ("F-HEAVY",)), "BR11 BR03"),
        (Situation("O4", phase_limit=True), "BR03 MO05"),
        # "A or B as findings"
        (Situation("O1", ("F-MENO",)), "BR04 BR03"),
        (Situation("O1", ("F-TIGHT", "F-MENO"), kept_away=frozenset({"BR03", "BR04"})), "BR08 MO06 BR01"),
        # three rows of strides, each with its own exercises
        (Situation("O2", ("F-STRIDE",), ("drop", "bounce")), "HG07 CF02 SL05 BR10 BR03 HG01 SL03 CO04 MO05"),
        (Situation("O2", ("F-STRIDE",), ("overstride",)), "MO05 BR03 HG01 SL03 CF02 CO04"),
        (Situation("O2", ("F-STRIDE",)), "BR03 HG01 SL03 CF02 CO04 MO05"),
        # equipment: the easier one once, else the next item
        (Situation("O2", ("F-HIP",), equipment=frozenset()), "HG05 HG06 BR03 HG01 SL03 CF02 CO04 MO05"),
    ],
)
def test_further_selections(situation, chosen):
    if "HG06" in chosen:  # HG07 needs a step, its easier one a band: neither, so the next item is tried
        chosen = "HG05 BR03 HG01 SL03 CF02 CO04 MO05"
    assert ids(situation) == chosen


def test_an_arrow_goes_on_once_its_entry_test_is_passed():
    leak = ("F-LEAK-S",)
    assert "IM03" in ids(Situation("O3", leak))
    assert "IM03" not in ids(Situation("O3", leak, entries=frozenset({"IM05"}))).split()[:6]
    assert entries_passed(["IM03"], {"ST01": (9, 16)}) == {"IM05"}
    assert entries_passed(["IM05"], {"ST01": (10, 10)}) == {"CF02", "IM09"}
    assert entries_passed([], {"ST01": (None, 20)}) == frozenset()
    assert entries_passed([], {}) == frozenset()


def test_short_of_food_no_new_impact_item():
    hungry = Situation("O3", ("F-IMPACT", "F-ENERGY"))
    assert {each for each in ids(hungry).split() if each[:2] == "IM"} == {"IM01"}
    known = Situation("O3", ("F-IMPACT", "F-ENERGY"), last_plan=frozenset({"IM03"}))
    assert {each for each in ids(known).split() if each[:2] == "IM"} == {"IM01", "IM03"}


def test_short_of_sleep_one_new_impact_item_at_a_time():
    tired = ids(Situation("O3", ("F-IMPACT", "F-SLEEP"))).split()
    assert [each for each in tired if each[:2] == "IM"] == ["IM01", "IM02"]
    known = ids(Situation("O3", ("F-IMPACT", "F-SLEEP"), last_plan=frozenset({"IM02"}))).split()
    assert [each for each in known if each[:2] == "IM"] == ["IM01", "IM02", "IM03"]


@pytest.mark.parametrize(
    "minutes, chosen",
    [
        (None, "BR10 HG01 BR03 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04 MO05"),
        (44, "BR10 HG01 BR03 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04 MO05"),
        (43, "BR10 HG01 BR03 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04"),
        (41, "BR10 HG01 IM03 BR07 SL09 IM05 CF02 SL01 HG05 RD04"),
        (36, "BR10 HG01 IM03 SL09 IM05 CF02 SL01 HG05 RD04"),
        (32, "BR10 HG01 IM03 SL09 IM05 CF02 SL01 RD04"),
        (20, "BR10 IM03 SL09 IM05 RD04"),
        (0, "BR10 IM03 SL09 IM05 RD04"),
    ],
)
def test_her_minutes_a_day_are_kept(minutes, chosen):
    from dataclasses import replace

    assert ids(replace(C4, minutes=minutes)) == chosen


def test_minutes_by_kind():
    assert minutes_of(exercises()[each] for each in ("BR01", "HG01", "IM01", "MO01", "RD01")) == 18
    assert minutes_of(each.exercise for each in choose(C4)) == 44


@pytest.mark.parametrize(
    "outcome, findings, flags, cued",
    [
        ("O4", (), (), ("Q01",)),
        ("O3", (), (), ()),
        ("O5", ("F-ASYM",), (), ("Q01",)),
        ("O4", ("F-HEAVY", "F-ASYM", "F-PGP", "F-SCAR", "F-SLEEP"), (), ("Q02", "Q08")),
        ("O4", ("F-LEAK-S", "F-LEAK-R"), (), ("Q01",)),
        ("O4", ("F-COORD", "F-TIGHT"), (), ("Q07",)),
        ("O4", ("F-TIGHT", "F-IMPACT"), (), ("Q07",)),
        ("O4", ("F-IMPACT",), (), ("Q03",)),
        ("O4", ("F-LEAK-U", "F-HEAVY", "F-BREATH", "F-HIP", "F-FEAR"), (), ("Q12", "Q02", "Q04")),
        ("O4", ("F-STRIDE",), ("overstride", "drop", "bounce"), ("Q01", "Q06", "Q02")),
        ("O4", ("F-DRA", "F-BREATH"), (), ("Q04",)),
    ],
)
def test_the_cues(outcome, findings, flags, cued):
    assert cues(Situation(outcome, findings, flags)) == cued


def test_no_cues_in_the_first_weeks_after_birth():
    assert cues(Situation("O4", ("F-HIP",), phase_limit=True)) == ()


STRIDES = ("overstride", "drop", "bounce")
AT_HOME = ("step", "band", "weights", "ball", "rope", "treadmill")


def some_of(names):
    """Any of the names, drawn as one number: much faster than a set of choices."""
    return st.integers(0, 2 ** len(names) - 1).map(
        lambda bits: tuple(name for at, name in enumerate(names) if bits >> at & 1)
    )


situations = st.builds(
    Situation,
    outcome=st.sampled_from(("O0", "O1", "O2", "O3", "O4", "O5")),
    findings=some_of(FINDINGS),
    gait_flags=some_of(STRIDES),
    kept_away=st.just(frozenset()) | some_of(tuple(exercises())).map(frozenset),
    phase_limit=st.booleans(),
    equipment=st.none() | some_of(AT_HOME).map(frozenset),
    minutes=st.none() | st.integers(0, 60),
    last_plan=some_of(tuple(each for each in exercises() if each[:2] == "IM")).map(frozenset),
    entries=some_of(("CF02", "IM05", "IM09")).map(frozenset),
)


@given(situations)
@LAW
def test_no_plan_breaks_its_own_rules(situation):
    chosen = [each.exercise for each in choose(situation)]
    assert len({each.id for each in chosen}) == len(chosen)
    for its in chosen:
        assert its.id not in situation.kept_away
        assert situation.equipment is None or set(its.equipment) <= situation.equipment
    quota = situation.quota()
    for one in ("BR", "strength", "IM", "RD"):
        assert sum(kind(each) == one for each in chosen) <= quota.get(one, 0)
    assert sum(each.category == "MO" for each in chosen) <= 1
    impact = {each.id for each in chosen if each.category == "IM"}
    if "F-HEAVY" in situation.findings:
        assert impact <= IMPACT_WITH_HEAVINESS
    new = impact - {"IM01"} - situation.last_plan
    if "F-ENERGY" in situation.findings:
        assert not new
    if "F-SLEEP" in situation.findings:
        assert len(new) <= 1

    _is_within_her_minutes(situation)
    _has_cues_only_for_runners(situation)


def _is_within_her_minutes(situation):
    """Too long only with what may not be dropped."""
    chosen = choose(situation)
    if situation.minutes is None or minutes_of(each.exercise for each in chosen) <= situation.minutes:
        return
    breath = [each for each in chosen if each.exercise.category == "BR"]
    for each in chosen:
        its = each.exercise
        assert each.first_of_row or its.category in {"IM", "RD"} or each == breath[0]


def _has_cues_only_for_runners(situation):
    found = cues(situation)
    assert len(found) == len(set(found)) <= 3
    assert bool(found) == (situation.outcome >= "O4" and not situation.phase_limit)
    assert "F-TIGHT" not in situation.findings or "Q03" not in found
