"""HDR pictures (HLG and PQ) on an ordinary screen: skin as it was, bright light rolled off."""

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runclinic.video.cv import opencv

Floats = npt.NDArray[np.float32]

# Transfer characteristics by their numbers in ITU-T H.273.
PQ, HLG = 16, 18
# ITU-R BT.2100-2: constants of the two transfer functions.
HLG_A, HLG_B, HLG_C = 0.17883277, 0.28466892, 0.55991073
PQ_M1, PQ_M2, PQ_C1, PQ_C2, PQ_C3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
# The HLG system gamma of a display of 1000 cd/m2 (BT.2100-2, note 5f), on luminance.
SYSTEM_GAMMA, PEAK_NITS, PQ_PEAK_NITS = 1.2, 1000.0, 10_000.0
# Diffuse white of HDR pictures (ITU-R BT.2408, table 1) is the white of an ordinary screen.
WHITE_NITS = 203.0
# Light up to here is left as it is; skin lies below. Above it rolls off to white at the peak.
KNEE = 0.6
LUMINANCE = (0.0593, 0.6780, 0.2627)  # BT.2020, blue first
# BT.2020 to BT.709 primaries (ITU-R BT.2087-0), rows and columns blue, green, red.
TO_709 = np.array(
    [[1.1187, -0.1006, -0.0182], [-0.0083, 1.1329, -0.1246], [-0.0728, -0.5876, 1.6605]], dtype=np.float32
)
STEPS = 256


@dataclass(frozen=True, eq=False)
class Curve:
    """`light[code]` linear light of a channel; `gain[256 sqrt(luminance / top)]` what it is multiplied by."""

    light: Floats
    gain: Floats
    top: float


def of(transfer: int) -> Curve | None:
    """The curve for a picture of this transfer characteristic; None for an ordinary one."""
    return _curve(transfer) if transfer in (PQ, HLG) else None


@functools.cache
def _curve(transfer: int) -> Curve:
    code = np.arange(256) / 255.0
    light = hlg_scene(code) if transfer == HLG else pq_nits(code) / WHITE_NITS
    top = 1.0 if transfer == HLG else PEAK_NITS / WHITE_NITS
    luminance = (np.arange(STEPS) / (STEPS - 1)) ** 2 * top
    shown = luminance**SYSTEM_GAMMA * PEAK_NITS / WHITE_NITS if transfer == HLG else luminance
    gain = np.divide(rolled_off(shown), luminance, out=np.zeros(STEPS), where=luminance > 0)
    return Curve(light.astype(np.float32), gain.astype(np.float32), top)


def hlg_scene(code: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scene light 0 to 1 of HLG code values 0 to 1 (BT.2100-2, inverse OETF)."""
    return np.where(code <= 0.5, code**2 / 3, (np.exp((code - HLG_C) / HLG_A) + HLG_B) / 12)


def pq_nits(code: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Display light in cd/m2 of PQ code values 0 to 1 (BT.2100-2, EOTF)."""
    root = code ** (1 / PQ_M2)
    return PQ_PEAK_NITS * (np.maximum(root - PQ_C1, 0) / (PQ_C2 - PQ_C3 * root)) ** (1 / PQ_M1)


def rolled_off(shown: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Light with 1 as HDR's white and 4.9 as its peak, to light of a screen whose white is 1; smooth."""
    beyond = np.clip((shown - KNEE) / (PEAK_NITS / WHITE_NITS - KNEE), 0.0, 1.0)
    bend = (1 - KNEE) / (PEAK_NITS / WHITE_NITS - 1)
    return np.where(shown <= KNEE, shown, KNEE + (1 - KNEE) * beyond * (1 + bend) / (beyond + bend))


@functools.cache
def _encoded() -> npt.NDArray[np.uint8]:
    """The sRGB code of 255 sqrt(light)."""
    light = (np.arange(256) / 255.0) ** 2
    code = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(255 * code).astype(np.uint8)


def mapped(bgra: npt.NDArray[np.uint8], curve: Curve) -> npt.NDArray[np.uint8]:
    """An HDR picture uint8[h, w, 4] in BT.2020 as one for an ordinary screen: sRGB, BT.709."""
    cv2 = opencv()
    light = cv2.LUT(cv2.cvtColor(bgra, cv2.COLOR_BGRA2BGR), curve.light)
    weights = np.array([LUMINANCE], dtype=np.float32) / curve.top
    place = cv2.convertScaleAbs(cv2.sqrt(cv2.transform(light, weights)), alpha=STEPS - 1)
    gain = cv2.LUT(place, curve.gain)
    shown = cv2.transform(cv2.multiply(light, cv2.merge([gain, gain, gain])), TO_709)
    root = cv2.sqrt(cv2.max(shown, 0.0))
    return cv2.cvtColor(cv2.LUT(cv2.convertScaleAbs(root, alpha=255.0), _encoded()), cv2.COLOR_BGR2BGRA)
