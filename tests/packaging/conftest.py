"""The scripts of packaging/, imported as they are and pointed at a folder of the test."""

import importlib
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "packaging"
NAMES = ("told", "debian", "pose_weights", "dev", "package")


@pytest.fixture
def scripts(monkeypatch):
    """A fresh import of each script of packaging/ that a test asks for."""
    monkeypatch.syspath_prepend(str(SCRIPTS))
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield {name: importlib.import_module(name) for name in NAMES}
    for name in NAMES:
        sys.modules.pop(name, None)
