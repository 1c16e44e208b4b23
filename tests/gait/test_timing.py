"""Cadence, contact, flight and what follows from them, against the worked examples."""

import math
from statistics import fmean

import numpy as np
import pytest
from gait_examples import AT_60, AT_120, events, measured
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait import reference, uncertainty
from runclinic.gait.analyse import analysis
from runclinic.gait.contacts import Event, included
from runclinic.gait.filming import ClipFacts, Filming, belt_speed, clock
from runclinic.gait.means import symmetry_angle
from runclinic.gait.sine_wave import sine_wave
from runclinic.gait.timing import lengths

HALF_UNIT = 5e-4  # three printed decimals


def near(value):
    return pytest.approx(value, abs=HALF_UNIT)


@pytest.fixture(scope="module")
def at_60():
    return measured(AT_60, 60, belt_speed=belt_speed("9 km/h")).timing


@pytest.fixture(scope="module")
def at_120():
    told = {"belt_speed": belt_speed("9 km/h"), "height_m": 1.66, "mass_kg": 62.0}
    return measured(AT_120, 120, **told).timing


# ---- 60 frames/s, strides locked to the frames ----


def test_steps_and_cadence_at_60(at_60):
    assert at_60.get("step_time").both.value == near(341.667)
    cadence = at_60.get("cadence")
    assert cadence.both.value == near(175.610)
    assert cadence.both.plus_minus == near(0.685)
    assert cadence.both.n == 10
    assert 1000 * uncertainty.chain_sd(1 / 60, 10) == near(0.680)
    assert 175.610 * uncertainty.chain_sd(1 / 60, 10) / 0.341667 == near(0.350)


def test_contact_and_flight_at_60(at_60):
    contact = at_60.get("contact_time")
    assert (contact.left.value, contact.left.sd) == (near(250.000), near(0.000))
    assert (contact.right.value, contact.right.sd) == (near(263.333), near(7.454))
    assert (contact.both.value, contact.both.sd, contact.both.cv) == (near(256.667), near(8.607), near(3.353))
    assert contact.asi.value == near(-5.195)
    assert symmetry_angle(contact.left.value, contact.right.value) == near(1.653)
    assert at_60.get("flight_time").both.value == near(85.000)


def test_stride_and_duty_factor_at_60(at_60):
    stride, step, duty = (at_60.get(name) for name in ("stride_time", "step_time", "duty_factor"))
    assert (stride.both.value, stride.both.sd) == (near(683.333), near(0.000))
    assert (step.both.sd, step.both.cv) == (near(8.784), near(2.571))
    assert (duty.left.n, duty.right.n) == (5, 4)
    assert (5 * duty.left.value + 4 * duty.right.value) / 9 == near(37.398)
    assert duty.both.value == near((duty.left.value + duty.right.value) / 2)
    assert 100 * at_60.get("contact_time").both.value / (2 * step.both.value) == near(37.561)


def test_the_dither_rule_at_60(at_60):
    contact = at_60.get("contact_time")
    assert [m.random for m in (contact.left, contact.right, contact.both)] == [near(13.336)] * 3
    values = [1000 * interval.seconds for interval in contact.intervals]
    sides = [[1000 * one.seconds for one in included(contact.intervals, side)] for side in ("left", "right")]
    free = [uncertainty.mean_error(own, 1000 / 60, averages=True).u95 for own in (*sides, values)]
    assert free == [near(8.447), near(9.253), near(6.156)]
    assert "locked to the frames" in contact.flags
    assert near(9.167) == uncertainty.DITHER_LIMIT * 1000 / 60
    assert at_60.get("stride_time").left.sd < 9.167


def test_the_printed_error_holds_the_systematic_part(at_60):
    for name, per_s in (("contact_time", 1000), ("flight_time", 1000), ("duty_factor", 100 / 0.683333)):
        both = at_60.get(name).both
        systematic = 1.96 * 0.3 / 60 * per_s
        assert both.systematic_part == pytest.approx(systematic, rel=1e-4)
        assert both.plus_minus == pytest.approx(math.hypot(both.random, systematic), rel=1e-4)
    for name in ("cadence", "step_time", "stride_time", "step_length"):
        assert at_60.get(name).both.systematic_part == 0


