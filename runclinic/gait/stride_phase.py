"""Where in her stride a runner is at every frame, from the to and fro of her two feet."""

import math
from dataclasses import dataclass

import numpy as np

from runclinic.gait.filming import FloatArray
from runclinic.refused import Refused

SLOWEST, FASTEST = 46 / 60, 130 / 60  # strides a second (choice: 92 to 260 steps/min)
WINDOW_STRIDES = 1.25
LONGEST_STEP_S = 1 / 30
ROUNDS = 3
DOUBTED = 2.0  # residuals of this many robust SD begin to count less
FEWEST_STRIDES = 2.0
FINE = 10  # places between two frequencies that the clip itself can tell apart
CLEARLY_STRONGER = 1.5


@dataclass(frozen=True, eq=False)
class StridePhase:
    """Cycles of the stride at every frame, unwrapped; the left foot is foremost near 0.25 of each.

    `per_frame` is the usual advance of a frame.
    """

    cycles: FloatArray
    per_frame: float

    def of(self, side: str) -> FloatArray:
        """The cycles of one foot: half a stride apart."""
        return self.cycles + (0.0 if side == "left" else 0.5)

    @property
    def wander(self) -> float:
        """How much her step rate changes over the clip: 10th to 90th percentile over the median."""
        rate = np.gradient(self.cycles)
        low, middle, high = np.percentile(rate, [10, 50, 90])
        return float((high - low) / middle)

    @property
    def strides(self) -> float:
        return float(self.cycles[-1] - self.cycles[0])


def stride_rate(apart: FloatArray, fs: float) -> float:
    """Strides a second: the frequency at which the distance between the feet goes to and fro most.

    `apart` float[n] is left - right, forward positive. A rate that no runner has is given only if it is
    clearly the stronger one: then the film's own rate is wrong. Refused if the clip is shorter than two
    strides.
    """
    n = len(apart)
    if n / fs < FEWEST_STRIDES / FASTEST:
        raise Refused("The clip is shorter than two strides.", "Film ten seconds or more.")
    wave = (apart - apart.mean()) * np.hanning(n)
    size = 1 << (FINE * n).bit_length()
    strength = np.abs(np.fft.rfft(wave, size))
    rates = np.fft.rfftfreq(size, 1 / fs)
    usual = (rates >= SLOWEST) & (rates <= FASTEST)
    strange = ~usual & (rates >= FEWEST_STRIDES * fs / n)
    best = float(rates[usual][int(np.argmax(strength[usual]))])
    if strange.any() and strength[strange].max() > CLEARLY_STRONGER * strength[usual].max():
        return float(rates[strange][int(np.argmax(strength[strange]))])
    return best


def stride_phase(apart: FloatArray, fs: float, rate: float) -> StridePhase:
    """The phase of the stride at each frame, by a fit of one stride's waves to what lies round the frame.

    A constant, the fundamental and its third multiple; robust, so that a few exchanged frames do no harm.
    """
    n, period = len(apart), fs / rate
    reach = max(4, round(WINDOW_STRIDES * period))
    places = np.unique(np.append(np.arange(0, n, max(1, int(LONGEST_STEP_S * fs))), n - 1))
    turn = 2 * math.pi / period
    phase = np.unwrap([_phase_at(apart, int(k), reach, turn) for k in places])
    steady = phase - turn * places
    cycles = (np.interp(np.arange(n), places, steady) + turn * np.arange(n)) / (2 * math.pi) + 0.25
    return StridePhase(cycles, float(np.median(np.diff(cycles))))


def _phase_at(apart: FloatArray, frame: int, reach: int, turn: float) -> float:
    low, high = max(0, frame - reach), min(len(apart), frame + reach + 1)
    since = np.arange(low, high) - frame
    taper = np.sqrt(0.5 + 0.5 * np.cos(math.pi * since / (reach + 1)))
    angle = turn * since
    waves = [np.ones(len(since)), np.cos(angle), np.sin(angle)]
    if len(since) * turn > 2 * math.pi:
        waves += [np.cos(3 * angle), np.sin(3 * angle)]
    basis, values = np.stack(waves, axis=1), apart[low:high]
    weight = taper
    fit = np.zeros(len(waves))
    for _ in range(ROUNDS):
        fit = np.linalg.lstsq(basis * weight[:, None], values * weight, rcond=None)[0]
        off = np.abs(values - basis @ fit)
        spread = 1.4826 * float(np.median(off)) + 1e-12
        weight = taper / np.sqrt(np.maximum(1.0, off / (DOUBTED * spread)))
    return math.atan2(-fit[2], fit[1])
