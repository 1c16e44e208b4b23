"""Colours, sizes and type of the screen: one table of tokens becomes a palette and a short style sheet."""

from dataclasses import dataclass, fields
from functools import cache
from typing import Literal, TypeAlias

import fontpkg_arimo
import fontpkg_atkinson_hyperlegible
import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from runclinic.ui import icons

Scheme: TypeAlias = Literal["system", "light", "dark", "contrast"]

RAIL_WIDTH = 90
HEADER_HEIGHT = 52
STATUS_HEIGHT = 28
PARTS_WIDTH = 204
PARTS_NARROW = 48
PANEL_WIDTH = 300
PANEL_NARROW = 280
NARROW_BELOW = 1200
DRAWER_BELOW = 1000
FAMILIES = ["Atkinson Hyperlegible", "Noto Sans", "Noto Sans Arabic", "Arimo"]
TARGET = 32
STANDING_TARGET = 40
TEXT = 14
BIG_TARGET = 48
BIG_TEXT = 16
BIG_PARTS_WIDTH = 248
RAIL_ICON = QSize(24, 24)


@dataclass(frozen=True, slots=True)
class Colours:
    """The tokens of one scheme, as #RRGGBB."""

    window: str
    surface: str
    sunken: str
    line: str
    border: str
    text: str
    text2: str
    text3: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    soft: str
    soft_text: str
    green: str
    green_ground: str
    amber: str
    amber_ground: str
    red: str
    red_ground: str
    left: str
    right: str
    grid: str


LIGHT = Colours(
    window="#F1F4F5",
    surface="#FFFFFF",
    sunken="#F7F9FA",
    line="#D3DBDE",
    border="#748389",
    text="#182226",
    text2="#48575D",
    text3="#5E6D73",
    disabled="#7A888E",
    accent="#0E6573",
    accent_hover="#0A5360",
    on_accent="#FFFFFF",
    soft="#DDEEF0",
    soft_text="#0A4C57",
    green="#1B6E42",
    green_ground="#E3F2E9",
    amber="#855300",
    amber_ground="#FBF0D9",
    red="#AE2219",
    red_ground="#FBE6E4",
    left="#2458B8",
    right="#9A2F86",
    grid="#E4E9EB",
)
DARK = Colours(
    window="#14191B",
    surface="#1C2326",
    sunken="#181E21",
    line="#333F44",
    border="#7C8C93",
    text="#E7EDEF",
    text2="#B3C0C5",
    text3="#93A2A8",
    disabled="#66757B",
    accent="#63C5D1",
    accent_hover="#86D6DF",
    on_accent="#062328",
    soft="#173C42",
    soft_text="#B5E6EC",
    green="#72D09A",
    green_ground="#17322A",
    amber="#F0B850",
    amber_ground="#372C14",
    red="#FF958B",
    red_ground="#402020",
    left="#8FB8FF",
    right="#F09CDD",
    grid="#2A3438",
)
CONTRAST = Colours(
    window="#000000",
    surface="#000000",
    sunken="#000000",
    line="#FFFFFF",
    border="#FFFFFF",
    text="#FFFFFF",
    text2="#FFFFFF",
    text3="#E0E0E0",
    disabled="#A0A0A0",
    accent="#FFE14D",
    accent_hover="#FFFFFF",
    on_accent="#000000",
    soft="#332C00",
    soft_text="#FFE14D",
    green="#7CF5B0",
    green_ground="#000000",
    amber="#FFC04D",
    amber_ground="#000000",
    red="#FF9C94",
    red_ground="#000000",
    left="#9FC6FF",
    right="#FFB0EC",
    grid="#5A5A5A",
)
SCHEMES: dict[str, Colours] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}

_drawn: dict[str, Colours] = {"now": LIGHT}
_pictures: dict[tuple[str, str, int, float], QPixmap] = {}


def colours() -> Colours:
    """The colours that the window is drawn in at this moment."""
    return _drawn["now"]


