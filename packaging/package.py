"""Builds the installed program: folder, start-menu files, licences, bill of materials, one archive.

Run by `python3 packaging/dev.py package [--out DIR]` with the project's own Python, on the system that the
program is for: PyInstaller makes no program of another system.
"""

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
import tomllib
from collections.abc import Sequence
from importlib.metadata import Distribution
from pathlib import Path

import pose_weights
from runclinic import licences
from told import CannotGoOn, say

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "packaging"
LINUX = HERE / "linux"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = "RunClinic"
UNPACKED_MB, PACKED_MB, START_S = 750, 300, 3.0


def build(out: Path) -> Path:
    """The program's folder, made anew below `out`."""
    if pose_weights.missing():
        raise CannotGoOn("The pose weights are not there: type `python3 packaging/dev.py weights` first.")
    work = out / "work"
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--distpath", str(out), "--workpath", str(work), str(HERE / "runclinic.spec")]
    if subprocess.run([*command, *places], cwd=ROOT, check=False).returncode != 0:
        raise CannotGoOn("PyInstaller could not finish; its words are above.")
    shutil.rmtree(work, ignore_errors=True)
    return out / NAME


# ------------------------------------------------------------------------------------ what is inside
def distributions() -> list[Distribution]:
    """Every package that the program needs at run time, by name, each once."""
    return licences.distributions(PROJECT["dependencies"])


def write_licences(folder: Path) -> None:
    """LICENCES.txt: a table of all parts, then each text."""
    made_with = licences.made_with(distributions())
    lines = [f"{NAME} {PROJECT['version']} is free software: {PROJECT['license']}.", "It contains:", ""]
    lines += [f"{each.name:28} {each.version:16} {each.licence}" for each in made_with]
    lines += [f"{licences.WEIGHTS}: {weight.name}, from {weight.package}" for weight in pose_weights.wanted()]
    texts = [(NAME, (ROOT / "LICENSE").read_text(encoding="utf-8"))]
    texts += [(each.name, text) for each in made_with for text in each.texts()]
    for name, text in texts:
        lines += ["", "=" * 100, name, "=" * 100, text.strip()]
    (folder / "LICENCES.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_bill(folder: Path) -> None:
    """SBOM.cdx.json: the same parts for machines (CycloneDX 1.5)."""
    parts = [
        {
            "type": "library",
            "name": each.name,
            "version": each.version,
            "purl": f"pkg:pypi/{licences.name_of(each.name)}@{each.version}",
            "licenses": [{"license": {"name": licences.licence(each)}}],
        }
        for each in distributions()
    ]
    parts += [
        {
            "type": "machine-learning-model",
            "name": weight.name,
            "hashes": [{"alg": "SHA-256", "content": weight.sha256}],
            "licenses": [{"license": {"id": licences.APACHE}}],
        }
        for weight in pose_weights.wanted()
    ]
    own = {"type": "application", "name": NAME, "version": PROJECT["version"]}
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"component": own}}
    written = json.dumps({**bill, "components": parts}, indent=1)
    (folder / "SBOM.cdx.json").write_text(written, encoding="utf-8")


def add_menu_files(folder: Path) -> None:
    """What a Linux desktop wants beside the program."""
    share = folder / "share"
    share.mkdir(exist_ok=True)
    for file in ("org.runclinic.RunClinic.desktop", "org.runclinic.RunClinic.svg"):
        shutil.copy2(LINUX / file, share / file)
    told = (LINUX / "org.runclinic.RunClinic.metainfo.xml").read_text(encoding="utf-8")
    told = told.replace("@VERSION@", PROJECT["version"]).replace("@DATE@", _day())
    (share / "org.runclinic.RunClinic.metainfo.xml").write_text(told, encoding="utf-8")
    for file in ("INSTALL.txt", "install.sh"):
        shutil.copy2(LINUX / file, folder / file)


def _day() -> str:
    """The day of the last change, so that the same state makes the same file."""
    asked = ["git", "log", "-1", "--format=%cs"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    return said or dt.date.today().isoformat()


# --------------------------------------------------------------------------------------- what it is
def packed(folder: Path) -> Path:
    """One archive of the folder beside it: .tar.xz, or .zip on Windows."""
    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)
    stem = folder.parent / f"{NAME}-{PROJECT['version']}-{system}-{platform.machine().lower()}"
    if sys.platform == "win32":
        return Path(shutil.make_archive(str(stem), "zip", folder.parent, folder.name))
    archive = stem.with_name(stem.name + ".tar.xz")
    with tarfile.open(archive, "w:xz", preset=3) as made:
        made.add(folder, arcname=folder.name)
    return archive


def size_mb(path: Path) -> float:
    """Bytes on the disk / 10^6, of a file or of all files below a folder."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return sum(each.lstat().st_size for each in files) / 1e6


def start_s(folder: Path) -> float:
    """The median of three starts, until the program has said what forms it has."""
    program = folder / ("runclinic-cli.exe" if sys.platform == "win32" else "runclinic")
    taken: list[float] = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([str(program), "forms"], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))
        taken.append(time.perf_counter() - began)
    return sorted(taken)[1]


def told(name: str, figure: float, bar: float, unit: str) -> bool:
    """One line of the report."""
    kept = figure <= bar
    print(f"{name:12}{figure:8.1f} {unit:3} bar {bar:g} {unit}  {'kept' if kept else 'MISSED'}")
    return kept


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, complete, pack, measure; 1 if a bar is missed."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, default=ROOT / "dist")
    out: Path = asked.parse_args(arguments).out.absolute()
    try:
        folder = build(out)
    except CannotGoOn as why:
        say(str(why))
        return 1
    write_licences(folder)
    write_bill(folder)
    if sys.platform == "linux":
        add_menu_files(folder)
    archive = packed(folder)
    bars = (
        told("unpacked", size_mb(folder), UNPACKED_MB, "MB"),
        told("packed", size_mb(archive), PACKED_MB, "MB"),
        told("start", start_s(folder), START_S, "s"),
    )
    print(archive)
    return 0 if all(bars) else 1


if __name__ == "__main__":
    sys.exit(main())
