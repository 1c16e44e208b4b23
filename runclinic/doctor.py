"""Is everything there that RunClinic needs? Libraries, codecs, weights, fonts, disk, records."""

import hashlib
import importlib
import importlib.metadata
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from runclinic import paths, resources
from runclinic.refused import Refused

State = Literal["ok", "limited", "broken"]

# Package, the module that shows whether it loads, and what does not work without it.
LIBRARIES = (
    ("PySide6-Essentials", "PySide6.QtWidgets", "the window"),
    ("pyqtgraph", "pyqtgraph", "curves"),
    ("QtAwesome", "qtawesome", "icons"),
    ("superqt", "superqt", "some of the window's controls"),
    ("numpy", "numpy", "every measurement"),
    ("opencv-python", "cv2", "pictures and the camera"),
    ("cv2_enumerate_cameras", "cv2_enumerate_cameras", "the names of cameras"),
    ("miniaudio", "miniaudio", "the metronome"),
    ("av", "av", "opening a clip"),
    ("ai-edge-litert", "ai_edge_litert.interpreter", "automatic pose"),
    ("sqlite-utils", "runclinic.records.driver", "the records"),
    ("sqlcipher3", "sqlcipher3", "the records"),
    ("argon2-cffi", "argon2", "unlocking the records"),
    ("cryptography", "cryptography.hazmat.primitives.ciphers.aead", "clips in the records"),
    ("reportlab", "reportlab.pdfgen.canvas", "everything on paper"),
    ("pypdf", "pypdf", "a password on a PDF"),
    ("pypdfium2", "pypdfium2", "the preview of a page"),
    ("arabic-reshaper", "arabic_reshaper", "Arabic names on paper"),
    ("python-bidi", "bidi", "Arabic names on paper"),
    ("msgspec", "msgspec", "forms and exercises"),
    ("platformdirs", "platformdirs", "finding the data folder"),
    ("structlog", "structlog", "the log"),
)
FONTS = (
    ("fontpkg-atkinson-hyperlegible", "Atkinson Hyperlegible", "screen and paper"),
    ("fontpkg-noto-sans", "Noto Sans", "names in other letters"),
    ("fontpkg-noto-sans-arabic", "Noto Sans Arabic", "Arabic names"),
    ("fontpkg-arimo", "Arimo", "Hebrew names"),
)
# What phones, cameras and treadmill software write; and what an overlay is written with.
READ = ("h264", "hevc", "av1", "vp8", "vp9", "mpeg4", "mjpeg", "prores")
WRITTEN = ("libx264",)
# An hour of film at 10 Mbit a second is 4.5 GB.
LOW_DISK_BYTES = 5 * 1000**3
AGAIN = "Run `python3 packaging/dev.py run doctor` in the checkout, or install RunClinic again."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. "limited": RunClinic works, but not all of it; `do` says what helps."""

    part: Literal["libraries", "codecs", "weights", "fonts", "disk", "records"]
    name: str
    state: State
    found: str
    do: str = ""


class Weight(msgspec.Struct, frozen=True):
    """One file of resources/weights.toml, as far as it can be checked here."""

    name: str
    what: str
    sha256: str


class Weights(msgspec.Struct, frozen=True):
    """resources/weights.toml."""

    weights: tuple[Weight, ...]


def examine(home: Path, *, records: Callable[[Path], str] | None = None) -> list[Finding]:
    """Look at everything, in the order of a start: libraries first, the records at `home` last.

    `records` examines the store in that folder and says what it found; it raises `Refused` for a store
    that is damaged. Without it only what can be read while the records are locked is looked at.
    """
    return [
        *(_library(*row) for row in LIBRARIES),
        *(_codec(name, "r") for name in READ),
        *(_codec(name, "w") for name in WRITTEN),
        *_weights(),
        *(_font(*row) for row in FONTS),
        _disk(home),
        _records(home, records or _while_locked),
    ]


def _library(package: str, module: str, without: str) -> Finding:
    try:
        _load(module)
        version = importlib.metadata.version(package)
    except Exception as trouble:  # noqa: BLE001 - a broken library may raise anything while it loads
        told = f"does not load ({trouble}); without it: {without}"
        return Finding("libraries", package, "broken", told, AGAIN)
    return Finding("libraries", package, "ok", version)


def _load(module: str) -> None:
    if module == "cv2":  # never past the one module that keeps OpenCV's Qt out of ours
        from runclinic.video import cv

        cv.opencv()
    else:
        importlib.import_module(module)


def _codec(name: str, mode: Literal["r", "w"]) -> Finding:
    does = "read" if mode == "r" else "written"
    try:
        codec: Any = importlib.import_module("av.codec")
        codec.Codec(name, mode)
    except Exception as trouble:  # noqa: BLE001 - PyAV's own errors, and those of loading it
        return Finding("codecs", name, "limited", f"film in {name} cannot be {does} ({trouble})", AGAIN)
    return Finding("codecs", name, "ok", does)


def _weights() -> list[Finding]:
    folder = paths.weights()
    return [_weight(folder, weight) for weight in resources.decode("weights.toml", Weights).weights]


def _weight(folder: Path, weight: Weight) -> Finding:
    again = f"Type `python3 packaging/dev.py weights`; it belongs into {folder}."
    try:
        content = (folder / weight.name).read_bytes()
    except OSError:
        return Finding("weights", weight.name, "limited", f"is missing ({weight.what})", again)
    if hashlib.sha256(content).hexdigest() != weight.sha256:
        return Finding("weights", weight.name, "limited", "is not the file that was tested", again)
    return Finding("weights", weight.name, "ok", weight.what)


def _font(package: str, name: str, use: str) -> Finding:
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    if any(file.suffix == ".ttf" and Path(str(file.locate())).is_file() for file in files):
        return Finding("fonts", name, "ok", use)
    return Finding("fonts", name, "broken", f"is missing; it is used for {use}", AGAIN)


def _disk(home: Path) -> Finding:
    there = next(folder for folder in (home, *home.parents) if os.path.exists(folder))  # noqa: PTH110 - never raises
    if not os.access(there, os.W_OK):
        told = f"cannot be made: {there} cannot be written to"
        return Finding("disk", "data folder", "broken", told, "Choose another with --home.")
    free = shutil.disk_usage(there).free
    told = f"{free / 1000**3:.1f} GB free for {home}"
    if free < LOW_DISK_BYTES:
        return Finding("disk", "data folder", "limited", f"has only {told}", "Make room for the next film.")
    return Finding("disk", "data folder", "ok", told)


def _while_locked(home: Path) -> str:
    from runclinic import records

    importlib.import_module("runclinic.records.driver")  # one that does not load is a finding
    if not records.exists(home):
        return "none yet; the first start makes them"
    known = len(records.therapists(home))
    return f"there, locked, of {known} therapist{'' if known == 1 else 's'}; unlocking checks them in full"


def _records(home: Path, look: Callable[[Path], str]) -> Finding:
    try:
        return Finding("records", str(home), "ok", look(home))
    except Refused as refused:
        return Finding("records", str(home), "broken", refused.what, refused.do)
    except OSError as trouble:
        told = f"cannot be looked at ({trouble.strerror})"
        return Finding("records", str(home), "broken", told, "Check who may read that folder.")
    except ImportError as trouble:
        return Finding("records", str(home), "broken", f"cannot be looked at ({trouble})", AGAIN)


def well(findings: list[Finding]) -> bool:
    """Nothing is broken; what is limited (weights, a codec) does not stop a visit."""
    return all(finding.state != "broken" for finding in findings)


def as_json(findings: list[Finding]) -> dict[str, object]:
    """`well`, and every finding as a plain dictionary."""
    return {"well": well(findings), "findings": [asdict(finding) for finding in findings]}


def lines(findings: list[Finding]) -> list[str]:
    """The findings as words for a shell; what is in order in one line a part."""
    told: list[str] = []
    for part in dict.fromkeys(finding.part for finding in findings):
        of_part = [finding for finding in findings if finding.part == part]
        fine = [finding for finding in of_part if finding.state == "ok"]
        if fine:
            told.append(f"ok        {part}: {', '.join(_short(finding) for finding in fine)}")
        told.extend(f"{f.state:9} {f.name} {f.found}. {f.do}" for f in of_part if f.state != "ok")
    return told


def _short(finding: Finding) -> str:
    """A library or a disk is worth its figure; a codec or a font only its name."""
    if finding.part == "libraries":
        return f"{finding.name} {finding.found}"
    return finding.found if finding.part in {"disk", "records"} else finding.name
