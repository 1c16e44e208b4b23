"""What every test has: no screen, a data folder of its own, and the same examples of a law each time."""

import os

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything loads Qt

# Two cores may be shared by several people: a slow example is no failure. The same commit, the same examples.
hypothesis.settings.register_profile("house", deadline=None, derandomize=True)
hypothesis.settings.register_profile("save", deadline=None, derandomize=True, max_examples=40)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def _no_folder_of_the_user(tmp_path_factory):
    """Records, logs and window sizes of tests stay apart from those of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNCLINIC_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


class PatientBot(QtBot):
    """Waits as long as a busy machine may need: what comes at last is right, whenever it comes."""

    PATIENCE_MS = 60_000

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        return super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **how):
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals, *, timeout=PATIENCE_MS, **how):
        return super().waitSignals(signals, timeout=timeout, **how)

    def waitActive(self, widget, *, timeout=PATIENCE_MS):
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget, *, timeout=PATIENCE_MS):
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp, request):
    """The hands and eyes of a test of a window."""
    return PatientBot(request)
