"""Every page of every paper as a small picture, and whether it looks and reads as when it was last looked at.

A picture finds what moved; what a changed word does to it is less than what another FreeType does. So of each
line of words a check number is kept too.

python -m tests.documents.golden_pages --out FOLDER [WORD ...]   every page, large enough to be read
python -m tests.documents.golden_pages --renew [WORD ...]        what is kept anew, after it was looked at

With words only the papers with one of them in their names: `plan`, `letter-gp-long`.
"""

import argparse
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from scipy.ndimage import uniform_filter

from tests.documents.every_paper import Paper, papers

KEPT = Path(__file__).parent / "golden"
WORDS = (
    "words.txt"  # a line for each page: paper, variant, page, and a check number of each line of its words
)
WIDE = 200  # pixels of a page
READABLE = 700  # pixels of a page that is looked at
LEVELS = 8  # of grey: a picture of a page has then about 3 kB
GAP, NO_PAGE = 4, 150  # between two pages, and the grey that stands where there is none
# Where the ink of a patch is more or less by so much, a page differs: a line that moved by a point makes 33
# or more, letters drawn a quarter bolder or not smoothed at most 22, as the ink round about is allowed for.
PATCH, NEIGHBOURHOOD, APART = (3, 16), 9, 28.0  # pixels high and wide, pixels, levels of 255
BOLDER = 1.4  # so much more or less ink is allowed for
PAGE_MM = {"a4": 210.0, "letter": 215.9}  # across


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is kept, and the lines of its words."""

    picture: Image.Image
    lines: tuple[str, ...]

    @property
    def checks(self) -> list[str]:
        """A check number for each line: what is kept of its words."""
        return [f"{zlib.crc32(line.encode()) & 0xFFFF:04x}" for line in self.lines]


@dataclass(frozen=True, slots=True)
class Row:
    """One variant of a paper: its name, and its pages."""

    name: str
    pages: tuple[Page, ...]

    @property
    def high(self) -> int:
        """Pixels of its pages."""
        return self.pages[0].picture.height


def rows(paper: Paper, wide: int = WIDE) -> tuple[Row, ...]:
    """Every variant of a paper, drawn."""
    return tuple(Row(said(how), tuple(pages(paper.make(**how), wide))) for how in paper.variants())


def said(how: dict[str, object]) -> str:
    """A variant in words."""
    return f"{how['paper']}{' large' if how.get('large') else ''}"


def pages(pdf: bytes, wide: int = WIDE) -> Iterator[Page]:
    """Each page in grey, `wide` pixels across; drawn larger and made smaller, so that no line falls out."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            size = (wide, round(height * wide / width))
            drawn = page.render(scale=3 * wide / width, grayscale=True).to_pil()
            lines = [" ".join(line.split()) for line in page.get_textpage().get_text_bounded().splitlines()]
            yield Page(few_greys(drawn.resize(size, Image.Resampling.BOX)), tuple(lines))


def few_greys(picture: Image.Image) -> Image.Image:
    """The same in LEVELS steps from black to white."""
    step = 255 / (LEVELS - 1)
    return Image.fromarray((np.round(np.asarray(picture) / step) * step).astype(np.uint8))


def sheet(made: Sequence[Row]) -> Image.Image:
    """All variants, one below the other, their pages side by side."""
    across = max(len(row.pages) for row in made)
    wide = made[0].pages[0].picture.width
    high = sum(row.high + GAP for row in made) - GAP
    whole = Image.new("L", (across * (wide + GAP) - GAP, high), NO_PAGE)
    for row, top in _tops(made):
        for number, page in enumerate(row.pages):
            whole.paste(page.picture, (number * (wide + GAP), top))
    return whole