def chosen_scheme() -> Scheme:
    """What this computer's user chose; `system` until she chooses."""
    kept = QSettings().value("look/scheme", "system")
    return kept if kept in ("light", "dark", "contrast") else "system"


def choose_scheme(scheme: Scheme) -> None:
    """Keep the choice on this computer, and draw the window anew."""
    QSettings().setValue("look/scheme", scheme)
    dress(scheme)


def big_targets() -> bool:
    """Whether this computer's user chose large buttons and text in the visit."""
    return QSettings().value("look/targets", "usual") == "big"


def choose_big_targets(*, big: bool) -> None:
    """Keep the choice on this computer; a visit asks for it with `big_sheet`."""
    QSettings().setValue("look/targets", "big" if big else "usual")


def big_sheet(*, big: bool) -> str:
    """What the style sheet of a part of the visit adds: controls of 48 px, to be hit while standing."""
    return _BIG_SHEET if big else ""


def _of_the_system() -> Colours:
    hints = QGuiApplication.styleHints()
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def dress(scheme: Scheme = "system") -> None:
    """Give the application its style, type, palette and style sheet."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        message = "dress() needs a QApplication"
        raise TypeError(message)
    _drawn["now"] = SCHEMES.get(scheme) or _of_the_system()
    if app.styleSheet() == style_sheet(colours()):
        return  # every widget would be measured again, for a third of a second, and look the same
    app.setStyle("Fusion")
    app.setFont(screen_font())
    app.setPalette(palette(colours()))
    app.setStyleSheet(style_sheet(colours()))


def follow_the_system() -> None:
    """Draw anew when the system changes between light, dark and high contrast, unless the user chose."""
    hints = QGuiApplication.styleHints()

    def again() -> None:
        if chosen_scheme() == "system" and _of_the_system() is not colours():
            dress("system")

    hints.colorSchemeChanged.connect(again)
    hints.accessibility().contrastPreferenceChanged.connect(again)


def screen_font(pixels: int = TEXT) -> QFont:
    """Atkinson Hyperlegible with digits of one width; Noto Sans where it lacks a script."""
    _load_fonts()
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(pixels)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def _load_fonts() -> None:
    for package in (
        fontpkg_atkinson_hyperlegible,
        fontpkg_noto_sans,
        fontpkg_noto_sans_arabic,
        fontpkg_arimo,
    ):
        for file in sorted((package.ROOT / "files").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(file))


def palette(tokens: Colours) -> QPalette:
    """The palette of a scheme, its disabled group included."""
    made = QPalette()
    role = QPalette.ColorRole
    for which, colour in {
        role.Window: tokens.window,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sunken,
        role.WindowText: tokens.text,
        role.Text: tokens.text,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.red,
        role.PlaceholderText: tokens.text3,
        role.Button: tokens.surface,
        role.Mid: tokens.border,
        role.Midlight: tokens.line,
        role.Dark: tokens.border,
        role.Light: tokens.surface,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
    }.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.line))
    return made


def style_sheet(tokens: Colours) -> str:
    """The few things that a palette cannot say; each @name is a token."""
    sheet = _SHEET
    for field in sorted(fields(tokens), key=lambda each: -len(each.name)):
        sheet = sheet.replace(f"@{field.name}", getattr(tokens, field.name))
    return sheet


def icon(name: str, token: str = "text2") -> QIcon:
    """A Material Design icon ("check-circle") in the colour of a token ("green")."""
    return icons.icon(name, getattr(colours(), token), colours().disabled)


def pixmap(name: str, token: str, size: int, ratio: float = 1.0) -> QPixmap:
    """The same icon as a picture of `size` logical pixels; drawn once for each colour and size."""
    wanted = (name, getattr(colours(), token), size, ratio)
    if wanted not in _pictures:
        _pictures[wanted] = icons.pixmap(name, getattr(colours(), token), size, ratio)
    return _pictures[wanted]


def mark(widget: QWidget, name: str, value: object) -> None:
    """Set a property that the style sheet asks for, and draw the widget accordingly."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


