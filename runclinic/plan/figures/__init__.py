"""The picture of an exercise: start pale, end solid, an arrow between; drawn from the angles in its file."""

from runclinic.plan.figures.card import figure
from runclinic.plan.figures.pen import Drawing

__all__ = ["Drawing", "figure"]
