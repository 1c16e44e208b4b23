"""What RunClinic is made with: each part, its version, its licence and the text of it, as they are shipped.

The Help shows this list; packaging/package.py writes it into LICENCES.txt and the bill of materials.
"""

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.metadata import Distribution
from pathlib import Path

from runclinic import paths

NAME = "RunClinic"
APACHE = "Apache-2.0"
WEIGHTS = "BlazePose body points"
PYTHON = "Python"
ICONS = ("Material Design Icons", "qtawesome", "materialdesignicons6-webfont-")
INSIDE = (("x264 and x265", "av", "GPL-2.0-or-later"),)  # docs/decisions/0001
NEVER_SHIPPED = {"pip"}  # sqlite-utils asks for it, for a command that RunClinic has not
OF_OTHERS = "_licences"  # folder of RunClinic's own package: the texts of what it carries along
SHORT = 60  # letters: longer is a text, not its name
_NAMED = re.compile(r"(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
_NO_TEXT = (".py", ".pyc", ".xml")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is shipped, and the files that hold the text of its licence."""

    name: str
    version: str
    licence: str
    files: tuple[Path, ...] = ()

    def texts(self) -> tuple[str, ...]:
        """Each text once, however often a package carries it."""
        return tuple(dict.fromkeys(_read(self.files)))


def _read(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        try:
            yield file.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            continue


@cache
def parts() -> tuple[Part, ...]:
    """RunClinic itself, then all that it is made with, by name."""
    listed = distributions(metadata.requires(NAME) or ())
    return (_part(metadata.distribution(NAME)), *made_with(listed))


def made_with(listed: Iterable[Distribution]) -> tuple[Part, ...]:
    """These packages, and what comes along with them: icons, body points, Python itself."""
    found = [_part(package) for package in listed]
    versions = {name_of(each.name): each.version for each in found}
    found += [Part(name, f"in {within} {versions[within]}", its) for name, within, its in INSIDE]
    apache = (paths.apache_licence(),)
    icons, package, file = ICONS
    found.append(Part(icons, _version_in_name(package, file), APACHE, apache))
    found.append(Part(WEIGHTS, "", APACHE, apache))
    found.append(Part(PYTHON, platform.python_version(), "PSF-2.0", python_licence()))
    return tuple(sorted(found, key=lambda each: each.name.casefold()))


# ------------------------------------------------------------------------------------------ packages
def _part(package: Distribution) -> Part:
    """A package; if it only names its licence, with the text that RunClinic has of that."""
    told = package.metadata  # read from its file at each call
    named, files = _licence(told), text_files(package)
    if not files and named.startswith("Apache"):
        files = (paths.apache_licence(),)
    elif not files and "GPL-3.0" in named:
        files = text_files(metadata.distribution(NAME))
    return Part(told["Name"], told["Version"], named, files)


def distributions(needed: Iterable[str]) -> list[Distribution]:
    """Every package that these requirements lead to, by name, each once."""
    found: dict[str, Distribution] = {}
    waiting = [name_of(line) for line in needed if "extra ==" not in line]
    while waiting:
        name = waiting.pop()
        if name in found or name in NEVER_SHIPPED:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:  # for another system
            continue
        waiting += [name_of(line) for line in found[name].requires or () if "extra ==" not in line]
    return [found[name] for name in sorted(found)]


def name_of(requirement: str) -> str:
    """The package that a requirement asks for, written as an index does."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~\[; (]", requirement, maxsplit=1)[0]).lower()


def licence(package: Distribution) -> str:
    """The licence in its own short words; "see its text" where only a text is there."""
    return _licence(package.metadata)


def _licence(told: metadata.PackageMetadata) -> str:
    given = (told.get_all(field) for field in ("License-Expression", "License"))
    said = next((lines[0] for lines in given if lines), "")
    classified = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    short = said if said and len(said) < SHORT and "\n" not in said else ""
    return short or ", ".join(classified) or "see its text"


def text_files(package: Distribution) -> tuple[Path, ...]:
    """The licences and notices that the package carries, where they lie."""
    return tuple(
        file
        for each in package.files or ()
        if each.suffix not in _NO_TEXT
        and (_NAMED.search(each.name) or "licenses" in each.parts)
        and OF_OTHERS not in each.parts
        for file in (Path(str(each.locate())),)
        if file.is_file()
    )


# ---------------------------------------------------------------------------- what is not a package
def python_licence() -> tuple[Path, ...]:
    """The text that comes with this Python; an installed program has it beside its files."""
    unpacked = getattr(sys, "_MEIPASS", None)
    folders = [Path(unpacked) / "python"] if unpacked else [Path(os.__file__).parent, Path(sys.base_prefix)]
    files = [folder / name for folder in folders for name in ("LICENSE.txt", "LICENSE")]
    return tuple(file for file in files if file.is_file())[:1]


def _version_in_name(package: str, beginning: str) -> str:
    """Such as 6.9.96 of a font whose file ends so."""
    files = metadata.files(package) or ()
    fonts = (each.stem for each in files if each.name.startswith(beginning) and each.suffix == ".ttf")
    return next(fonts, "").removeprefix(beginning)
