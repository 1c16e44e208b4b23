"""Where in her stride a runner is at every frame, from the to and fro of her two feet."""

import math
from dataclasses import dataclass

import numpy as np

from runclinic.gait.filming import FloatArray
from runclinic.gait.filtering import BoolArray
from runclinic.refused import Refused

SLOWEST, FASTEST = 46 / 60, 130 / 60  # strides a second (choice: 92 to 260 steps/min)
WINDOW_STRIDES = 1.25
LONGEST_STEP_S = 1 / 30
ROUNDS = 3
DOUBTED = 2.0  # residuals of this many robust SD begin to count less
FEWEST_STRIDES = 2.0
FINE = 10  # places between two frequencies that the clip itself can tell apart
CLEARLY_STRONGER = 1.5
PIECE_S = 2.5
SEEN_AT_LEAST = 0.5  # of the window, for its frames to tell the phase at its middle (choice)


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
    size = 1 << (FINE * n).bit_length()
    strength = _spectrum(apart, size)
    rates = np.fft.rfftfreq(size, 1 / fs)
    usual = (rates >= SLOWEST) & (rates <= FASTEST)
    strange = ~usual & (rates >= FEWEST_STRIDES * fs / n)
    if strange.any() and strength[strange].max() > CLEARLY_STRONGER * strength[usual].max():
        return float(rates[strange][int(np.argmax(strength[strange]))])
    # Legs that were exchanged for a while turn the wave round there: shorter pieces do not cancel one
    # another, and the square of the distance, twice as fast, does not notice.
    long = min(n, round(PIECE_S * fs))
    starts = range(0, n - long + 1, max(1, long // 4))
    pieces = np.sum([_spectrum(apart[start : start + long], size) for start in starts], axis=0)
    square = np.interp(2 * rates, rates, _spectrum((apart - np.median(apart)) ** 2, size))
    both = pieces * square
    return float(rates[usual][int(np.argmax(both[usual]))])


def _spectrum(apart: FloatArray, size: int) -> FloatArray:
    wave = (apart - apart.mean()) * np.hanning(len(apart))
    return np.asarray(np.abs(np.fft.rfft(wave, size)))


def stride_phase(apart: FloatArray, fs: float, rate: float, seen: BoolArray | None = None) -> StridePhase:
    """The phase of the stride at each frame, by a fit of one stride's waves to what lies round the frame.

    A constant, the fundamental and its third multiple; robust, so that a few exchanged frames do no harm.
    Frames that were not `seen` (bool[n]) say nothing; across a longer hole the stride is taken to run on.
    """
    n, period = len(apart), fs / rate
    known = np.ones(n, dtype=np.bool_) if seen is None else seen
    reach = max(4, round(WINDOW_STRIDES * period))
    places = np.unique(np.append(np.arange(0, n, max(1, int(LONGEST_STEP_S * fs))), n - 1))
    turn = 2 * math.pi / period
    phase = np.array([_phase_at(apart, known, int(k), reach, turn) for k in places])
    told = np.isfinite(phase)
    if not told.any():
        raise Refused("The feet are hidden nearly all the time.", "Film again with both feet in view.")
    steady = np.interp(places, places[told], np.unwrap((phase - turn * places)[told]))
    cycles = (np.interp(np.arange(n), places, steady) + turn * np.arange(n)) / (2 * math.pi) + 0.25
    per_frame = float(np.median(np.diff(cycles)))
    if not per_frame > 0:
        raise Refused("The feet have no steady rhythm.", "Is this running? Mark the contacts by hand.")
    return StridePhase(cycles, per_frame)


def _phase_at(apart: FloatArray, known: BoolArray, frame: int, reach: int, turn: float) -> float:
    """The fundamental's phase at a frame; NaN if less than half of what lies round it was seen."""
    low, high = max(0, frame - reach), min(len(apart), frame + reach + 1)
    inside = known[low:high]
    if int(inside.sum()) < SEEN_AT_LEAST * (high - low):
        return math.nan
    since = (np.arange(low, high) - frame)[inside]
    taper = np.sqrt(0.5 + 0.5 * np.cos(math.pi * since / (reach + 1)))
    angle = turn * since
    waves = [np.ones(len(since)), np.cos(angle), np.sin(angle)]
    if len(since) * turn > 2 * math.pi:
        waves += [np.cos(3 * angle), np.sin(3 * angle)]
    basis, values = np.stack(waves, axis=1), apart[low:high][inside]
    weight = taper
    fit = np.zeros(len(waves))
    for _ in range(ROUNDS):
        fit = np.linalg.lstsq(basis * weight[:, None], values * weight, rcond=None)[0]
        off = np.abs(values - basis @ fit)
        spread = 1.4826 * float(np.median(off)) + 1e-12
        weight = taper / np.sqrt(np.maximum(1.0, off / (DOUBTED * spread)))
    return math.atan2(-fit[2], fit[1])
