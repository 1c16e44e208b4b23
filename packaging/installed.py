"""Proves the archive of `dev.py package` on a bare Debian without Python: unpacked, started, a plan printed.

Run as root on a Debian that has debootstrap:  python3 packaging/installed.py FOLDER ARCHIVE
FOLDER becomes the bare system, with the few libraries that INSTALL.txt names and every desktop has. The
program itself then runs without a network.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import fresh

LINUX = Path(__file__).resolve().parent / "linux"
PROGRAM = "/opt/RunClinic/runclinic"
START_S = 3.0


def libraries() -> list[str]:
    """What INSTALL.txt tells a bare system to install."""
    line = re.search(r"apt install (.+)", (LINUX / "INSTALL.txt").read_text(encoding="utf-8"))
    return line[1].split() if line else []


def prepare(root: Path, archive: Path) -> dict[str, str]:
    """A minbase Debian, those libraries, the program unpacked; the environment for its commands."""
    if not (root / "bin/sh").exists():
        subprocess.run(["debootstrap", "--variant=minbase", fresh.SUITE, str(root)], check=True)
    environment = fresh.as_on_this_machine(root)
    if list(root.glob("usr/bin/python3*")):
        sys.exit(f"There is a Python in {root}: take another folder.")
    inside = ["chroot", str(root)]
    with fresh.mounted(root):
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", *libraries()]):
            subprocess.run([*inside, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    if list(root.glob("usr/bin/python3*")):
        sys.exit("The libraries brought a Python with them.")
    (root / "opt").mkdir(exist_ok=True)
    subprocess.run(["tar", "xf", str(archive), "-C", str(root / "opt")], check=True)
    return environment


def run(root: Path, environment: dict[str, str], *arguments: str) -> tuple[int, float, str]:
    """The program, without a network: exit code, seconds, what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        ["unshare", "--net", "chroot", str(root), PROGRAM, *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, time.perf_counter() - began, done.stdout + done.stderr


def main() -> int:
    """Start, look at itself, the sample clinic with its clip and its plan; 1 if one of them fails."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("archive", type=Path)
    given = asked.parse_args()
    environment = prepare(given.folder, given.archive)
    with fresh.mounted(given.folder):
        run(given.folder, environment, "forms")  # once, so that the disk is warm
        started = run(given.folder, environment, "forms")
        looked = run(given.folder, environment, "doctor")
        toured = run(given.folder, environment, "demo", "--out", "/opt/demo")
    plans = [path.name for path in (given.folder / "opt/demo").glob("*.pdf")]
    broken = [line for line in looked[2].splitlines() if line.startswith("broken")]
    print(toured[2], *broken, sep="\n")
    found = {"start_s": round(started[1], 2), "tour_s": round(toured[1], 1), "plans": plans, "broken": broken}
    print(json.dumps(found, indent=1))
    well = started[0] == looked[0] == toured[0] == 0 and started[1] <= START_S and plans and not broken
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
