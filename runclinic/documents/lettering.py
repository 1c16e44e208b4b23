"""Which font carries which character, so that no name prints as an empty box."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import arabic_reshaper
import fontpkg_arimo
import fontpkg_atkinson_hyperlegible
import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from runclinic.refused import Refused

BODY, BOLD = "Atkinson", "Atkinson-Bold"
# Chinese, Japanese, Korean: no package carries them as TrueType, so the system is asked.
SYSTEM_FONTS = (
    "/usr/share/fonts-droid-fallback/truetype/DroidSansFallback.ttf",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/simhei.ttf",
    "C:/Windows/Fonts/malgun.ttf",
    "C:/Windows/Fonts/msgothic.ttf",
)
# Hebrew, Arabic and their neighbours, their presentation forms, and the mark that turns to them.
FROM_THE_LEFT, FROM_THE_RIGHT = "\u200e", "\u200f"  # marks of direction: not drawn
TURNED = "\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc"
_TURNED = re.compile(f"[{TURNED}]")
_PHRASE = re.compile(rf"[{TURNED}](?:[^\w]|[\d_{TURNED}])*[{TURNED}]|[{TURNED}]")
# What tells of an order or a look and is no letter: marks of direction, soft hyphens, looks of emoji.
_ORDERS = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10), 0xAD, 0xFEFF]
)
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), 0x2060])
# Noto Sans has Devanagari, but nothing here joins and moves its signs as they must be: none, not wrong ones.
_NOT_JOINED = re.compile("[\u0900-\u097f]")


def _packaged(package: object, name: str) -> Path:
    return Path(str(package.ROOT)) / "files" / name  # type: ignore[attr-defined]


@cache
def fonts() -> None:
    """Register the two fonts of all words; the others follow when a name needs them."""
    for name, file in (
        (BODY, _packaged(fontpkg_atkinson_hyperlegible, "AtkinsonHyperlegible-Regular.ttf")),
        (BOLD, _packaged(fontpkg_atkinson_hyperlegible, "AtkinsonHyperlegible-Bold.ttf")),
    ):
        pdfmetrics.registerFont(TTFont(name, str(file)))
    pdfmetrics.registerFontFamily(BODY, normal=BODY, bold=BOLD, italic=BODY, boldItalic=BOLD)


def _known() -> Iterator[str]:
    """The fonts in the order in which they are asked for a character; each is read when its turn comes."""
    fonts()
    yield BODY
    yield _registered("Noto", (_packaged(fontpkg_noto_sans, "NotoSans[wdth,wght].ttf"),)) or BODY
    arabic = _packaged(fontpkg_noto_sans_arabic, "").glob("*.ttf")
    yield _registered("Noto-Arabic", tuple(arabic)) or BODY
    yield _registered("Arimo", (_packaged(fontpkg_arimo, "Arimo[wght].ttf"),)) or BODY
    wide = _registered("System", tuple(map(Path, SYSTEM_FONTS)))
    if wide is not None:
        yield wide


@cache
def _registered(name: str, files: tuple[Path, ...]) -> str | None:
    """The name, once the first of these files that is there and can be read stands for it."""
    for file in files:
        try:
            pdfmetrics.registerFont(TTFont(name, str(file)))
        except (TTFError, OSError):
            continue
        pdfmetrics.registerFontFamily(name, normal=name, bold=name, italic=name, boldItalic=name)
        return name
    return None


@cache
def _has(font: str, character: str) -> bool:
    face: Any = pdfmetrics.getFont(font).face  # pyright: ignore[reportAttributeAccessIssue]
    return ord(character) in face.charToGlyph


def _font_for(character: str, near: str) -> str | None:
    """The font of the neighbour if it can, else the first that can; marks and spaces stay with it."""
    if character.isspace() or _has(near, character):
        return near
    return next((font for font in _known() if _has(font, character)), None)


def missing(text: str) -> str:
    """The characters of `text` that no font here can draw, each once."""
    ordered = visual(text)
    return "".join(dict.fromkeys(each for each in ordered if not each.isspace() and not _drawn(each)))


def _drawn(character: str) -> bool:
    return not _NOT_JOINED.match(character) and any(_has(font, character) for font in _known())


def turns(text: str) -> bool:
    """Whether a part of it is read from right to left."""
    return _TURNED.search(text) is not None


def from_the_right(text: str) -> bool:
    """Whether it begins at the right: its first letter, or a mark of direction, says so."""
    marks = (FROM_THE_LEFT, FROM_THE_RIGHT)
    return turns(next((each for each in text if each.isalpha() or each in marks), ""))


def from_the_left(sentence: str) -> str:
    """A sentence of ours that may begin with a name from the right."""
    return FROM_THE_LEFT + sentence if turns(sentence) else sentence


def visual(text: str, *, right: bool | None = None) -> str:
    """Letters joined and in the order in which they are drawn; left-to-right text is unchanged.

    A name from the right in a sentence from the left turns in its own place: what stands behind it, a date
    or a number, stays behind it. `right` = the sentence begins at the right; None: as its first letter does.
    """
    whole = unicodedata.normalize("NFC", text).translate(_ORDERS)
    if turns(whole):
        if from_the_right(whole) if right is None else right:
            whole = _turned(whole)
        else:
            whole = _PHRASE.sub(lambda phrase: _turned(phrase.group()), whole)
    return whole.translate(_UNSEEN)


def _turned(text: str) -> str:
    return str(get_display(arabic_reshaper.reshape(text), base_dir="R"))


def spelled(text: str, *, right: bool | None = None) -> str:
    """`text` as ReportLab markup, each run in a font that has its letters; `right` as in `visual`.

    Raises Refused that names the characters which no font on this computer can draw.
    """
    return "".join(
        escape(run) if font == BODY else f'<font name="{font}">{escape(run)}</font>'
        for font, run in _runs(text, right=right)
    )


def width(text: str, font: str, size: float) -> float:
    """Of a text on one line, in points; `font` is BODY or BOLD."""
    return sum(
        stringWidth(run, font if near == BODY else near, size) for near, run in _runs(text, right=None)
    )


def _runs(text: str, *, right: bool | None) -> list[tuple[str, str]]:
    """Font and letters, in the order in which they are drawn; Refused for what no font can draw."""
    lost = missing(text)
    if lost:
        raise Refused(
            f"No font on this computer can print: {lost}",
            "Take these characters out of the text, or install a font that has them.",
        )
    runs: list[tuple[str, str]] = []
    near = BODY
    for character in visual(text, right=right):
        near = _font_for(character, near if runs else BODY) or BODY
        if _has(BODY, character):
            near = BODY
        if runs and runs[-1][0] == near:
            runs[-1] = (near, runs[-1][1] + character)
        else:
            runs.append((near, character))
    return runs
