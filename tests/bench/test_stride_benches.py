"""The benches of the stride: marker files of an invented runner, bars and JSON."""

import json

import numpy as np
import pytest

from runclinic.bench import angle_coverage, coverage, events, run
from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.bench.result import Result
from runclinic.refused import Refused

COLUMNS = ("heel_forward_m", "heel_up_m", "toe_forward_m", "toe_up_m")


def a_folder(folder):
    """Two stances a runner in files like those of a motion laboratory, 200 Hz, metres, up running up."""
    truth = ["trial,side,initial_contact_s,toe_off_s"]
    for trial, runner in enumerate(RUNNERS):
        for side in ("left", "right"):
            names = (f"{side}_heel", f"{side}_foot_index")
            run = drawn(runner, 200, names=names, seconds=3)
            landing = next(
                one
                for one in run.truth
                if (one.kind, one.side) == ("initial_contact", side) and one.frame > 60
            )
            part = slice(landing.frame - 55, landing.frame + 90)
            metres = (run.track.xy[part] * [1, -1] / 420).reshape(-1, 4)
            times = run.track.times_s[part] - run.track.times_s[part][0]
            lines = [",".join(f"{value:.5f}" for value in row) for row in np.column_stack([times, metres])]
            name = f"trial{trial:02d}_{side}.csv"
            (folder / name).write_text("\n".join([",".join(("time_s", *COLUMNS)), *lines]))
            at = landing.time_s - run.track.times_s[part][0]
            truth.append(f"{trial:02d},{side},{at:.4f},{at + runner.contact_s:.4f}")
    (folder / events.TRUTH).write_text("\n".join(truth))
    return folder


def test_marker_files_are_scored(tmp_path):
    score = events.on_markers(a_folder(tmp_path))
    assert (score.missed, score.invented) == (0, 0)
    assert np.median(np.abs(score.ms["initial_contact"])) < events.LANDING_MS
    assert np.median(np.abs(score.ms["toe_off"])) < events.TOE_OFF_MS
    assert {len(off) for off in score.ms.values()} == {8}


def test_a_folder_without_truth_is_refused(tmp_path):
    with pytest.raises(Refused, match="force_plate_events"):
        list(events.marker_runs(tmp_path))


def test_markers_are_given_on_the_command_line_to_the_bench_of_events_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(events, "RATES", ())
    (result,) = run("events", markers=a_folder(tmp_path))
    assert [figure.name for figure in result.figures if figure.at_most is not None] == [
        "markers: landing, absolute error",
        "markers: toe-off, absolute error",
        "markers: missed or invented",
    ]
    with pytest.raises(Refused, match="angles reads no markers and no film"):
        run("angles", markers=tmp_path)


def test_a_result_is_text_and_json():
    shares, wide = coverage.many_runs(coverage.Runner(120, 168, 1.0), 20)
    assert min(shares.values()) > 0.75
    assert 0.8 < wide < 1.5
    figures = tuple(events._of_markers(events.Score(ms={"initial_contact": [1.0, -6.0], "toe_off": [2.0]})))
    result = Result("events", figures)
    assert json.loads(json.dumps(result.as_json()))["bench"] == "events"
    assert any("landing" in line and "kept" in line for line in result.lines())


@pytest.mark.storm
def test_coverage_bench_keeps_its_bars(monkeypatch):
    monkeypatch.setattr(coverage, "RUNS", 60)
    monkeypatch.setattr(angle_coverage, "RUNS", 2)
    barred = [figure for figure in coverage.bench().figures if figure.at_most is not None]
    assert len(barred) > len(coverage.PHASES)
    assert [figure.name for figure in barred if figure.median > 2 * figure.at_most] == []
