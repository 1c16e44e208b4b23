"""The JSON of a clip, events read and refused, warnings, and rows for the panel."""

import json

import pytest
from gait_examples import AT_60, AT_120, events, measured

from runclinic.gait import reference
from runclinic.gait.analyse import analyse, events_from_json, rows
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming, belt_speed
from runclinic.refused import Refused

TIMES = [k / 60 for k in range(300)]
CLIP = ClipFacts(TIMES, 60.0)


def listed(marks, fps):
    return [{"frame": e.frame, "side": e.side, "kind": e.kind, "plus_minus": 1} for e in events(marks, fps)]


def test_the_json_has_every_part_and_nothing_that_json_cannot_hold():
    given = events_from_json(json.dumps({"clip": "x.mp4", "events": listed(AT_60, 60)}), TIMES)
    said = analyse(CLIP, Filming("side_left", belt_speed=belt_speed("9 km/h")), given)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert set(said) == {"clip", "events", "metrics", "angles", "warnings"}
    assert said["clip"] == {
        "frame_count": 300,
        "fps": 60.0,
        "capture_fps": 60.0,
        "view": "side_left",
        "facing": -1,
        "duration_s": pytest.approx(5.0),
    }
    assert said["events"][0] == {
        "frame": 10,
        "time_s": pytest.approx(10 / 60),
        "side": "left",
        "kind": "initial_contact",
        "source": "hand",
        "confidence": 1.0,
    }
    contact = said["metrics"]["contact_time"]
    assert contact["unit"] == "ms"
    assert contact["left"]["value"] == pytest.approx(250)
    assert contact["plus_minus"] == pytest.approx((13.336**2 + 9.8**2) ** 0.5, abs=1e-3)
    assert (contact["u95"], contact["u95_sys"]) == (pytest.approx(13.336, abs=1e-3), pytest.approx(9.8))
    assert {"asi", "asi_plus_minus", "sd", "cv", "note", "right", "n"} <= set(contact)
    cadence = said["metrics"]["cadence"]
    assert "left" not in cadence
    assert "asi" not in cadence
    assert said["angles"] == {}


def test_what_is_absent_is_named_in_a_warning():
    said = analyse(CLIP, Filming("side_left"), events(AT_60, 60))
    assert set(said["metrics"]) == {
        "cadence",
        "contact_time",
        "flight_time",
        "duty_factor",
        "step_time",
        "stride_time",
    }
    text = "\n".join(said["warnings"])
    for name in set(reference.metrics()) - set(said["metrics"]):
        assert reference.metric(name).name in text
    assert "Angles and vertical oscillation" in text


@pytest.mark.parametrize(
    "shape", [lambda e: e, lambda e: {"events": e}, json.dumps, lambda e: json.dumps({"events": e})]
)
def test_events_come_as_text_or_values(shape):
    given = events_from_json(shape(listed(AT_60, 60)), TIMES)
    assert sorted(given, key=lambda e: (e.frame, e.kind)) == sorted(
        events(AT_60, 60), key=lambda e: (e.frame, e.kind)
    )


def test_source_and_confidence_are_kept():
    entry = {"frame": 6, "side": "left", "kind": "toe_off", "source": "pose", "confidence": 0.5, "more": [1]}
    assert events_from_json([entry], TIMES) == (Event(6, 0.1, "left", "toe_off", "pose", 0.5),)


GOOD = {"frame": 6, "side": "left", "kind": "toe_off"}


