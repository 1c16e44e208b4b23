"""Colours can be read in every scheme, digits stand in columns, the style sheet has no blank left."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from runclinic.forms import catalogue
from runclinic.ui import look
from runclinic.ui.form_page import FormPage
from runclinic.ui.settings import SettingsPage

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


def _parts(name):
    colour = QColor(name)
    return colour.redF(), colour.greenF(), colour.blueF()


def contrast(one, other):
    light, dark = sorted((luminance(_parts(each)) for each in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LEAST = {"light": 4.5, "dark": 4.5, "contrast": 7.0}  # WCAG 2.2, 1.4.3 (AA) and 1.4.6 (AAA)


@pytest.mark.parametrize("scheme", look.SCHEMES)
def test_every_word_is_readable(scheme):
    tokens = look.SCHEMES[scheme]
    weak = {
        (words, ground): round(contrast(getattr(tokens, words), getattr(tokens, ground)), 2)
        for words, ground in READ_ON
        if contrast(getattr(tokens, words), getattr(tokens, ground)) < LEAST[scheme]
    }
    assert weak == {}


def test_in_high_contrast_even_what_is_disabled_can_be_read():
    assert contrast(look.CONTRAST.disabled, look.CONTRAST.surface) >= 7
    assert contrast(look.CONTRAST.border, look.CONTRAST.surface) >= 7


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


@pytest.fixture
def system(monkeypatch):
    """A system that says what it wishes, and that it changed its mind."""
    hints = SimpleNamespace(contrast=Qt.ContrastPreference.NoPreference, scheme=Qt.ColorScheme.Light, told=[])
    signal = SimpleNamespace(connect=hints.told.append)
    access = SimpleNamespace(contrastPreference=lambda: hints.contrast, contrastPreferenceChanged=signal)
    style = SimpleNamespace(
        accessibility=lambda: access, colorScheme=lambda: hints.scheme, colorSchemeChanged=signal
    )
    monkeypatch.setattr(look.QGuiApplication, "styleHints", lambda: style)
    monkeypatch.setattr(look, "chosen_scheme", lambda: hints.chosen)
    hints.chosen = "system"
    yield hints
    monkeypatch.undo()
    look.dress("light")


def test_it_follows_the_systems_wish_for_contrast_until_she_chooses(qapp, system):
    look.dress("system")
    assert look.colours() is look.LIGHT
    look.follow_the_system()
    system.contrast = Qt.ContrastPreference.HighContrast
    system.told[-1]()
    assert look.colours() is look.CONTRAST
    assert qapp.palette().window().color().name() == look.CONTRAST.window
    system.contrast, system.chosen = Qt.ContrastPreference.NoPreference, "contrast"
    system.told[-1]()
    assert look.colours() is look.CONTRAST  # she chose it


def test_high_contrast_is_chosen_in_the_settings_by_keys(qtbot, store):
    page = SettingsPage(store)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.schemes.setFocus()
    for key in (*[Qt.Key.Key_Right] * 3, Qt.Key.Key_Space):
        held = QApplication.focusWidget()
        assert held is not None
        QTest.keyClick(held, key)
    assert look.colours() is look.CONTRAST
    assert look.chosen_scheme() == "contrast"
    look.choose_scheme("system")
    look.dress("light")


def test_what_is_drawn_of_a_question_is_readable_in_high_contrast(qtbot, visit):
    """Measured in the picture itself: the brightest and the darkest of each label and button."""
    look.dress("contrast")
    page = FormPage(visit, catalogue.form("safety"))
    qtbot.addWidget(page)
    page.resize(940, 700)
    page.show()
    page.start()
    seen = [each for each in page.findChildren(QWidget) if isinstance(each, QLabel | QPushButton)]
    seen = [each for each in seen if each.isVisible() and each.text() and not each.visibleRegion().isEmpty()]
    weak = {each.text(): round(drawn_contrast(each), 1) for each in seen if drawn_contrast(each) < 7}
    look.dress("light")
    assert len(seen) > 20
    assert weak == {}


def drawn_contrast(widget):
    """Between the brightest and the darkest point inside its edge."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    wide, high, line = picture.width(), picture.height(), picture.bytesPerLine()
    points = np.frombuffer(picture.constBits(), np.uint8).reshape(high, line)[:, : wide * 3]
    inside = points.reshape(high, wide, 3)[4:-4, 4:-4].reshape(-1, 3) / 255
    lights = sorted(luminance(each) for each in np.unique(inside, axis=0))
    return (lights[-1] + 0.05) / (lights[0] + 0.05)


def test_changing_the_scheme_recolours_palette_and_icons(qapp):
    look.dress("dark")
    assert look.colours() is look.DARK
    assert qapp.palette().window().color().name().upper() == look.DARK.window
    light = look.pixmap("check", "green", 16)
    look.dress("light")
    assert look.pixmap("check", "green", 16).toImage() != light.toImage()
