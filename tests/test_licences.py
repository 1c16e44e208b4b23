"""What RunClinic is made with: nothing that is needed is missing, and every text that is shipped is found."""

import re
import tomllib
from importlib import metadata

import pytest

from runclinic import licences
from tests.test_house import ROOT

NEEDED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
NO_TEXT = {"fontpkg", "x264 and x265"}  # only named by those who made them


@pytest.fixture(scope="module")
def parts():
    return {part.name: part for part in licences.parts()}


def test_every_package_that_is_needed_is_listed(parts):
    listed = {licences.name_of(name) for name in parts}
    assert {licences.name_of(line) for line in NEEDED} <= listed
    assert not {"pip", "pytest", "scipy", "pyinstaller"} & listed


def test_runclinic_comes_first_and_the_rest_by_name(parts):
    first, *rest = licences.parts()
    assert (first.name, first.version) == ("runclinic", metadata.version("runclinic"))
    assert [part.name for part in rest] == sorted((part.name for part in rest), key=str.casefold)
    assert len(parts) == len(licences.parts())


def test_icons_fonts_body_points_and_python_are_parts_too(parts):
    icons = parts["Material Design Icons"]
    assert icons.licence == "Apache-2.0"
    assert re.fullmatch(r"6(\.\d+){2}", icons.version)
    assert parts["BlazePose body points"].licence == "Apache-2.0"
    assert parts["fontpkg-noto-sans-arabic"].licence == "OFL-1.1"
    assert parts["Python"].licence == "PSF-2.0"
    assert parts["x264 and x265"].version == f"in av {metadata.version('av')}"


def test_every_licence_is_named_and_its_text_is_there(parts):
    assert all(part.licence for part in parts.values())
    assert {name for name, part in parts.items() if not any(part.texts())} == NO_TEXT


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("runclinic", "GNU GENERAL PUBLIC LICENSE"),
        ("PySide6_Essentials", "GNU GENERAL PUBLIC LICENSE"),
        ("fontpkg-arimo", "SIL OPEN FONT LICENSE"),
        ("flatbuffers", "Apache License"),
        ("BlazePose body points", "Apache License"),
        ("Python", "PYTHON SOFTWARE FOUNDATION LICENSE"),
        ("pypdfium2", "FreeType"),
        ("opencv-python", "libjpeg"),
    ],
)
def test_it_is_that_text(parts, name, words):
    assert words.casefold() in "\n".join(parts[name].texts()).casefold()


def test_a_text_that_a_package_carries_twice_is_read_once(parts):
    fonts = parts["fontpkg-arimo"]
    assert len(fonts.files) == 2
    assert len(fonts.texts()) == 1


def test_a_file_that_only_sounds_like_a_licence_is_none(parts):
    assert not [file.name for file in parts["opencv-python"].files if "plate" in file.name]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["License-Expression: MIT", "License: Apache-2.0"], "MIT"),
        (["License: BSD-3-Clause"], "BSD-3-Clause"),
        (
            [f"License: {'a text ' * 9}", "Classifier: License :: OSI Approved :: MIT License"],
            "MIT License",
        ),
        (["Classifier: Topic :: Printing"], "see its text"),
    ],
)
def test_how_a_package_names_its_licence(tmp_path, lines, named):
    about = tmp_path / "invented-1.0.dist-info"
    about.mkdir()
    head = ["Metadata-Version: 2.1", "Name: invented", "Version: 1.0"]
    (about / "METADATA").write_text("\n".join([*head, *lines]) + "\n", encoding="utf-8")
    assert licences.licence(metadata.PathDistribution(about)) == named


def test_a_text_that_is_carried_for_another_part_is_not_taken_for_its_own(tmp_path):
    files = {
        "made-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: made\nVersion: 1.0\n",
        "made-1.0.dist-info/licenses/LICENSE": "its own",
        "made/_licences/pose_weights_licence.txt": "another's",
    }
    for name, words in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(words, encoding="utf-8")
    record = tmp_path / "made-1.0.dist-info" / "RECORD"
    record.write_text("".join(f"{name},,\n" for name in files), encoding="utf-8")
    (made,) = metadata.distributions(path=[str(tmp_path)])
    assert [each.name for each in licences.text_files(made)] == ["LICENSE"]