def _tops(made: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Each variant, and where it begins on the sheet."""
    top = 0
    for row in made:
        yield row, top
        top += row.high + GAP


# -- what is kept


def kept_file(paper: Paper) -> Path:
    """Where its picture is kept."""
    return KEPT / f"{paper.name}.png"


def kept_words() -> dict[tuple[str, str, int], list[str]]:
    """The check numbers of each page, by paper, variant and number."""
    file = KEPT / WORDS
    kept: dict[tuple[str, str, int], list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        paper, variant, number, checks = line.split("\t")
        kept[paper, variant, int(number)] = checks.split()
    return kept


def keep(chosen: Sequence[Paper]) -> Iterator[Path]:
    """The papers as they look and read now."""
    KEPT.mkdir(exist_ok=True)
    words = kept_words()
    for paper in chosen:
        made = rows(paper)
        small = sheet(made).quantize(LEVELS + 1, dither=Image.Dither.NONE)
        small.save(kept_file(paper), optimize=True)
        words = {key: checks for key, checks in words.items() if key[0] != paper.name}
        for row in made:
            words |= {(paper.name, row.name, at): page.checks for at, page in enumerate(row.pages, 1)}
        yield kept_file(paper)
    lines = [
        f"{name}\t{row}\t{at}\t{' '.join(checks)}\n" for (name, row, at), checks in sorted(words.items())
    ]
    (KEPT / WORDS).write_text("".join(lines), encoding="utf-8")


# -- comparing


def differences(paper: Paper, made: Sequence[Row], out: Path) -> list[str]:
    """What to say of each page that looks or reads otherwise; old and new are put side by side in `out`."""
    file = kept_file(paper)
    if not file.exists():
        return [f"{paper.name}: no picture of it is kept; look at it, then --renew {paper.name}"]
    with Image.open(file) as opened:
        kept = opened.convert("L")
    now, words = sheet(made), kept_words()
    found = [said for row, top in _tops(made) for said in _of_row(paper, row, words, (kept, now), top)]
    if kept.size != now.size:
        found.append(f"{paper.name}: it has another number of pages")
    if found:
        found.append(f"{paper.name}: old and new side by side in {beside(kept, now, out / file.name)}")
    return found


def _of_row(
    paper: Paper,
    row: Row,
    words: dict[tuple[str, str, int], list[str]],
    pictures: tuple[Image.Image, Image.Image],
    top: int,
) -> Iterator[str]:
    kept, now = pictures
    wide = row.pages[0].picture.width
    mm = PAGE_MM[row.name.split()[0]] / wide
    for at, page in enumerate(row.pages):
        here = f"{paper.name}, {row.name}, page {at + 1}"
        left = at * (wide + GAP)
        box = (left, top, left + wide, top + row.high)
        places = changed(kept.crop(box), now.crop(box))
        if places:
            from_top = ", ".join(f"{each * mm:.0f}" for each in places[:5])
            yield f"{here}: looks otherwise at {from_top} mm from the top"
        line = other_words(words.get((paper.name, row.name, at + 1), []), page)
        if line is not None:
            yield f"{here}: reads otherwise at “{line}”"


def changed(one: Image.Image, other: Image.Image) -> list[int]:
    """The lines of pixels, from the top, at which two pictures of a page differ."""
    old, new = (255 - np.asarray(each, float) for each in (one, other))
    bolder = (uniform_filter(new, NEIGHBOURHOOD) + 2) / (uniform_filter(old, NEIGHBOURHOOD) + 2)
    half = np.sqrt(np.clip(bolder, 1 / BOLDER, BOLDER))
    apart = np.abs(uniform_filter(old * half - new / half, PATCH)) > APART
    lines = np.flatnonzero(apart.any(axis=1))
    return [int(line) for at, line in enumerate(lines) if at == 0 or line - lines[at - 1] > PATCH[0]]


def other_words(kept: Sequence[str], page: Page) -> str | None:
    """The first line of a page that reads otherwise than it was kept; None if all is as it was."""
    now = page.checks
    for kind, _, _, start, end in SequenceMatcher(None, list(kept), now, autojunk=False).get_opcodes():
        if kind == "delete":
            return f"a line that is gone before {page.lines[start] if start < len(now) else 'the end'}"
        if kind != "equal":
            return page.lines[min(start, end - 1)]
    return None


def beside(kept: Image.Image, now: Image.Image, to: Path) -> Path:
    """Both in one picture, the kept one at the left."""
    both = Image.new("L", (kept.width + now.width + 12, max(kept.height, now.height)), 0)
    both.paste(kept, (0, 0))
    both.paste(now, (kept.width + 12, 0))
    to.parent.mkdir(parents=True, exist_ok=True)
    both.save(to)
    return to


def named(words: Iterable[str]) -> tuple[Paper, ...]:
    """The papers with one of the words in their names; all of them without a word."""
    wanted = [*words]
    return tuple(each for each in papers() if not wanted or any(word in each.name for word in wanted))


def main() -> int:
    """Draw, or keep."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--renew", action="store_true")
    asked.add_argument("words", nargs="*")
    given = asked.parse_args()
    if given.renew == (given.out is not None):
        asked.error("say one of --out FOLDER and --renew")
    if given.renew:
        for file in keep(named(given.words)):
            sys.stdout.write(f"{file}\n")
        return 0
    for paper in named(given.words):
        given.out.mkdir(parents=True, exist_ok=True)
        for row in rows(paper, READABLE):
            target = given.out / f"{paper.name} {row.name}.png"
            sheet([row]).save(target)
            sys.stdout.write(f"{target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
