"""The beat is exact in the sound, and seen where nothing can be heard."""

import miniaudio
import numpy as np
import pytest

from runclinic.ui.metronome import RATE_HZ, Metronome, clicks


@pytest.mark.parametrize("per_minute", [60, 170, 182])
def test_the_clicks_never_drift(per_minute):
    source = clicks(per_minute)
    next(source)
    sound = np.concatenate([np.frombuffer(source.send(512), "<i2") for _ in range(10 * RATE_HZ // 512)])
    loud = np.flatnonzero(np.abs(sound) > 500)
    begins = loud[np.diff(loud, prepend=-RATE_HZ) > RATE_HZ // 10]
    every = RATE_HZ * 60 / per_minute
    assert len(begins) == pytest.approx(10 * per_minute / 60, abs=1)
    assert np.abs(begins - begins[0] - every * np.arange(len(begins))).max() <= 2  # frames, after ten seconds


def test_without_a_loudspeaker_it_is_seen(qtbot, monkeypatch):
    def none(**_wanted):
        raise miniaudio.MiniaudioError("no device", -1)

    monkeypatch.setattr(miniaudio, "PlaybackDevice", none)
    metronome, seen = Metronome(), []
    metronome.beat.connect(lambda: seen.append(1))
    metronome.start(240)
    qtbot.waitUntil(lambda: len(seen) >= 3)
    metronome.stop()
    assert metronome.silent
    assert not metronome.running


def test_a_beat_that_nobody_can_follow_is_held_in(qtbot, monkeypatch):
    monkeypatch.setattr(Metronome, "_sound", lambda _self, _per_minute: None)
    metronome = Metronome()
    metronome.start(900)
    assert metronome.per_minute == 240
    metronome.stop()