def test_lengths_on_the_belt(at_60):
    assert at_60.get("step_length").both.value == near(0.854)
    assert at_60.get("stride_length").both.value == near(1.708)
    ratio = at_60.get("step_length").both.plus_minus / at_60.get("step_time").both.plus_minus
    assert ratio == pytest.approx(2.5 / 1000)


# ---- 120 frames/s, averaging allowed ----


def test_contact_at_120(at_120):
    contact = at_120.get("contact_time")
    assert (contact.left.value, contact.left.sd, contact.left.cv) == (near(260.714), near(6.299), near(2.416))
    assert (contact.right.value, contact.right.sd, contact.right.cv) == (
        near(271.429),
        near(4.454),
        near(1.641),
    )
    assert (contact.left.random, contact.right.random) == (near(5.826), near(4.120))
    assert contact.both.value == near(266.071)
    assert contact.asi.value == near(-4.027)
    assert contact.both.random == pytest.approx(math.hypot(5.826, 4.120) / 2, abs=1e-3)
    assert contact.left.plus_minus == pytest.approx(math.hypot(5.826, 1.96 * 2.5), abs=1e-3)


def test_strides_at_120(at_120):
    stride = at_120.get("stride_time")
    assert (stride.left.sd, stride.right.sd) == (near(10.603), near(6.972))
    assert near(4.583) == uncertainty.DITHER_LIMIT * 1000 / 120
    assert "locked to the frames" not in stride.flags


def test_steps_and_cadence_at_120(at_120):
    step, cadence = at_120.get("step_time"), at_120.get("cadence")
    assert (cadence.both.n, cadence.both.value, cadence.both.plus_minus) == (14, near(170.270), near(0.230))
    assert (step.both.value, step.left.value, step.right.value) == (near(352.381),) * 3
    assert step.asi.value == near(0.000)
    assert (step.both.sd, step.own_sd) == (near(6.052), near(5.006))


def test_duty_factor_and_flight_at_120(at_120):
    duty, flight = at_120.get("duty_factor"), at_120.get("flight_time")
    assert (duty.left.value, duty.left.n) == (near(37.009), 7)
    assert (duty.right.value, duty.right.n) == (near(38.461), 6)
    assert (flight.left.value, flight.right.value) == (near(91.667), near(80.952))


def test_the_model_block_at_120(at_120):
    contact, flight = (at_120.get(name).both for name in ("contact_time", "flight_time"))
    peak = at_120.get("peak_force").both
    assert peak.value == pytest.approx(math.pi / 2 * (flight.value / contact.value + 1))
    for name in (
        "peak_force",
        "vertical_displacement",
        "vertical_stiffness",
        "leg_compression",
        "leg_stiffness",
        "loading",
    ):
        metric = at_120.get(name)
        assert metric.both.plus_minus > 0
        assert "model estimate" in metric.flags
        assert "model estimate" in metric.note
    assert at_120.get("loading").both.value == pytest.approx(peak.value * at_120.get("cadence").both.value)
    assert at_120.absent == ()


def test_the_model_block_is_the_models_own_in_printed_units(at_120):
    contact, flight = (at_120.get(name).both.value for name in ("contact_time", "flight_time"))
    speed = belt_speed("9 km/h").metres_per_s
    wave = sine_wave(contact / 1000, flight / 1000, mass_kg=62.0, leg_m=0.53 * 1.66, speed_ms=speed)
    read = {name: at_120.get(name).both.value for name in ("vertical_displacement", "leg_compression")}
    read |= {name: at_120.get(name).both.value for name in ("vertical_stiffness", "leg_stiffness")}
    assert read == {
        "vertical_displacement": pytest.approx(1000 * wave.displacement_m),
        "leg_compression": pytest.approx(1000 * wave.compression_m),
        "vertical_stiffness": pytest.approx(wave.vertical_stiffness_kn_m),
        "leg_stiffness": pytest.approx(wave.leg_stiffness_kn_m),
    }


