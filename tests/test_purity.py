"""The pure rooms, really imported: what they pull in, directly or through others, is ours or on the list."""

import json
import subprocess
import sys
from pathlib import Path

import runclinic

PACKAGE = Path(runclinic.__file__).parent
ROOMS = ("forms", "gait", "readiness", "plan", "visit")
MODULES = ("case", "layer", "library", "measured", "paths", "refused", "resources", "words")
# First what msgspec and numpy bring along themselves, then each pure module and what came with it.
PROGRAM = """
import importlib, json, pathlib, sys
import msgspec, numpy

def foreign():
    return {name.partition(".")[0] for name in sys.modules} - sys.stdlib_module_names - {"runclinic"}

def judge(example):
    from runclinic import case
    from runclinic.visit.assess import assess
    assert assess(case.read(pathlib.Path(example))).outcome

brought, found = foreign(), {}
for name in sys.argv[1:]:
    judge(name) if name.endswith(".toml") else importlib.import_module(name)
    found[name] = sorted(foreign() - brought)
print(json.dumps(found))
"""


def pure_modules():
    files = [file for room in ROOMS for file in sorted((PACKAGE / room).glob("*.py"))]
    inside = [f"runclinic.{file.parent.name}.{file.stem}".removesuffix(".__init__") for file in files]
    return [*inside, *(f"runclinic.{name}" for name in MODULES)]


def imported(*names):
    command = [sys.executable, "-c", PROGRAM, *names]
    done = subprocess.run(command, cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_pure_rooms_bring_in_msgspec_and_numpy_alone():
    found = imported(*pure_modules())
    assert len(found) > 50
    assert {name: foreign for name, foreign in found.items() if foreign} == {}


def test_another_library_would_be_seen():
    assert "platformdirs" in imported("runclinic.paths", "platformdirs")["platformdirs"]


def test_a_whole_visit_is_judged_without_anything_else():
    example = str(PACKAGE.parent / "resources" / "examples" / "c8.toml")
    assert imported(example) == {example: []}
