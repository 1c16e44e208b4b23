"""Proves the promise of the README on a bare Debian: a new root folder, python3, git, two commands.

Run as root on a Debian that has debootstrap:  python3 packaging/fresh.py FOLDER
FOLDER becomes the bare system (a new one proves most). How to reach the registries (their addresses,
certificates, proxies) is taken from this machine's own configuration. The last run has no network at all.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SUITE = "bookworm"
CLONE = "home/clinic/runclinic"
CERTIFICATES = "etc/certificates-of-the-host.crt"
TOLD_WHERE_CERTIFICATES_ARE = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
MOUNTS = ("proc", "sys", "dev", "dev/pts", "dev/shm")


def bare_system(root: Path) -> None:
    """A minbase Debian with python3 and git, made once."""
    if (root / "usr/bin/git").exists():
        return
    command = ["debootstrap", "--variant=minbase", "--include=python3,git", SUITE, str(root)]
    subprocess.run(command, check=True)


def as_on_this_machine(root: Path) -> dict[str, str]:
    """Let the bare system reach the registries as this one does; the environment for its commands."""
    for name in ("etc/resolv.conf", "etc/hosts"):
        shutil.copyfile(Path("/", name), root / name)
    if f"VERSION_CODENAME={SUITE}" in Path("/etc/os-release").read_text(encoding="utf-8"):
        for name in ("etc/apt/sources.list.d", "etc/apt/auth.conf.d", "etc/apt/keyrings"):
            if Path("/", name).is_dir():
                shutil.copytree(Path("/", name), root / name, dirs_exist_ok=True)
        if any((root / "etc/apt/sources.list.d").glob("*.sources")):
            (root / "etc/apt/sources.list").unlink(missing_ok=True)
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    environment |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return environment | _indexes() | _certificates(root)


def _indexes() -> dict[str, str]:
    """The addresses in this machine's pip and npm configuration; folders of this machine stay here."""
    listed = _said([sys.executable, "-m", "pip", "config", "list"])
    found = dict(re.findall(r"^[^=]*?([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    more = [url for url in found.get("extra-index-url", "").split() if not url.startswith("file:")]
    registry = _said(["npm", "config", "get", "registry"]).strip() if shutil.which("npm") else ""
    told = {
        "PIP_INDEX_URL": found.get("index-url", ""),
        "PIP_EXTRA_INDEX_URL": " ".join(more),
        "PIP_TRUSTED_HOST": found.get("trusted-host", ""),
        "npm_config_registry": registry,
    }
    return {name: value for name, value in told.items() if value}


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _certificates(root: Path) -> dict[str, str]:
    named = (os.environ.get(name) for name in TOLD_WHERE_CERTIFICATES_ARE)
    bundle = next((Path(path) for path in named if path and Path(path).is_file()), None)
    if bundle is None:
        return {}
    shutil.copyfile(bundle, root / CERTIFICATES)
    return dict.fromkeys((*TOLD_WHERE_CERTIFICATES_ARE, "npm_config_cafile"), f"/{CERTIFICATES}")


@contextlib.contextmanager
def mounted(root: Path) -> Iterator[None]:
    """/proc, /sys and /dev of this machine, seen from the bare system, and taken away again."""
    made: list[Path] = []
    try:
        for name in MOUNTS:
            place = root / name
            place.mkdir(parents=True, exist_ok=True)
            subprocess.run(["mount", "--bind", f"/{name}", str(place)], check=True)
            made.append(place)
        yield
    finally:
        for place in reversed(made):
            subprocess.run(["umount", str(place)], check=False)


def commands(checkout: Path) -> list[str]:
    """The README's first two commands, as a newcomer would copy them."""
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^python3 packaging/dev\.py.*?(?=\s*#|$)", readme, re.MULTILINE)
    return [command.strip() for command in found[:2]]


def run(root: Path, command: str, environment: dict[str, str], *, network: bool) -> dict[str, object]:
    """One command in the clone: its exit code and how long it took."""
    started = time.monotonic()
    apart = [] if network else ["unshare", "--net"]
    inside = ["chroot", str(root), "/bin/sh", "-c", f"cd /{CLONE} && {command}"]
    print(f"\n===== {command}{'' if network else '   (no network)'}", flush=True)
    code = subprocess.run([*apart, *inside], env=environment, check=False).returncode
    taken = round(time.monotonic() - started, 1)
    return {"command": command, "network": network, "exit": code, "seconds": taken}


def main() -> int:
    """Make it, clone into it, run the commands, and print what came of each."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--source", type=Path, default=CHECKOUT, help="the repository whose HEAD is cloned")
    asked.add_argument("--command", action="append", help="instead of the README's two; may be repeated")
    given = asked.parse_args()
    bare_system(given.folder)
    environment = as_on_this_machine(given.folder)
    clone = given.folder / CLONE
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(given.source), str(clone)], check=True)
    told = given.command or commands(clone)
    with mounted(given.folder):
        results = [run(given.folder, command, environment, network=True) for command in told]
        results.append(run(given.folder, told[-1], environment, network=False))
    print(json.dumps(results, indent=1))
    return 0 if all(result["exit"] == 0 for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
