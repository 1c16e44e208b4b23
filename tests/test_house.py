"""The rules of the house, for every file: tools, arrows, who may import what, what may not stand here."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ROOT / "runclinic"
BESIDE_THE_TREE = re.compile(r"\.(git|venv|hypothesis)|weights|build|dist|__pycache__|.*(_cache|\.egg-info)")
SCRIPTS = Path(sys.executable).parent
PURE_ROOMS = ("forms", "gait", "readiness", "plan", "visit")
PURE_MODULES = ("case", "library", "measured", "refused", "resources", "words")
DATABASES = {"sqlite3", "sqlite_utils", "sqlcipher3"}
WORLD = {"io", "os", "pathlib", "random", "shutil", "subprocess", "sys", "tempfile", "threading", "time"}
CLOCK_OR_FILE = re.compile(r"\.(now|today|utcnow)\(|\bopen\(")


def files_of_the_tree() -> Iterator[Path]:
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if not BESIDE_THE_TREE.fullmatch(name)]
        for name in names:
            yield Path(folder, name)


def texts() -> Iterator[tuple[str, str]]:
    for file in files_of_the_tree():
        try:
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def product_files(*rooms: str) -> list[Path]:
    return sorted(file for room in rooms or ("",) for file in (PRODUCT / room).rglob("*.py"))


def imported(file: Path) -> set[str]:
    """The first part of every name that a file imports, wherever in it."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    late = set(re.findall(r"""import_module\(["']([\w.]+)""", file.read_text(encoding="utf-8")))
    return {name.partition(".")[0] for name in whole | parts | late}


def names(files: list[Path]) -> set[str]:
    return {file.relative_to(ROOT).as_posix() for file in files}