def test_the_model_errs_by_what_contact_does_at_the_same_step_time(at_120):
    contact, stiffness = at_120.get("contact_time").both, at_120.get("leg_stiffness").both
    expected = 6.8 * contact.plus_minus / 10  # E-14: 10 ms move leg stiffness by 6.8 %
    assert 100 * stiffness.plus_minus / stiffness.value == pytest.approx(expected, rel=0.1)


# ---- what must not be shown, and what must be said ----


def test_no_model_below_120_and_no_model_without_flight(at_60):
    assert at_60.get("peak_force") is None
    assert "120" in next(a.why for a in at_60.absent if a.id == "peak_force")
    grounded = {
        "left": (range(0, 1000, 90), range(48, 1000, 90)),
        "right": (range(45, 1000, 90), range(93, 1000, 90)),
    }
    timing = measured(grounded, 120, 1200).timing
    assert timing.get("flight_time").both.value == pytest.approx(-25)
    assert timing.get("peak_force") is None
    assert "flight" in next(a.why for a in timing.absent if a.id == "peak_force")


def test_what_needs_speed_mass_or_height_is_absent_and_says_so():
    timing = measured(AT_120, 120).timing
    why = {absent.id: absent.why for absent in timing.absent}
    assert why["step_length"] == why["stride_length"] == "belt speed not given"
    assert why["vertical_stiffness"] == "mass not given"
    assert why["leg_compression"] == "belt speed and leg length or height not given"
    assert timing.get("peak_force") is not None


def test_nothing_marked_gives_nothing_and_never_a_zero():
    timing = measured({"left": ((), ()), "right": ((), ())}, 60).timing
    assert timing.metrics == ()
    assert [absent.id for absent in timing.absent] == list(reference.metrics())
    assert all(absent.why for absent in timing.absent)


def test_cadence_stands_as_soon_as_two_steps_do():
    one = measured({"left": ((0,), ()), "right": ((21,), ())}, 60).timing
    two = measured({"left": ((0, 42), ()), "right": ((21,), ())}, 60).timing
    assert one.get("cadence") is None
    assert two.get("cadence").both.value == pytest.approx(60 / 0.35)
    assert two.get("cadence").both.plus_minus > 3


def test_low_rates_and_few_steps_are_flagged_not_hidden():
    marks = {"left": ((0, 20, 40), (8, 28, 48)), "right": ((10, 30, 50), (18, 38))}
    timing = measured(marks, 30).timing
    contact = timing.get("contact_time")
    assert {"low fps", "few steps", "locked to the frames"} <= set(contact.flags)
    assert "30 frames/s, 120 advised" in contact.note
    assert "low fps" not in timing.get("cadence").flags
    assert "low fps" not in measured(AT_120, 119.88).timing.get("contact_time").flags


def test_a_side_with_one_contact_uses_the_error_of_its_two_marks():
    marks = {"left": ((0, 42), (15,)), "right": ((21,), (37,))}
    contact = measured(marks, 60).timing.get("contact_time")
    assert contact.left.random == near(26.672)
    assert contact.left.sd is None
    assert "few steps: 1 a side, too few to compare" in contact.note


def test_one_foot_alone_gives_cadence_contact_and_duty_but_no_step():
    marks = {"left": AT_120["left"], "right": ((), ())}
    timing = measured(marks, 120).timing
    cadence = timing.get("cadence")
    assert cadence.both.value == pytest.approx(2 * 60 * 7 * 120 / (604 - 12))
    assert "one foot" in cadence.note
    assert timing.get("step_time") is None
    assert timing.get("contact_time").both == timing.get("contact_time").left
    assert "left foot only" in timing.get("contact_time").note
    assert timing.get("duty_factor").left.value == near(37.009)


def test_a_foot_without_a_whole_stride_has_an_approximate_duty_factor():
    marks = {"left": ((0, 42), (15,)), "right": ((21,), (37,))}
    duty = measured(marks, 60).timing.get("duty_factor")
    assert duty.right.value == pytest.approx(100 * 16 / 42)
    assert "approximated" in duty.flags


