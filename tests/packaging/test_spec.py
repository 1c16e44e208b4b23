"""What PyInstaller is told to carry: the guide with its pictures, and the licences, found from there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runclinic import guide, licences, paths

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "packaging" / "runclinic.spec"
PICTURE, LINK = re.compile(r"!\[[^]]*\]\(([^)]+)\)"), re.compile(r"\]\(([\w-]+\.md)\)")
ASK = """
import json, sys
sys._MEIPASS, sys.path[:] = sys.argv[1], [sys.argv[1], *(each for each in sys.path if "packages" not in each)]
from runclinic import guide, licences
parts = [(part.name, part.version, part.licence, len(part.texts())) for part in licences.parts()]
print(json.dumps([parts, [page.name for page in guide.pages()]]))
"""


class Asked:
    """PyInstaller's own part: nothing is collected, and nothing written."""

    def __init__(self, *_given, **_more) -> None:
        self.datas, self.binaries, self.pure, self.scripts = [], [], [], []


@pytest.fixture(scope="module")
def spec():
    """The names of the spec, run as PyInstaller runs it."""
    known = dict.fromkeys(("Analysis", "PYZ", "EXE", "COLLECT", "BUNDLE"), Asked)
    known["SPECPATH"] = str(SPEC.parent)
    exec(compile(SPEC.read_text(encoding="utf-8"), str(SPEC), "exec"), known)  # noqa: S102 -- as PyInstaller does
    return known


@pytest.fixture(scope="module")
def unpacked(spec, tmp_path_factory):
    """The texts of it where an installed program has them, and our own modules; fonts and weights stay."""
    folder = tmp_path_factory.mktemp("unpacked")
    for file, place in spec["DATA"]:
        source, target = Path(file), folder / place
        if place in ("resources", "weights") or source.suffix == ".ttf":
            continue
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    for file in [each for each in folder.rglob("*") if each.is_file()]:
        if spec["UNUSED"].search(file.relative_to(folder).as_posix()):
            file.unlink()
    (folder / "runclinic").mkdir(exist_ok=True)
    for name in ("__init__", "paths", "refused", "guide", "licences"):
        shutil.copy(ROOT / "runclinic" / f"{name}.py", folder / "runclinic")
    return folder


def test_every_page_of_the_guide_is_carried_with_every_picture_and_link(unpacked, monkeypatch):
    monkeypatch.setattr(sys, "_MEIPASS", str(unpacked), raising=False)
    assert paths.guide().is_relative_to(unpacked)
    pages = {each.name: each.read_text(encoding="utf-8") for each in paths.guide().glob("*.md")}
    assert set(pages) == {each.name for each in (ROOT / "docs" / "guide").glob("*.md")}
    named = [each for words in pages.values() for find in (PICTURE, LINK) for each in find.findall(words)]
    assert len(named) > 20
    assert [each for each in named if not (paths.guide() / each).is_file()] == []


def test_an_installed_program_finds_its_guide_and_all_licences(unpacked):
    done = subprocess.run(
        [sys.executable, "-I", "-c", ASK, str(unpacked)],
        capture_output=True, text=True, check=False, cwd=unpacked, env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    parts, pages = json.loads(done.stdout)
    assert parts == [[p.name, p.version, p.licence, len(p.texts())] for p in licences.parts()]
    assert pages == [page.name for page in guide.pages()]
