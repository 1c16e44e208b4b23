"""The wheel carries the clinical content, and finds it where it is unpacked."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """A wheel built without any network, unpacked far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *offline, "-w", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("runclinic-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_every_file_of_resources_is_in_it(unpacked):
    here = {file.relative_to(ROOT / "resources") for file in (ROOT / "resources").rglob("*.toml")}
    inside = unpacked / "runclinic" / "_resources"
    assert {file.relative_to(inside) for file in inside.rglob("*.toml")} == here
    assert here


def test_from_there_the_content_is_found(unpacked, tmp_path):
    ask = "from runclinic import paths, resources; print(paths.resources()); resources.table('weights.toml')"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(unpacked)!r}); {ask}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == unpacked / "runclinic" / "_resources"


def test_the_guide_with_its_pictures_and_the_licence_of_the_weights_are_in_it(unpacked):
    here = {file.relative_to(ROOT / "docs" / "guide") for file in (ROOT / "docs" / "guide").rglob("*.*")}
    inside = unpacked / "runclinic" / "_guide"
    assert {file.relative_to(inside) for file in inside.rglob("*.*")} == here
    ask = "from runclinic import guide, paths; print(len(guide.pages()), paths.apache_licence().is_file())"
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(unpacked)!r}); {ask}"]
    done = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(list(inside.glob("*.md")))), "True"]


def test_it_says_its_licence_and_its_command(unpacked):
    (about,) = unpacked.glob("runclinic-*.dist-info")
    assert "License-Expression: GPL-3.0-or-later" in (about / "METADATA").read_text(encoding="utf-8")
    assert "runclinic = runclinic.cli:main" in (about / "entry_points.txt").read_text(encoding="utf-8")