def test_an_excluded_step_leaves_every_mean_and_splits_the_chain():
    whole = {"left": (range(0, 480, 42), ()), "right": (range(21, 480, 42), ())}
    lost = {"left": whole["left"], "right": ([f for f in range(21, 480, 42) if f != 231], ())}
    clean, broken = (measured(marks, 60).timing for marks in (whole, lost))
    assert broken.get("cadence").both.value == pytest.approx(clean.get("cadence").both.value)
    assert broken.get("cadence").both.n == clean.get("cadence").both.n - 2
    assert broken.get("cadence").both.plus_minus > clean.get("cadence").both.plus_minus


def test_an_event_beside_a_dropped_frame_is_less_certain():
    stamps = [k / 60 for k in range(400)]
    marks = {"left": ((10, 52), (25,)), "right": ((31,), (47,))}
    clean = analysis(ClipFacts(stamps, 60), Filming("rear"), events(marks, 60)).timing
    holed = [*stamps[:24], *stamps[25:]]
    shifted = [Event(e.frame - (e.frame > 24), 0, e.side, e.kind) for e in events(marks, 60)]
    dropped = analysis(ClipFacts(holed, 60), Filming("rear"), shifted).timing
    before, after = (timing.get("contact_time").left for timing in (clean, dropped))
    assert after.value == pytest.approx(before.value)
    assert after.random == pytest.approx(before.random * math.sqrt(2.5))


def test_a_machine_keeps_the_bias_of_its_method():
    film = ClipFacts([k / 240 for k in range(1400)], 240)
    marks = {side: tuple([2 * f for f in frames] for frames in both) for side, both in AT_120.items()}
    hand, pose = (
        analysis(film, Filming("side_left"), events(marks, 240, source)).timing.get("contact_time").both
        for source in ("hand", "pose")
    )
    assert hand.systematic_part == pytest.approx(1.96 * 0.3 * 1000 / 240)
    assert pose.systematic_part == pytest.approx(1.96 * 12.0)
    assert hand.random == pose.random


def test_the_clinics_own_rater_error_widens_cadence():
    own = measured(AT_120, 120, rater_sd_frames=0.5).timing.get("cadence").both
    assert own.plus_minus == pytest.approx(0.230 * 2, abs=2e-3)


def test_step_differences_add_because_feet_share_landings(at_120):
    step, contact = at_120.get("step_time"), at_120.get("contact_time")
    assert step.difference.plus_minus == pytest.approx(step.left.random + step.right.random)
    assert contact.difference.plus_minus == pytest.approx(
        math.hypot(contact.left.random, contact.right.random)
    )
    assert contact.difference.value == pytest.approx(260.714 - 271.429, abs=2 * HALF_UNIT)


@given(st.permutations(events(AT_60, 60)))
def test_shuffled_events_measure_the_same(shuffled):
    film = ClipFacts([k / 60 for k in range(300)], 60)
    assert analysis(film, Filming("rear"), shuffled).timing == measured(AT_60, 60, 300).timing


@given(
    st.lists(st.tuples(st.integers(18, 26), st.integers(8, 17)), min_size=3, max_size=30),
    st.sampled_from([30.0, 60.0, 120.0]),
)
def test_every_measure_has_an_error_and_means_are_means(pairs, fps):
    scale = round(fps / 60 * 2) / 2
    landings = np.cumsum([round(scale * step) for step, _ in pairs])
    marks = {"left": ([], []), "right": ([], [])}
    for k, (landing, (_, contact)) in enumerate(zip(landings, pairs, strict=True)):
        side = "left" if k % 2 else "right"
        marks[side][0].append(int(landing))
        marks[side][1].append(int(landing + round(scale * contact)))
    done = measured(marks, fps, 2000)
    for metric in done.timing.metrics:
        for value in (metric.both, metric.left, metric.right):
            assert value is None or (value.plus_minus > 0 and value.n >= 1)
        if metric.left and metric.right and "model estimate" not in metric.flags:
            assert metric.both.value == pytest.approx((metric.left.value + metric.right.value) / 2)
    contact = done.timing.get("contact_time")
    if contact is not None and contact.left is not None:
        own = [1000 * c.seconds for c in included(done.feet.contacts, "left")]
        assert contact.left.value == pytest.approx(fmean(own))
    assert {m.id for m in done.timing.metrics} | {a.id for a in done.timing.absent} == set(
        reference.metrics()
    )


