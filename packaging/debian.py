"""The system libraries that no Python package brings: found, and installed where that is ours to do."""

import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from told import CannotGoOn, say

VENV = ("python3-venv",)
# What Qt's xcb and offscreen platforms link to, and OpenCV's libGL and libgthread.
QT = (
    "libdbus-1-3", "libegl1", "libfontconfig1", "libfreetype6", "libgl1", "libglib2.0-0", "libopengl0",
    "libx11-xcb1", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1", "libxcb-randr0",
    "libxcb-render-util0", "libxcb-render0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1", "libxcb-util1",
    "libxcb-xfixes0", "libxcb-xinerama0", "libxcb-xkb1", "libxext6", "libxkbcommon-x11-0", "libxkbcommon0",
)  # fmt: skip
TESTS = ("fonts-droid-fallback", "openbox", "poppler-utils", "qpdf", "xauth", "xdotool", "xvfb")
# The same on a Linux that is not Debian, where packages have other names.
SONAMES = ("libEGL.so.1", "libGL.so.1", "libfontconfig.so.1", "libxkbcommon-x11.so.0", "libxcb-cursor.so.0")

# python3-venv brings ca-certificates, which writes this file anew.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def make_sure(*, of_tests: bool) -> None:
    """Install what is missing with apt as root; else stop with the one line to type."""
    if not sys.platform.startswith("linux"):
        return
    if not (shutil.which("dpkg-query") and shutil.which("apt-get")):
        _look_for_libraries()
        return
    lacking = missing((*_venv(), *QT, *(TESTS if of_tests else ())))
    if lacking:
        _install(lacking)


def _venv() -> tuple[str, ...]:
    """Debian keeps the module that makes a .venv in a package of its own."""
    return () if importlib.util.find_spec("ensurepip") else VENV


def missing(packages: Sequence[str]) -> list[str]:
    """Those that dpkg does not have; a package may have become "...t64" on newer systems."""
    asked = [name for package in packages for name in (package, f"{package}t64")]
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *asked],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    there = {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in there and f"{package}t64" not in there]


def _install(packages: Sequence[str]) -> None:
    line = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        message = "System libraries are missing. Type this line, then the same command again:"
        raise CannotGoOn(f"{message}\n  sudo {' '.join(line)}")
    say(f"  missing: {' '.join(packages)}")
    trusted = _certificates()
    for command in (["apt-get", "update"], line):
        say(f"  {' '.join(command[:2])} ...")
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(command, env=quietly, stdout=sys.stderr, check=False).returncode != 0:
            message = f"apt could not install the system libraries. Try it by hand:\n  {' '.join(line)}"
            raise CannotGoOn(message)
    _trust_still(trusted)


def _certificates() -> list[str]:
    """What this machine trusts; a clinic behind a proxy has one of its own among them."""
    return CERTIFICATE.findall(CERTIFICATES.read_text(encoding="utf-8")) if CERTIFICATES.is_file() else []


def _trust_still(trusted: Sequence[str]) -> None:
    """Put back what the installation dropped, for without it no registry could be reached now."""
    dropped = sorted(set(trusted) - set(_certificates()))
    if dropped:
        with CERTIFICATES.open("a", encoding="utf-8") as bundle:
            bundle.write("".join(f"{certificate}\n" for certificate in dropped))
        say(f"  put back {len(dropped)} certificates that this machine trusted before")


def _look_for_libraries() -> None:
    lacking = [name for name in SONAMES if not _loads(name)]
    if lacking:
        message = f"Install the packages of your system that bring these libraries: {' '.join(lacking)}"
        raise CannotGoOn(message)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
