"""Forces and stiffness by the sine-wave model of running (Morin 2005, J Appl Biomech 21:167)."""

import math
from dataclasses import dataclass

from runclinic.refused import Refused

G = 9.81
LEG_OF_HEIGHT = 0.53  # greater trochanter to floor (Morin 2005)


@dataclass(frozen=True, slots=True)
class SineWave:
    """The model's answers for one mean contact and flight time.

    `peak_bw` is the active peak in body weights; `stiffness` values need the mass and are None without it,
    as what needs leg and speed is without those.
    """

    peak_bw: float
    displacement_m: float
    oscillation_m: float
    duty_factor: float
    peak_n: float | None = None
    vertical_stiffness_kn_m: float | None = None
    leg_m: float | None = None
    compression_m: float | None = None
    leg_stiffness_kn_m: float | None = None


def leg_length_m(height_m: float | None, measured_m: float | None) -> float | None:
    """The measured leg length, or 0.53 of the height, or None."""
    if measured_m is not None:
        return measured_m
    return None if height_m is None else LEG_OF_HEIGHT * height_m


def sine_wave(
    contact_s: float,
    flight_s: float,
    *,
    mass_kg: float | None = None,
    leg_m: float | None = None,
    speed_ms: float | None = None,
) -> SineWave:
    """Force rises and falls as half a sine over contact. Refused without a flight phase."""
    if contact_s <= 0 or flight_s <= 0:
        raise Refused("The force model needs a flight phase.", "It says nothing about grounded running.")
    peak_bw = (math.pi / 2) * (flight_s / contact_s + 1)
    displacement = abs(-peak_bw * G * contact_s**2 / math.pi**2 + G * contact_s**2 / 8)
    compression = _compression(contact_s, displacement, leg_m, speed_ms)
    peak_n = None if mass_kg is None else peak_bw * mass_kg * G
    return SineWave(
        peak_bw=peak_bw,
        displacement_m=displacement,
        oscillation_m=displacement + G * flight_s**2 / 8,
        duty_factor=contact_s / (2 * (contact_s + flight_s)),
        peak_n=peak_n,
        vertical_stiffness_kn_m=None if peak_n is None else peak_n / displacement / 1000,
        leg_m=leg_m,
        compression_m=compression,
        leg_stiffness_kn_m=None if peak_n is None or compression is None else peak_n / compression / 1000,
    )


def _compression(
    contact_s: float, displacement_m: float, leg_m: float | None, speed_ms: float | None
) -> float | None:
    """How much the leg shortens; None if the belt travels further than the leg can reach."""
    if leg_m is None or speed_ms is None:
        return None
    half_travel = speed_ms * contact_s / 2
    if half_travel >= leg_m:
        return None
    return leg_m - math.sqrt(leg_m**2 - half_travel**2) + displacement_m
