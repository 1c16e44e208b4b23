"""The shell: what a newcomer types, what comes back, and how it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from runclinic import cli, paths
from tests import make

EXAMPLE = paths.resources() / "examples" / "c2.toml"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """run("frames", clip) -> (exit code, stdout, stderr), in a home of its own."""
    monkeypatch.setenv("RUNCLINIC_HOME", str(tmp_path / "home"))

    def typed(*words):
        code = cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make.a_clip(tmp_path_factory.mktemp("clips"), fps=60, seconds=3)


def one_line(err):
    return err.startswith("runclinic: ") and err.count("\n") == 1 and "Traceback" not in err


def test_frames_says_what_the_file_is(run, clip):
    code, out, _ = run("frames", clip.path, "--json")
    facts = json.loads(out)
    assert code == 0
    assert facts["frame_count"] == len(clip.shot.times_s) == len(facts["times_s"])
    assert (facts["width"], facts["height"]) == clip.shot.size
    assert facts["variable_rate"] is False


def test_frames_writes_the_frame_that_was_asked_for(run, clip, tmp_path):
    target = tmp_path / "frame.png"
    assert run("frames", clip.path, "--png", 7, target)[0] == 0
    assert target.read_bytes().startswith(b"\x89PNG")
    code, _, err = run("frames", clip.path, "--png", 100_000, tmp_path / "none.png")
    assert code == 1
    assert one_line(err)
    assert not (tmp_path / "none.png").exists()


def test_analyse_gives_every_metric_its_error(run, clip, tmp_path):
    events = [{"frame": e.frame, "side": e.side, "kind": e.kind, "extra": 1} for e in clip.shot.events()]
    file = tmp_path / "events.json"
    file.write_text(json.dumps({"events": events}))
    code, out, _ = run("analyse", clip.path, "--view", "side_right", "--events", file, "--json")
    metrics = json.loads(out)["metrics"]
    assert code == 0
    assert all(metric["plus_minus"] > 0 for metric in metrics.values())
    off = abs(metrics["cadence"]["value"] - clip.shot.runner.cadence_spm)
    assert off <= metrics["cadence"]["plus_minus"]


def test_assess_prints_one_document_and_every_paper(run, tmp_path):
    code, out, err = run("assess", EXAMPLE, "--json", "--out", tmp_path / "paper")
    said = json.loads(out)
    assert code == 0
    assert said["outcome"] == "O2"
    assert [criterion["id"] for criterion in said["criteria"]] == [f"R{n:02}" for n in range(1, 33)]
    kinds = [Path(file).name.split()[1] for file in said["documents"]]
    assert kinds == ["plan", "exercises", "diary", "report"]
    assert [line.split(":")[0] for line in err.splitlines()] == ["No gait sheet", "No letter"]
    assert all(Path(file).read_bytes().startswith(b"%PDF") for file in said["documents"])


@pytest.mark.parametrize(
    ("gait", "why"),
    [
        ("clip = 'away.mp4'\nview = 'side_left'", "away.mp4"),
        ("clip = 'away.mp4'", "does not say the view"),
        ("cadence = 172", "typed in carry no error"),
    ],
)
def test_without_a_stride_the_other_papers_are_there_and_one_line_says_why(gait, why, run, tmp_path):
    file = tmp_path / "case.toml"
    file.write_text(f"{EXAMPLE.read_text(encoding='utf-8')}\n[gait]\n{gait}\n", encoding="utf-8")
    code, out, err = run("assess", file, "--json", "--out", tmp_path / "paper")
    assert code == 0
    assert len(json.loads(out)["documents"]) == 4
    (said,) = (line for line in err.splitlines() if line.startswith("No gait sheet: "))
    assert why in said


def test_forms_lists_ids_and_helps_with_a_slip(run):
    assert "load_tests" in {form["id"] for form in json.loads(run("forms", "--json")[1])["forms"]}
    assert "RF01" in run("forms", "safety")[1]
    code, _, err = run("forms", "safty")
    assert code == 1
    assert "safety" in err
    assert one_line(err)


def _empty(folder):
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def _text(folder):
    (folder / "notes.mp4").write_text("this is no clip")
    return folder / "notes.mp4"


def _sound(folder):
    target = folder / "sound.mp4"
    with av.open(str(target), "w") as container:
        stream = container.add_stream("aac", rate=44_100)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 44_100
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return target


@pytest.mark.parametrize(
    "made", [_empty, _text, _sound, lambda folder: folder, lambda folder: folder / "none.mp4"]
)
def test_what_is_no_clip_is_one_clear_line(made, run, tmp_path):
    wrong = made(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = run("frames", wrong, "--png", 0, tmp_path / "frame.png")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "wrong, near",
    [
        ("[answers.safty]\nRF01 = 'no'", "safety"),
        ("[answers.safety]\nRF1 = 'no'", "Did you mean"),
        ("[answers.history]\nH13 = 'S9'", "S"),
        ("[answers.history]\nH04 = 99", "15"),
        ("[answers.safety", "line"),
    ],
)
def test_a_wrong_case_file_is_one_clear_line_and_writes_nothing(wrong, near, run, tmp_path):
    file = tmp_path / "case.toml"
    file.write_text(f"[visit]\ndate = 2026-11-20\n{wrong}\n")
    code, out, err = run("assess", file, "--out", tmp_path / "paper", "--json")
    assert (code, out) == (1, "")
    assert one_line(err)
    assert near in err
    assert not (tmp_path / "paper").exists()


def test_a_verb_that_is_not_there_is_refused_by_name():
    done = subprocess.run(
        [sys.executable, "-m", "runclinic", "diagnose", "x"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "diagnose" in done.stderr


def test_a_failure_that_nobody_expected_goes_to_the_log(run, tmp_path, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr("runclinic.forms.listing.lines", broken)
    code, _, err = run("forms")
    assert code == 1
    assert one_line(err)
    assert "secret" not in err
    (log,) = (tmp_path / "home").rglob("*.log")
    assert "ZeroDivisionError" in log.read_text()
