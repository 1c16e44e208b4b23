"""The therapist's guide, as it is read in the Help: its pages in the order of the contents, and a search."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from runclinic import paths

CONTENTS = "README"
_LISTED = re.compile(r"^\d+\. \[[^\]]+\]\(([\w-]+)\.md\)", re.MULTILINE)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One page: the name of its file, its title, its Markdown."""

    name: str
    title: str
    markdown: str


@cache
def pages() -> tuple[GuidePage, ...]:
    """The contents, then each page that they list; Refused when the guide is not there."""
    contents = _read(CONTENTS)
    return (contents, *(_read(name) for name in _LISTED.findall(contents.markdown)))


def _read(name: str) -> GuidePage:
    markdown = (paths.guide() / f"{name}.md").read_text(encoding="utf-8")
    heading = _HEADING.search(markdown)
    return GuidePage(name, heading[1] if heading else name, markdown)


def sought_in(words: str, typed: str) -> tuple[str, ...]:
    """What to look for in these words: what was typed as it stands, else each word of it; () if one lacks."""
    text, phrase = words.casefold(), " ".join(typed.casefold().split())
    if not phrase:
        return ()
    if phrase in text:
        return (phrase,)
    each = tuple(dict.fromkeys(phrase.split()))
    return each if all(word in text for word in each) else ()


def places(words: str, sought: Iterable[str]) -> int:
    """How often any of it stands there."""
    text = words.casefold()
    return sum(text.count(each) for each in sought)
