"""The squares of the grid over a picture: of whole centimetres where a length in it is known."""

from dataclasses import dataclass

from runclinic.measured import Measured
from runclinic.visit.drawings import Drawing, measured

STEPS_CM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
MOST_ACROSS, USUAL_ACROSS = 12, 10  # squares in the height of the picture


@dataclass(frozen=True, slots=True)
class Squares:
    """Their side in pixels of the frame, `wide` and `high` (pixels need not be square); in cm where known."""

    wide: float
    high: float
    side: Measured | None = None


def squares(size: tuple[float, float], aspect: float = 1.0, scale: Drawing | None = None) -> Squares:
    """The smallest whole step of which not too many stand in the height; without a scale a tenth of it.

    The ± is that of the known length: a side is drawn, not clicked.
    """
    high = size[1] / USUAL_ACROSS
    known = None if scale is None or scale.known_cm <= 0 else measured(_as_distance(scale), size, aspect)
    if scale is None or known is None:
        return Squares(high / aspect, high)
    cm = scale.known_cm / known.value
    step = next((each for each in STEPS_CM if size[1] * cm / each <= MOST_ACROSS), STEPS_CM[-1])
    side = Measured(step, step * known.plus_minus / known.value, "cm")
    return Squares(step / cm / aspect, step / cm, side)


def _as_distance(scale: Drawing) -> Drawing:
    return Drawing(scale.number, "distance", scale.frame, scale.points, zoom=scale.zoom)