# ---- what a method doubts ----


@pytest.mark.parametrize("source, wide", [("pose", 12.0), ("pose_doubted", 20.0), ("pose_rough", 50.0)])
def test_a_doubted_contact_has_a_wide_error_and_says_so(source, wide):
    film = ClipFacts([k / 120 for k in range(700)], 120)
    timing = analysis(film, Filming("side_left"), events(AT_120, 120, source)).timing
    contact, sure = timing.get("contact_time"), timing.get("cadence").both.plus_minus
    assert contact.both.systematic_part == pytest.approx(1.96 * wide)
    assert ("check its contacts by hand" in contact.note) == (source != "pose")
    assert (sure > 0.3) == (source != "pose")


def test_feet_that_were_read_together_are_not_compared():
    film = ClipFacts([k / 120 for k in range(700)], 120)
    timing = analysis(film, Filming("side_left"), events(AT_120, 120, "pose")).timing
    for name in ("contact_time", "flight_time", "duty_factor"):
        metric = timing.get(name)
        assert (metric.difference, metric.asi) == (None, None)
        assert "mark by hand to compare left with right" in metric.note
    step = timing.get("step_time")
    assert step.difference.plus_minus > 2 * 1.96 * 12.0
    assert step.both.plus_minus < 2


def test_steps_of_somebody_else_widen_a_doubted_step_rate():
    """The middle third is faster; hand marks of the same steps are what they are."""
    gaps = [42] * 8 + [36] * 8 + [42] * 8
    landings = [int(at) for at in np.cumsum(gaps)]
    marks = {"left": (landings[::2], ()), "right": (landings[1::2], ())}
    film = ClipFacts([k / 120 for k in range(1000)], 120)
    hand, pose = (
        analysis(film, Filming("side_left"), events(marks, 120, source)).timing.get("cadence").both
        for source in ("hand", "pose_doubted")
    )
    assert hand.value == pose.value
    assert hand.plus_minus < 1
    assert abs(pose.value - 60 * 120 / 42) < pose.plus_minus


@pytest.mark.parametrize("fps, step", [(120, 21), (30, 21)])
def test_with_a_step_rate_that_no_runner_has_nothing_is_timed(fps, step):
    marks = {
        "left": (range(0, 400, 2 * step), range(14, 400, 2 * step)),
        "right": (range(step, 400, 2 * step), ()),
    }
    done = measured(marks, fps, 420)
    assert {metric.id for metric in done.timing.metrics} <= {"duty_factor"}
    assert any("true rate" in absent.why for absent in done.timing.absent)
    assert any("Slow motion?" in said or "is not running" in said for said in done.warnings)


def test_a_part_without_marks_does_not_make_the_rate_doubtful():
    there = [*range(0, 200, 42), *range(1050, 1250, 42)]
    marks = {"left": (there, ()), "right": ([at + 21 for at in there], ())}
    done = measured(marks, 60, 1400)
    assert done.timing.get("cadence").both.value == pytest.approx(171.4, abs=0.1)
    assert not any("Slow motion?" in said for said in done.warnings)


def test_the_note_on_cadence_says_what_one_frame_does(at_60):
    assert "moves it by 0.9" in at_60.get("cadence").note  # 175.610 x 16.667 / (10 x 341.667) = 0.857


def test_a_length_scatters_as_its_time_does_times_the_speed(at_60):
    step, length = at_60.get("step_time"), at_60.get("step_length")
    assert length.own_sd / step.own_sd == pytest.approx(length.both.value / step.both.value)


def test_loading_keeps_the_scatter_of_both_its_means(at_120):
    peak, cadence, loading = (at_120.get(name).both for name in ("peak_force", "cadence", "loading"))
    parts = (peak.mean_sd or 0.0) * cadence.value, (cadence.mean_sd or 0.0) * peak.value
    assert all(parts)
    assert loading.mean_sd == pytest.approx(math.hypot(*parts))


