"""Which font carries which character, so that no name prints as an empty box."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import arabic_reshaper
import fontpkg_atkinson_hyperlegible
import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
from bidi.algorithm import get_display
from reportlab.pdfbase import pdfmetrics
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
    return "".join(
        dict.fromkeys(c for c in ordered if not c.isspace() and not any(_has(f, c) for f in _known()))
    )


def visual(text: str) -> str:
    """Letters joined and in the order in which they are drawn; left-to-right text is unchanged."""
    if not any("\u0590" <= character <= "\u08ff" for character in text):
        return text
    return str(get_display(arabic_reshaper.reshape(text)))


def spelled(text: str) -> str:
    """`text` as ReportLab markup, each run in a font that has its letters.

    Raises Refused that names the characters which no font on this computer can draw.
    """
    lost = missing(text)
    if lost:
        raise Refused(
            f"No font on this computer can print: {lost}",
            "Take these characters out of the text, or install a font that has them.",
        )
    runs: list[tuple[str, str]] = []
    near = BODY
    for character in visual(text):
        near = _font_for(character, near if runs else BODY) or BODY
        if _has(BODY, character):
            near = BODY
        if runs and runs[-1][0] == near:
            runs[-1] = (near, runs[-1][1] + character)
        else:
            runs.append((near, character))
    return "".join(
        escape(run) if font == BODY else f'<font name="{font}">{escape(run)}</font>' for font, run in runs
    )
