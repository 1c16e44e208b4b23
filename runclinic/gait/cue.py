"""The beat of a step-rate cue: a share more than her own rate, never a target for everyone."""

from runclinic.refused import Refused


def cued_cadence(cadence: float, percent: float) -> float:
    """The step rate (steps/min) of a cue of so many % above her own (Heiderscheit 2011 tried 5 and 10 %)."""
    return cadence * (1 + percent / 100)


def seconds_of(steps: int, cadence: float) -> float:
    """How long so many steps last at a step rate, s."""
    if cadence <= 0:
        raise Refused("A step rate must be more than zero.", "Measure her cadence first.")
    return 60 * steps / cadence