def said(*command: str, at: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run([*command], cwd=at, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def arrows(at: Path) -> tuple[int, str]:
    return said(str(SCRIPTS / "lint-imports"), "--no-logo", "--no-cache", at=at)


# -------------------------------------------------------------------------------------------- tools
def test_ruff_has_nothing_to_say():
    code, words = said(sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise")
    assert code == 0, words


def test_types_agree():
    code, words = said(str(SCRIPTS / "basedpyright"))
    assert code == 0, words


def test_the_arrows_hold():
    code, words = arrows(ROOT)
    assert code == 0, words


@pytest.mark.parametrize(
    "module,line",
    [
        ("forms/form.py", "import PySide6.QtWidgets"),
        ("gait/__init__.py", "import runclinic.readiness"),
        ("records/__init__.py", "import runclinic.video"),
        ("documents/__init__.py", "import PySide6.QtGui"),
        ("ui/__init__.py", "import cv2"),
        ("visit/entry.py", "import sqlite3"),
        ("video/__init__.py", "import urllib.request"),
    ],
)
def test_an_import_against_the_arrows_is_seen(tmp_path, module, line):
    shutil.copytree(PRODUCT, tmp_path / "runclinic", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / "runclinic" / module
    broken.write_text(broken.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    code, words = arrows(tmp_path)
    assert code != 0
    assert "BROKEN" in words


# ------------------------------------------------------------------------------ who may import what
def test_one_module_imports_opencv():
    assert len(names([file for file in product_files() if "cv2" in imported(file)])) == 1


def test_one_module_imports_a_database():
    using = names([file for file in product_files() if imported(file) & DATABASES])
    measures_beside_a_plain_one = "runclinic/bench/save.py"
    assert using <= {"runclinic/records/driver.py", measures_beside_a_plain_one}


def test_the_pure_rooms_need_numpy_and_msgspec_alone():
    allowed = set(sys.stdlib_module_names) | {"runclinic", "numpy", "msgspec"}
    files = product_files(*PURE_ROOMS) + [PRODUCT / f"{module}.py" for module in PURE_MODULES]
    assert {file.name: imported(file) - allowed for file in files if imported(file) - allowed} == {}


def test_the_pure_rooms_have_no_clock_and_no_file():
    found = {file.name: imported(file) & WORLD for file in product_files(*PURE_ROOMS)}
    assert {name: world for name, world in found.items() if world} == {}
    files = product_files(*PURE_ROOMS)
    assert names([file for file in files if CLOCK_OR_FILE.search(file.read_text(encoding="utf-8"))]) == set()


# --------------------------------------------------------------------------- what may not stand here
HOST = r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|^--(extra-)?index-url|^-i http"
MACHINE = r"/(work|farm|tmp/lab|root)/[a-z.]"
# Written in halves, for this file is searched too.
HALVES = (("TO", "DO"), ("FIX", "ME"), ("HA", "CK"), ("NotImplemented", "Error"), ("pragma: no", " cover"))
UNFINISHED = rf"\b({'|'.join(first + rest for first, rest in HALVES)})\b|pytest\.mark\.(skip|xfail)\b"


@pytest.mark.parametrize(
    "what,pattern,ending",
    [
        ("a registry's host", HOST, ""),
        ("a path of one machine", MACHINE, ""),
        ("something unfinished or skipped", UNFINISHED, ".py"),
    ],
)
def test_not_in_the_tree(what, pattern, ending):
    wrong = re.compile(pattern, re.MULTILINE)
    found = [name for name, text in texts() if name.endswith(ending) and wrong.search(text)]
    assert found == [], what


def test_no_film_font_weight_or_large_file():
    ending = {".mp4", ".mov", ".avi", ".mkv", ".webm", ".tflite", ".onnx", ".ttf", ".otf", ".so", ".whl"}
    files = list(files_of_the_tree())
    assert names([file for file in files if file.suffix.lower() in ending]) == set()
    assert names([file for file in files if file.stat().st_size > 1_500_000]) == set()


def test_no_file_is_longer_than_anyone_reads():
    code = [*product_files(), *(ROOT / "packaging").glob("*.py"), *(ROOT / "tests").rglob("*.py")]
    assert names([file for file in code if len(file.read_text(encoding="utf-8").splitlines()) > 600]) == set()


# ---------------------------------------------------------------------------- dependencies and the lock
def reasons(of: str) -> dict[str, str]:
    """Every string of a list in pyproject.toml, with the remark beside it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(rf"^{of} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert block, f"pyproject.toml has no list {of}"
    return dict(re.findall(r'^\s*"([^"]+)",?[ ]*(?:#[ ]*(.*))?$', block[1], re.MULTILINE))


@pytest.mark.parametrize("of", ["dependencies", "test", "build", "ignore"])
def test_each_stands_with_its_reason(of):
    assert [name for name, reason in reasons(of).items() if len(reason) < 10] == []


def test_every_dependency_is_read_by_that_test():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert list(reasons("dependencies")) == project["project"]["dependencies"]
    assert list(reasons("build")) == project["dependency-groups"]["build"]


def lock() -> str:
    return (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~; ]", name)[0]).lower()


def test_every_dependency_is_locked():
    locked = {plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock(), re.MULTILINE)}
    asked = {plain(name) for of in ("dependencies", "test", "build") for name in reasons(of)}
    assert asked - locked == set()


def test_every_locked_package_has_a_hash_and_no_address():
    packages = re.split(r"^(?=[A-Za-z0-9._-]+==)", lock(), flags=re.MULTILINE)[1:]
    assert [package.splitlines()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in lock()


def test_the_locked_window_is_one_that_keeps_its_references():
    found = re.search(r"^pyside6-essentials==(\d+)\.(\d+)\.(\d+)", lock(), re.MULTILINE)
    assert found
    assert (6, 10, 3) <= tuple(map(int, found.groups())) < (6, 12)


# ----------------------------------------------------------------------------------------- the README
def test_the_readme_opens_with_the_two_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(python3 .*?)(?=\s*#|$)", readme, re.MULTILINE)
    assert commands[:2] == ["python3 packaging/dev.py demo", "python3 packaging/dev.py test"]


def test_the_check_of_a_submission_is_the_readmes_test_command():
    assert "python3 packaging/dev.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