@pytest.mark.parametrize(
    "given, said",
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("{}", "No list of events"),
        ("3", "No list of events"),
        ('{"events": "none"}', "No list of events"),
        ([3], "Event 1"),
        ([GOOD, {**GOOD, "side": "lft"}], "Event 2: the side “lft”"),
        ([{**GOOD, "kind": "landing"}], "Event 1: the kind “landing”"),
        ([{**GOOD, "frame": 300}], "frame 300 is outside the clip, which has frames 0 to 299"),
        ([{**GOOD, "frame": -1}], "frame -1 is outside"),
        ([{**GOOD, "frame": 6.5}], "not a whole number"),
        ([{**GOOD, "frame": True}], "not a whole number"),
        ([{"side": "left", "kind": "toe_off"}], "not a whole number"),
        ([{"frame": 6, "kind": "toe_off"}], "the side “None”"),
        ([{**GOOD, "confidence": 2}], "confidence"),
        ([{**GOOD, "source": 2}], "source"),
    ],
)
def test_events_that_cannot_be_are_refused_by_name(given, said):
    with pytest.raises(Refused, match=said):
        events_from_json(given, TIMES)


def test_an_event_outside_the_clip_is_refused():
    with pytest.raises(Refused, match="frame 300"):
        analyse(CLIP, Filming("rear"), [Event(300, 5.0, "left", "toe_off")])


def test_times_come_from_the_frames_so_a_corrected_rate_counts():
    slow = ClipFacts([k / 30 for k in range(700)], 30)
    face_value = analyse(slow, Filming("side_left"), events(AT_120, 30))
    assert any("Slow motion?" in said and "120 frames/s" in said for said in face_value["warnings"])
    assert "cadence" not in face_value["metrics"]
    right = analyse(slow, Filming("side_left", capture_fps=120), events(AT_120, 30))
    assert right["metrics"]["cadence"]["value"] == pytest.approx(170.270, abs=5e-4)
    assert right["clip"]["capture_fps"] == 120
    assert not any("Slow motion" in said for said in right["warnings"])


def test_a_step_rate_that_nobody_has_is_said():
    fast = {"left": (range(0, 280, 20), ()), "right": (range(10, 280, 20), ())}
    said = analyse(CLIP, Filming("rear"), events(fast, 60))
    assert any("is not running" in warning for warning in said["warnings"])


def test_dropped_frames_and_many_broken_rules_are_said_briefly():
    stamps = [k / 60 for k in range(301) if k != 150]
    short = {"left": (range(0, 280, 42), range(2, 280, 42)), "right": (range(21, 280, 42), ())}
    warnings = analyse(ClipFacts(stamps, 60), Filming("rear"), events(short, 60))["warnings"]
    assert any("missing or held after 149" in said for said in warnings)
    assert sum("contact time of" in said for said in warnings) == 3
    assert any("more of the same: contact time" in said for said in warnings)


def test_measures_from_body_points_join_the_answer():
    metric = measured(AT_60, 60).timing.get("contact_time")
    said = analyse(CLIP, Filming("rear"), events(AT_60, 60), angles=[metric], from_landmarks=[metric])
    assert said["angles"]["contact_time"]["value"] == pytest.approx(256.667, abs=5e-4)
    assert not any("body points" in warning for warning in said["warnings"])


def test_rows_are_ready_for_a_panel():
    by_id = {row.id: row for row in rows(measured(AT_120, 120).timing.metrics)}
    contact = by_id["contact_time"]
    assert (contact.name, contact.unit) == ("Contact time", "ms")
    assert (contact.left, contact.right, contact.both, contact.difference) == ("261", "271", "266", "−11")
    assert contact.plus_minus == "6"
    cadence = by_id["cadence"]
    assert (cadence.left, cadence.right, cadence.both, cadence.plus_minus) == ("", "", "170.3", "0.2")
    assert next(iter(by_id)) == "cadence"


def test_a_measure_that_is_not_known_is_refused():
    with pytest.raises(Refused, match="cadense"):
        reference.metric("cadense")
    assert reference.method_of("somebody's program").id == "hand"


def test_every_measure_of_the_file_can_be_made():
    told = Filming("side_left", belt_speed=belt_speed("9 km/h"), height_m=1.66, mass_kg=62)
    said = analyse(ClipFacts([k / 120 for k in range(700)], 120), told, events(AT_120, 120))
    assert list(said["metrics"]) == list(reference.metrics())
    for name, facts in reference.metrics().items():
        assert said["metrics"][name]["unit"] == facts.unit
