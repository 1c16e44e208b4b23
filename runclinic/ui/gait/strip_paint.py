"""Colours and pens of the strip, in the theme of the moment."""

from collections.abc import Iterable

from PySide6.QtGui import QColor, QPen

from runclinic.ui import look


def colour(token: str) -> QColor:
    """A colour of the theme by its name."""
    return QColor(getattr(look.colours(), token))


def pen(token: str, width: float) -> QPen:
    """A pen in a colour of the theme."""
    return QPen(colour(token), width)


def on_side() -> QColor:
    """Words on a bar: white on the dark bars of the light theme, near black on the light ones."""
    return QColor("#FFFFFF" if look.colours() is look.LIGHT else "#0B0F11")


def covers(spots: Iterable[float], x: float, reach: float) -> bool:
    """Whether one of these places lies within reach."""
    return any(abs(spot - x) <= reach for spot in spots)
