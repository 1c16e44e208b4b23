"""Colours can be read in every scheme, digits stand in columns, the style sheet has no blank left."""

from itertools import product

import pytest
from PySide6.QtGui import QColor, QFontMetricsF

from runclinic.ui import look

READ_ON = [
    *product(
        ("text", "text2", "text3", "accent", "green", "amber", "red", "left", "right"),
        ("window", "surface", "sunken"),
    ),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("soft_text", "soft"),
    ("text", "soft"),
    ("text", "red_ground"),
    ("red", "red_ground"),
    ("amber", "amber_ground"),
    ("green", "green_ground"),
]


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    light, dark = sorted((luminance(QColor(each).getRgbF()[:3]) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", look.SCHEMES)
def test_every_word_is_readable(scheme):
    tokens = look.SCHEMES[scheme]
    weak = {
        (words, ground): round(contrast(getattr(tokens, words), getattr(tokens, ground)), 2)
        for words, ground in READ_ON
        if contrast(getattr(tokens, words), getattr(tokens, ground)) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("scheme", look.SCHEMES)
def test_the_edge_of_a_control_can_be_seen(scheme):
    tokens = look.SCHEMES[scheme]
    assert contrast(tokens.border, tokens.surface) >= 3
    assert contrast(tokens.border, tokens.window) >= 3


@pytest.mark.parametrize("scheme", look.SCHEMES)
def test_the_style_sheet_has_no_blank_left(scheme):
    assert "@" not in look.style_sheet(look.SCHEMES[scheme])


def test_digits_are_of_one_width(qapp):
    for bold in (False, True):
        font = look.screen_font()
        font.setBold(bold)
        widths = {QFontMetricsF(font).horizontalAdvance(digit) for digit in "0123456789"}
        assert len(widths) == 1


def test_changing_the_scheme_recolours_palette_and_icons(qapp):
    look.dress("dark")
    assert look.colours() is look.DARK
    assert qapp.palette().window().color().name().upper() == look.DARK.window
    light = look.pixmap("check", "green", 16)
    look.dress("light")
    assert look.pixmap("check", "green", 16).toImage() != light.toImage()
