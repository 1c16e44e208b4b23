"""The installed program: every part has a licence, and what is listed is what is needed."""

import json
import tomllib
from pathlib import Path

import pytest

from runclinic import licences

ROOT = Path(__file__).resolve().parents[2]
WANTED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]


@pytest.fixture
def package(scripts):
    return scripts["package"]


def test_every_dependency_is_listed_once_with_its_licence(package):
    listed = package.distributions()
    names = [licences.name_of(each.name) for each in listed]
    assert len(names) == len(set(names))
    assert {licences.name_of(line) for line in WANTED} <= set(names)
    assert not {"pytest", "hypothesis", "scipy", "pyinstaller", "ruff"} & set(names)
    assert all(licences.licence(each) for each in listed)


def test_the_texts_of_the_licences_are_in_the_file(package, tmp_path):
    package.write_licences(tmp_path)
    said = (tmp_path / "LICENCES.txt").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in said
    assert "Apache License" in said
    assert "pose_landmark_heavy.tflite" in said
    assert "SIL OPEN FONT LICENSE" in said.upper()


def test_the_bill_of_materials_names_the_weights_by_their_hash(package, tmp_path):
    package.write_bill(tmp_path)
    bill = json.loads((tmp_path / "SBOM.cdx.json").read_text(encoding="utf-8"))
    kinds = [each["type"] for each in bill["components"]]
    assert kinds.count("machine-learning-model") == 3
    assert all(len(each["hashes"][0]["content"]) == 64 for each in bill["components"] if "hashes" in each)
    assert any(each["name"] == "numpy" for each in bill["components"])


def test_the_menu_files_are_filled_in(package, tmp_path):
    package.add_menu_files(tmp_path)
    told = (tmp_path / "share" / "org.runclinic.RunClinic.metainfo.xml").read_text(encoding="utf-8")
    assert "@" not in told
    assert package.PROJECT["version"] in told
    assert (tmp_path / "install.sh").stat().st_mode & 0o100


def test_a_missed_bar_is_said(package, capsys):
    assert package.told("start", 0.2, 3.0, "s")
    assert not package.told("packed", 301.0, 300.0, "MB")
    assert "MISSED" in capsys.readouterr().out
