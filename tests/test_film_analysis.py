"""A clip measured whole, on the drawn runner: every event and point of hers is known."""

import json

import numpy as np
import pytest

from runclinic import cli
from runclinic.film_analysis import Files, analyse_clip, analyse_file
from runclinic.gait import LandmarkTrack
from runclinic.gait.filming import Filming
from runclinic.refused import Refused
from runclinic.video import Clip, landmark_files
from runclinic.video.pose import Wanted
from runclinic.video.pose_network import POINTS
from tests.make import a_clip

SECONDS, FPS = 5.0, 60


def walked(work):
    told = []
    while True:
        try:
            told.append(next(work))
        except StopIteration as end:
            assert told == sorted(told)
            return end.value


def points_of(shot):
    xy = shot.points()
    return LandmarkTrack(shot.times_s, POINTS, xy, np.ones(xy.shape[:2]))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return a_clip(tmp_path_factory.mktemp("film"), fps=FPS, seconds=SECONDS)


def measured(drawn, view="side_right", *, points=None, **more):
    with Clip.open(drawn.path) as clip:
        given = points_of(drawn.shot) if points is None else points
        return walked(analyse_clip(clip, Filming(view, **more), given=given))


def marks(events, kind):
    return sorted((event.frame, event.side) for event in events if event.kind == kind)


def test_contacts_are_found_and_measured(drawn):
    done = measured(drawn)
    true = marks(drawn.shot.events(), "initial_contact")
    found = marks(done.events, "initial_contact")
    inside = [one for one in true if 2 <= one[0] <= SECONDS * FPS - 3]
    assert [side for _, side in found[-len(inside) :]] == [side for _, side in inside][-len(found) :]
    assert all(any(abs(frame - at) <= 1 and side == of for at, of in found) for frame, side in inside)
    assert done.result["metrics"]["cadence"]["value"] == pytest.approx(170, rel=0.004)
    assert done.result["events"][0]["source"] != "hand"


def test_the_answer_has_the_promised_parts(drawn):
    result = measured(drawn, height_m=1.68).result
    assert set(result) == {"clip", "events", "metrics", "angles", "warnings"}
    assert set(result["clip"]) == {"frame_count", "fps", "capture_fps", "view", "facing", "duration_s"}
    assert {"trunk_ic", "tibia_ic", "knee_ic", "knee_peak"} <= set(result["angles"])
    assert {"value", "unit", "plus_minus", "n"} <= set(result["angles"]["knee_ic"])
    assert "vertical_oscillation" in result["metrics"]
    json.dumps(result, allow_nan=False)


def test_the_trunk_leans_as_drawn(drawn):
    assert measured(drawn).result["angles"]["trunk_mean"]["value"] == pytest.approx(
        drawn.shot.runner.lean_deg, abs=0.3
    )


def test_the_wrong_way_round_is_asked_about(drawn):
    done = measured(drawn, "side_left")
    assert done.warnings[0].startswith("Mirrored?")
    assert "image right" in done.warnings[0]
    assert done.result["clip"]["facing"] == 1
    assert done.result["metrics"]["cadence"]["value"] == pytest.approx(170, rel=0.004)
    assert not any("Mirrored?" in said for said in measured(drawn).warnings)


def test_a_film_that_is_said_to_be_mirrored_is_not_asked_about(drawn):
    done = measured(drawn, "side_left", mirrored=True)
    assert not any("Mirrored?" in said for said in done.warnings)


def test_points_of_another_clip_are_refused(drawn):
    short = points_of(drawn.shot)
    half = LandmarkTrack(short.times_s[:100], POINTS, short.xy[:100], short.confidence[:100])
    with pytest.raises(Refused, match="100 frames, but the clip has 300"):
        measured(drawn, points=half)


def test_from_behind_contacts_are_asked_for(drawn):
    done = measured(drawn, "rear")
    assert done.events == ()
    assert any("mark them by hand" in said for said in done.warnings)


def test_points_without_running_are_no_contacts_but_said(drawn):
    still = points_of(drawn.shot)
    still = LandmarkTrack(still.times_s, POINTS, np.repeat(still.xy[:1], 300, axis=0), still.confidence)
    done = measured(drawn, points=still)
    assert done.events == ()
    assert done.result["angles"] == {}
    assert done.warnings


def an_events_file(shot):
    events = [{"frame": one.frame, "side": one.side, "kind": one.kind} for one in shot.events()]
    return json.dumps({"events": events})


def test_marked_contacts_need_no_points_and_no_weights(drawn, tmp_path):
    nothing = Wanted(folder=tmp_path)
    work = analyse_file(drawn.path, Filming("side_right"), Files(events=an_events_file(drawn.shot)), nothing)
    done = walked(work)
    assert done.track is None
    assert len(done.events) == len(drawn.shot.events())
    assert done.events[0].source == "hand"
    assert any("no body points were given" in said for said in done.warnings)


def test_without_weights_the_missing_file_is_named(drawn, tmp_path):
    with pytest.raises(Refused, match=r"pose_detection\.tflite is not there"):
        walked(analyse_file(drawn.path, Filming("side_right"), wanted=Wanted(folder=tmp_path)))


def test_marked_contacts_with_points_give_angles_at_the_marks(drawn):
    with Clip.open(drawn.path) as clip:
        work = analyse_clip(
            clip, Filming("side_right"), events=an_events_file(drawn.shot), given=points_of(drawn.shot)
        )
        done = walked(work)
    assert {event.source for event in done.events} == {"hand"}
    assert "knee_ic" in done.result["angles"]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_files_are_read_and_written_by_the_command(drawn, tmp_path, capsys, kind):
    given, saved, film = (tmp_path / name for name in (f"given.{kind}", f"saved.{kind}", "film.mp4"))
    landmark_files.write(given, points_of(drawn.shot))
    view = ["analyse", str(drawn.path), "--view", "side_right", "--landmarks", str(given)]
    assert cli.main([*view, "--save-landmarks", str(saved), "--overlay", str(film), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["angles"]
    assert np.allclose(landmark_files.read(saved).xy, landmark_files.read(given).xy, atol=0.011)
    with Clip.open(film) as clip:
        assert clip.frame_count == result["clip"]["frame_count"]


@pytest.mark.parametrize("option", ["--save-landmarks", "--overlay"])
def test_a_name_that_cannot_be_written_is_refused_before_the_work(drawn, tmp_path, capsys, option):
    wrong = ["analyse", str(drawn.path), "--view", "side_right", option, str(tmp_path / "x.doc")]
    assert cli.main(wrong) == 1
    assert "written" in capsys.readouterr().err


@pytest.mark.slow
def test_contacts_are_found_in_the_drawn_film_from_its_pictures_alone(tmp_path):
    drawn = a_clip(tmp_path, fps=30, seconds=4.0, size=(960, 720), facing=-1, stamped=False)
    saved = tmp_path / "points.json"
    files = Files(save_landmarks=saved)
    done = walked(analyse_file(drawn.path, Filming("side_left"), files))
    true = [one for one in drawn.shot.events() if 4 <= one.frame <= 115]
    for kind, most in (("initial_contact", 2), ("toe_off", 3)):
        found = marks(done.events, kind)
        for frame, side in marks(true, kind):
            near = [abs(at - frame) for at, of in found if of == side]
            assert min(near) <= most, (kind, frame, side)
    assert done.result["metrics"]["cadence"]["value"] == pytest.approx(170, rel=0.01)
    assert "heavy" in json.loads(saved.read_text())["made_by"]["model"]