_SHEET = """
QToolTip { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QScrollArea { background: transparent; border: 0; }
QWidget[scrolled="true"] { background: transparent; }
QLabel { background: transparent; }
QLabel[role="caption"] { color: @text3; font-size: 12px; }
QLabel[role="second"] { color: @text2; font-size: 12px; }
QLabel[role="quiet"] { color: @text2; }
QLabel[role="strong"] { font-weight: bold; }
QLabel[role="heading"] { font-size: 16px; font-weight: bold; }
QLabel[role="title"] { font-size: 20px; font-weight: bold; }
QLabel[role="number"] { font-size: 28px; font-weight: bold; }
QLabel[role="wrong"] { color: @red; font-size: 12px; }
QLabel[role="soft"] { color: @soft_text; }
QLabel[tone="green"] { color: @green; }
QLabel[tone="amber"] { color: @amber; }
QLabel[tone="red"] { color: @red; }
QLabel[tone="left"] { color: @left; font-weight: bold; }
QLabel[tone="right"] { color: @right; font-weight: bold; }

QFrame[ground="window"] { background: @window; border: 0; }
QFrame[ground="sunken"] { background: @sunken; border: 0; }
QFrame[ground="surface"] { background: @surface; border: 0; }
QFrame[ground="rail"] { background: @sunken; border: 0; border-right: 1px solid @line; }
QFrame[ground="header"] { background: @surface; border: 0; border-bottom: 1px solid @line; }
QFrame[ground="status"] { background: @sunken; border: 0; border-top: 1px solid @line; }
QFrame[ground="panel"] { background: @sunken; border: 0; border-left: 1px solid @line; }
QFrame[rule="true"] { background: @line; border: 0; max-height: 1px; min-height: 1px; }
QFrame[card="plain"] { background: @surface; border: 1px solid @line; border-radius: 6px; }
QFrame[card="active"] { background: @surface; border: 2px solid @accent; border-radius: 6px; }
QFrame[card="stop"] { background: @red_ground; border: 2px solid @red; border-left: 6px solid @red;
    border-radius: 6px; }
QFrame[card="hold"] { background: @surface; border: 1px solid @red; border-left: 6px solid @red;
    border-radius: 6px; }
QFrame[card="caution"] { background: @amber_ground; border: 1px solid @amber; border-left: 6px solid @amber;
    border-radius: 6px; }
QFrame[card="note"] { background: @soft; border: 1px solid @accent; border-radius: 6px; }
QFrame[chip="plain"] { background: @sunken; border: 1px solid @line; border-radius: 4px; }
QFrame[chip="amber"] { background: @amber_ground; border: 1px solid @amber; border-radius: 4px; }
QFrame[chip="red"] { background: @red_ground; border: 1px solid @red; border-radius: 4px; }
QFrame[chip="green"] { background: @green_ground; border: 1px solid @green; border-radius: 4px; }
QFrame[chip="soft"] { background: @soft; border: 1px solid @accent; border-radius: 4px; }
QFrame[question="plain"] { background: transparent; border: 0; border-left: 3px solid transparent; }
QFrame[question="focus"] { background: @sunken; border: 0; border-left: 3px solid @accent; }
QFrame[question="follow"] { background: transparent; border: 0; border-left: 3px solid @line; }
QFrame[question="wrong"] { background: transparent; border: 0; border-left: 3px solid @red; }

QPushButton { background: @surface; color: @text; border: 1px solid @border; border-radius: 6px;
    min-height: 30px; padding: 0 12px; }
QPushButton:hover { background: @sunken; border-color: @accent; }
QPushButton:focus { border: 2px solid @accent; min-height: 28px; padding: 0 11px; }
QPushButton:checked { background: @soft; color: @soft_text; border-color: @accent; }
QPushButton:disabled { background: @sunken; color: @disabled; border-color: @line; }
QPushButton[kind="primary"] { background: @accent; color: @on_accent; border-color: @accent;
    font-weight: bold; }
QPushButton[kind="primary"]:hover { background: @accent_hover; border-color: @accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid @text; }
QPushButton[kind="primary"]:disabled { background: @sunken; color: @disabled; border-color: @line; }
QPushButton[kind="flat"] { background: transparent; border-color: transparent; color: @accent; }
QPushButton[kind="flat"]:hover { background: @soft; }
QPushButton[kind="flat"]:focus { border-color: @accent; }
QPushButton[bare="true"] { padding: 0 2px; min-height: 18px; border-radius: 2px; border-width: 1px 0; }
QPushButton[kind="flat"]:disabled { color: @disabled; }
QPushButton[kind="icon"] { background: transparent; border-color: transparent; padding: 0; min-width: 30px; }
QPushButton[kind="icon"]:hover { background: @soft; }
QPushButton[kind="icon"]:focus { border-color: @accent; padding: 0; min-width: 28px; }
QPushButton[tall="true"] { min-height: 38px; }
QPushButton[tall="true"]:focus { min-height: 36px; }

QPushButton[seg] { border-radius: 0; padding: 0 12px; margin-left: -1px; }
QPushButton[seg]:focus { padding: 0 11px; }
QPushButton[seg="first"], QPushButton[seg="only"] { border-top-left-radius: 6px;
    border-bottom-left-radius: 6px;
    margin-left: 0; }
QPushButton[seg="last"], QPushButton[seg="only"] { border-top-right-radius: 6px;
    border-bottom-right-radius: 6px; }
QPushButton[seg]:checked { background: @accent; color: @on_accent; border-color: @accent; font-weight: bold; }
QPushButton[seg]:checked:focus { border: 2px solid @text; }
QPushButton[seg]:checked:disabled { background: @line; color: @disabled; border-color: @line; }
QPushButton[seg][tight="true"] { padding: 0; min-width: 32px; }
QPushButton[seg][tight="true"]:focus { padding: 0; min-width: 30px; }

QPushButton[kind="test"] { background: transparent; border: 1px solid transparent; text-align: left; }
QPushButton[kind="test"]:hover { background: @sunken; }
QPushButton[kind="test"]:focus { border: 2px solid @accent; }

QPushButton[kind="choice"] { text-align: left; padding: 0 10px; }
QPushButton[kind="choice"]:focus { padding: 0 9px; }
QPushButton[kind="choice"]:checked { background: @soft; color: @text; border-color: @accent;
    font-weight: bold; }

QToolButton[kind="rail"] { background: transparent; border-color: transparent; border-radius: 6px; padding: 0;
    font-size: 12px; color: @text2; }
QToolButton[kind="rail"]:hover { background: @soft; }
QToolButton[kind="rail"]:focus { border: 2px solid @accent; padding: 0; }
QToolButton[kind="rail"]:checked { background: @soft; color: @soft_text; border-color: transparent;
    font-weight: bold; }
QToolButton[kind="rail"]:checked:focus { border: 2px solid @accent; }

QLineEdit, QPlainTextEdit, QComboBox { background: @surface; color: @text; border: 1px solid @border;
    border-radius: 6px; padding: 0 8px; selection-background-color: @accent; selection-color: @on_accent; }
QLineEdit, QComboBox { min-height: 30px; }
QPlainTextEdit { padding: 3px 5px; }
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover { border-color: @accent; }
QLineEdit:focus, QComboBox:focus { border: 2px solid @accent; min-height: 28px; padding: 0 7px; }
QPlainTextEdit:focus { border: 2px solid @accent; padding: 2px 4px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled { background: @sunken; color: @disabled;
    border-color: @line; }
QLineEdit[bad="true"], QPlainTextEdit[bad="true"] { border: 2px solid @red; padding: 0 7px; }
QLineEdit[bad="true"] { min-height: 28px; }
QLineEdit[declined="true"], QPlainTextEdit[declined="true"] { border: 1px dashed @border; color: @text2; }
QLineEdit[number="true"] { font-weight: bold; font-size: 16px; }
QLineEdit[tall="true"] { min-height: 38px; }
QLineEdit[tall="true"]:focus { min-height: 36px; }
QComboBox::drop-down { border: 0; width: 24px; }

QRadioButton { padding: 3px 6px; border: 2px solid transparent; border-radius: 6px; spacing: 8px; }
QRadioButton:focus { border-color: @accent; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @border; border-radius: 8px;
    background: @surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accent; border-radius: 8px;
    background: @on_accent; }
QListWidget, QTableView { background: @surface; border: 1px solid @line; border-radius: 6px; outline: 0; }
QTableView[kind="lines"]::item { padding: 0 8px; }
QTableView[kind="lines"]::item:selected { background: @soft; color: @soft_text; }
QTableView[kind="lines"] QHeaderView { background: @surface; border: 0; }
QTableView[kind="lines"] QHeaderView::section { background: @surface; color: @text2; border: 0;
    border-bottom: 1px solid @line; padding: 6px 8px; }
QListWidget[kind="parts"] { background: @sunken; border: 0; border-radius: 0; }
QListWidget[kind="inner"] { border: 0; }
QListWidget[kind="commands"] { border: 0; }
QListWidget[kind="commands"]::item { padding: 0 8px; border-radius: 4px; }
QListWidget[kind="commands"]::item:selected { background: @soft; color: @soft_text; }
QListWidget[kind="pages"] { background: @sunken; border: 0; }
QListWidget[kind="pages"]::item { padding: 7px 8px; border-radius: 4px; }
QListWidget[kind="pages"]::item:selected { background: @soft; color: @soft_text; }
QTextBrowser { background: @surface; color: @text; border: 1px solid transparent;
    selection-background-color: @accent; selection-color: @on_accent; }
QTextBrowser:focus { border-color: @accent; }
QMenu { background: @surface; color: @text; border: 1px solid @border; padding: 4px; }
QMenu::item { padding: 6px 16px; border-radius: 4px; }
QMenu::item:selected { background: @soft; color: @soft_text; }
QMenu::item:disabled { color: @disabled; }
QProgressBar { background: @sunken; border: 1px solid @border; border-radius: 6px; min-height: 14px;
    max-height: 14px; }
QProgressBar::chunk { background: @accent; border-radius: 5px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: @border; border-radius: 3px; min-height: 32px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: @border; border-radius: 3px; min-width: 32px; margin: 2px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
"""

# min-height is of the content: 46 and two edges of 1 are 48, and so are 44 and two of 2.
_BIG_SHEET = """
QLabel[role="caption"], QLabel[role="second"], QLabel[role="wrong"] { font-size: 14px; }
QLabel[role="heading"] { font-size: 18px; }
QLabel[role="title"] { font-size: 22px; }
QLabel[role="number"] { font-size: 32px; }
QPushButton, QPushButton[tall="true"] { min-height: 46px; }
QPushButton:focus, QPushButton[tall="true"]:focus { min-height: 44px; }
QPushButton[kind="icon"] { min-width: 46px; }
QPushButton[kind="icon"]:focus { min-width: 44px; }
QPushButton[seg][tight="true"] { min-width: 46px; }
QPushButton[seg][tight="true"]:focus { min-width: 44px; }
QLineEdit, QComboBox, QLineEdit[tall="true"] { min-height: 46px; }
QLineEdit:focus, QComboBox:focus, QLineEdit[tall="true"]:focus { min-height: 44px; }
QLineEdit[bad="true"] { min-height: 44px; }
QLineEdit[number="true"] { font-size: 20px; }
"""
