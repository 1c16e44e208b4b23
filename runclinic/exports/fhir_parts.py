"""What all FHIR resources of ours are put together from: references, codes, quantities, narrative."""

import html
import uuid
from collections.abc import Iterable
from typing import Any, TypeAlias

Resource: TypeAlias = dict[str, Any]
_SYSTEM = "urn:runclinic"


def system(name: str) -> str:
    """The name of one of our own systems of codes."""
    return f"{_SYSTEM}:{name}"


def made_id(of: str, about: str) -> str:
    """An id that is the same at every export of the same thing."""
    return str(uuid.uuid5(uuid.UUID(of), about))


def reference(_kind: str, its_id: str, display: str = "") -> Resource:
    """A reference inside the Bundle."""
    found: Resource = {"reference": f"urn:uuid:{its_id}"}
    if display.strip():
        found["display"] = display
    return found


def concept(kind: str, code: str, words: str = "") -> Resource:
    """A code of ours with its words."""
    coding: Resource = {"system": system(kind), "code": code}
    if words:
        coding["display"] = words
    return {"coding": [coding], "text": words or code}


def instant(stamp: str) -> str:
    """A moment as FHIR writes it: what records hold is one already."""
    return stamp


def number(value: object) -> float | None:
    """A number, also one of a signed record, where decimals stand as text."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(str(value))
    except ValueError:
        return None


def quantity(value: object, unit: str = "") -> Resource | None:
    """A value with its unit; None if it is no number."""
    found = number(value)
    if found is None:
        return None
    return {"value": found, **({"unit": unit} if unit else {})}


def text_of(lines: Iterable[str]) -> Resource:
    """Narrative of plain lines; nothing in them is taken for markup."""
    inside = "".join(f"<p>{html.escape(_printable(line))}</p>" for line in lines)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'}


def _printable(line: str) -> str:
    return "".join(each for each in line if each.isprintable() or each == " ")
