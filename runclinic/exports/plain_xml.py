"""XML from elsewhere, as plain elements: no entities, no document type, no more than a person can have made.

An entity can grow a small file to gigabytes, or fetch another one; nothing that is exchanged here needs any.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from runclinic.refused import Refused

MOST_BYTES = 50_000_000
MOST_ELEMENTS = 200_000
DEEPEST = 60
ONLY_ELEMENTS = "Save it anew in the program that made it."


@dataclass(slots=True)
class Element:
    """One element: its name, attributes, own text, the elements in it, and the line on which it begins."""

    name: str
    line: int = 0
    attributes: dict[str, str] = field(default_factory=dict[str, str])
    text: str = ""
    inside: list["Element"] = field(default_factory=list["Element"])

    def first(self, *names: str) -> "Element | None":
        """The first element in this one that has one of these names."""
        return next((each for each in self.inside if each.name in names), None)

    def all(self, name: str) -> Iterator["Element"]:
        """Those in this one that have this name."""
        return (each for each in self.inside if each.name == name)

    def words(self, *names: str) -> str:
        """The text of the first element in this one that has one of these names, "" without one."""
        found = self.first(*names)
        return "" if found is None else found.text.strip()


def read(content: bytes, unread: Collection[str] = ()) -> Element:
    """The outermost element. What lies in elements named in `unread` is checked, and left out.

    Refused if it is too large, no XML, or holds a document type or entities.
    """
    if len(content) > MOST_BYTES:
        raise Refused(f"The file has {len(content) / 1e6:.0f} MB; {MOST_BYTES / 1e6:.0f} MB are read.", "")
    return _Reading(frozenset(unread)).all(content)


class _Reading:
    def __init__(self, unread: frozenset[str]) -> None:
        self._unread = unread
        self._open: list[Element] = []
        self._root: Element | None = None
        self._passing = 0  # how deep within an element that is left out
        self._count = 0
        self._text: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._declared
        self._parser.EntityDeclHandler = self._declared
        self._parser.buffer_text = True

    def all(self, content: bytes) -> Element:
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            why = expat.ErrorString(error.code)
            raise Refused(
                f"This is no XML that can be read: line {error.lineno}, {why}.", ONLY_ELEMENTS
            ) from None
        except (ValueError, LookupError):
            raise Refused(
                "This is no XML that can be read: its letters are of no known kind.", ONLY_ELEMENTS
            ) from None
        if self._root is None:
            raise Refused("There is nothing in this file.", ONLY_ELEMENTS)
        return self._root

    def _declared(self, *_what: object) -> None:
        raise Refused("The file declares a document type or entities, which can hide harm.", ONLY_ELEMENTS)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._passing or (self._open and self._open[-1].name in self._unread):
            self._passing += 1
            return
        self._take_text()
        self._count += 1
        if self._count > MOST_ELEMENTS or len(self._open) >= DEEPEST:
            raise Refused("The file has more in it than a film's analysis can have.", ONLY_ELEMENTS)
        made = Element(name, self._parser.CurrentLineNumber, dict(attributes))
        if self._open:
            self._open[-1].inside.append(made)
        else:
            self._root = made
        self._open.append(made)

    def _end(self, _name: str) -> None:
        if self._passing:
            self._passing -= 1
            return
        self._take_text()
        self._open.pop()

    def _characters(self, text: str) -> None:
        if not self._passing:
            self._text.append(text)

    def _take_text(self) -> None:
        if self._open and self._text:
            self._open[-1].text += "".join(self._text)
        self._text.clear()
