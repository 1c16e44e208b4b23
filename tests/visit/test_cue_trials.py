"""Cue trials: read back as they were recorded, the beat by her step rate, and whether a cue worked."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runclinic.gait import reference
from runclinic.gait.compare import Change
from runclinic.measured import Verdict
from runclinic.plan.cue import every
from runclinic.visit.cue_trials import (
    FASTEST,
    MOST_LETTERS,
    SLOWEST,
    CueTrial,
    beats,
    judged,
    recorded,
)

scores = st.none() | st.integers(0, 10)
names = st.text(alphabet=st.characters(exclude_characters="/"), min_size=1, max_size=12)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=9), each, max_size=3),
    max_leaves=5,
)


@st.composite
def trials(draw):
    film = draw(names)
    return CueTrial(
        film,
        draw(st.integers(0, 9999)),
        draw(st.sampled_from([each.id for each in every()]) | st.text(max_size=MOST_LETTERS)),
        draw(st.just(0) | st.integers(SLOWEST, FASTEST)),
        draw(st.just("") | names.filter(lambda each: each != film)),
        draw(st.sampled_from(["", "leak", "own words"])),
        draw(scores),
        draw(scores),
        draw(scores),
        draw(scores),
        draw(st.booleans()),
    )


@settings(max_examples=40)
@given(st.lists(trials(), max_size=3, unique_by=lambda each: each.key))
def test_what_is_recorded_is_read_back(these):
    assert recorded({each.key: each.value for each in these}) == tuple(these)


FIELDS = [*CueTrial("f", 1, symptom_before=1, symptom_after=1, effort_before=1, effort_after=1).value]


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(["gait/f/cue/1", "gait/f/cue/x", "gait/f/cue/01", "gait//cue/1", "gait/f/event/1"]),
        json | st.dictionaries(st.sampled_from(FIELDS), json),
    )
)
def test_junk_never_stops_it_and_never_becomes_a_score(entries):
    for each in recorded(entries):
        assert (each.film_id, each.number) == ("f", 1)
        assert each.beat == 0 or SLOWEST <= each.beat <= FASTEST
        for score in (each.symptom_before, each.symptom_after, each.effort_before, each.effort_after):
            assert score is None or (type(score) is int and 0 <= score <= 10)


def test_a_film_is_never_its_own_film_before():
    assert recorded({"gait/f/cue/1": {"cue": "Q01", "before": "f"}})[0].before == ""


@pytest.mark.parametrize(
    ("cadence", "found"),
    [
        (162, {5: 170, 10: 178}),  # GAIT E-23: 170.1, 178.2
        (164, {5: 172, 10: 180}),
        (190, {5: 200}),  # 199.5 and 209: never above 200
        (186, {5: 195, 10: 200}),
        (200, {}),
        (205, {}),
        (float("nan"), {}),
        (0, {}),
    ],
)
def test_the_beat_is_a_little_above_her_step_rate_and_never_above_200(cadence, found):
    assert beats(cadence) == found


def test_every_measure_that_a_cue_should_move_is_one_of_the_gait_step():
    for each in every():
        for move in each.moves:
            assert reference.metric(move.metric).unit
            assert (move.range is not None) == (move.way == "toward")


FELT = CueTrial("f", 1, symptom_before=4, symptom_after=2, effort_before=5, effort_after=5)


def by(cue, metric, before, change, verdict: Verdict = "changed", **felt):
    moved = Change(change, 1.0, "", verdict)
    return judged(replace(FELT, cue=cue, **felt), {metric: before}, {metric: moved})


@pytest.mark.parametrize(
    ("cue", "metric", "before", "change", "verdict", "moved", "outcome"),
    [
        ("Q01", "cadence", 164, 8, "changed", "moved", "works"),
        ("Q01", "cadence", 164, 0.5, "within error", "within error", "works not"),
        ("Q01", "cadence", 164, -8, "changed", "other way", "works not"),
        ("Q01", "cadence", 164, 8, "not comparable", "not comparable", "open"),
        ("Q01", "cadence", 164, 8, "too few steps", "too few steps", "open"),
        ("Q01", "contact_time", 260, -8, "changed", "not measured", "open"),
        ("Q01", "step_length", 0.8, -0.1, "changed", "moved", "works"),
        ("Q05", "hip_add", 14, -3, "changed", "moved", "works"),
        ("Q05", "hip_add", 14, -2, "changed", "moved", "works"),
        ("Q05", "hip_add", 14, -1.5, "changed", "too little", "works not"),
        ("Q13", "trunk_mean", 1, 4, "changed", "moved", "works"),
        ("Q13", "trunk_mean", 10, -4, "changed", "moved", "works"),
        ("Q13", "trunk_mean", 5, 4, "changed", "other way", "works not"),
        ("Q13", "trunk_mean", 4, 2, "changed", "in range", "works not"),
        ("Q13", "trunk_mean", 4, 0.2, "within error", "in range", "works not"),
        ("Q12", "cadence", 164, 8, "changed", "no measure", "open"),
        ("Look up", "cadence", 164, 8, "changed", "no measure", "open"),
    ],
)
def test_a_cue_is_judged_by_its_own_measure(cue, metric, before, change, verdict, moved, outcome):
    found = by(cue, metric, before, change, verdict)
    assert (found.moved, found.outcome) == (moved, outcome)


@pytest.mark.parametrize(
    ("felt", "outcome"),
    [
        ({}, "works"),
        ({"symptom_after": 4}, "works"),
        ({"symptom_after": 5}, "works not"),
        ({"effort_after": 6}, "works not"),
        ({"effort_after": None}, "open"),
        ({"symptom_before": None}, "open"),
    ],
)
def test_a_cue_that_costs_more_does_not_work(felt, outcome):
    assert by("Q01", "cadence", 164, 8, **felt).outcome == outcome