def test_a_step_more_of_one_foot_leans_on_the_landings_between():
    even = measured(AT_60, 60).timing.get("step_time").both
    left, right = AT_60["left"], AT_60["right"]
    one_less = {"left": (left[0][:-1], left[1]), "right": right}
    uneven = measured(one_less, 60).timing.get("step_time").both
    locked = {"averages": False, "rater_s": 0.0}
    assert even.random == near(1000 * uncertainty.chain_u95(1 / 60, 10, **locked))
    assert uneven.random == near(2 * 1000 * uncertainty.chain_u95(1 / 60, 9, **locked))


def test_a_step_more_of_one_foot_leans_less_where_the_frames_are_not_locked():
    left, right = AT_120["left"], AT_120["right"]
    uneven = measured({"left": (left[0][:-1], left[1]), "right": right}, 120).timing.get("step_time")
    few = min(uneven.left.n, uneven.right.n)
    assert uneven.left.n != uneven.right.n
    ends = uncertainty.chain_u95(1 / 120, uneven.both.n, averages=True, rater_s=0.0)
    assert uneven.both.random == pytest.approx(1000 * (1 + 1 / few) * ends)


def test_no_model_where_the_feet_touch_without_a_flight():
    level = {
        "left": (range(0, 1000, 90), range(45, 1000, 90)),
        "right": (range(45, 1000, 90), range(90, 1000, 90)),
    }
    timing = measured(level, 120, 1200).timing
    assert timing.get("flight_time").both.value == 0
    assert timing.get("peak_force") is None


def test_one_stride_of_one_foot_has_a_cadence_that_scatters_by_its_ends_alone():
    cadence = measured({"left": ((12, 97), (43,)), "right": ((), ())}, 120).timing.get("cadence").both
    stride_s = 85 / 120
    assert cadence.value == pytest.approx(120 / stride_s)
    assert cadence.mean_sd == pytest.approx(cadence.value / stride_s * uncertainty.chain_sd(1 / 120, 1))


def test_without_a_belt_speed_there_are_no_lengths():
    told = measured(AT_60, 60)
    film = ClipFacts([k / 60 for k in range(700)], 60)
    filming = Filming("side_left")
    assert lengths(told.feet, clock(film, filming), filming, 0.0) == ()


def test_what_is_compared_keeps_her_own_wander_though_the_chain_knows_the_mean_better(at_120):
    step = at_120.get("step_time")
    ends = step.both.random / uncertainty.NORMAL_95
    assert step.both.mean_sd == pytest.approx(math.hypot(ends, step.own_sd / math.sqrt(step.both.n)))
    assert step.both.mean_sd > ends


def test_a_doubted_clip_is_as_unsure_as_its_thirds_are_apart():
    gaps = [42] * 8 + [36] * 8 + [42] * 8
    landings = [int(at) for at in np.cumsum(gaps)]
    marks = {"left": (landings[::2], ()), "right": (landings[1::2], ())}
    film = ClipFacts([k / 120 for k in range(1000)], 120)
    doubted = analysis(film, Filming("side_left"), events(marks, 120, "pose_doubted")).timing
    steps = np.diff(landings) / 120
    thirds = [fmean(part) for part in np.split(steps[: 3 * (len(steps) // 3)], 3)]
    apart = (max(thirds) - min(thirds)) / fmean(steps)
    cadence = doubted.get("cadence").both
    assert cadence.systematic_part / cadence.value == pytest.approx(apart, rel=0.01)


def test_estimates_of_feet_that_were_read_together_are_not_compared_either():
    told = {"belt_speed": belt_speed("9 km/h"), "height_m": 1.66, "mass_kg": 62.0}
    film = ClipFacts([k / 120 for k in range(700)], 120)
    hand, pose = (
        analysis(film, Filming("side_left", **told), events(AT_120, 120, source)).timing.get("peak_force")
        for source in ("hand", "pose")
    )
    assert hand.difference is not None
    assert pose.difference is None
