"""Sets the checkout up, then does what is asked. Needs Python 3.11 to 3.13 and nothing else."""

import os
import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):  # before anything that an older Python cannot read
    sys.exit(f"RunClinic needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")

import hashlib
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import debian
import pose_weights
from told import CannotGoOn, say

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
VENV = ROOT / ".venv"
STAMP = VENV / "set-up.json"
PURE = ("forms", "gait", "readiness", "plan", "visit")
PURE_ALONE = ("case", "library", "measured", "paths", "resources", "words")  # files beside those rooms
SIMULATED = (  # whole drawn films in tests/gait: `test` runs them, not the check on every save
    *("film_doubts", "coverage", "angle_coverage"),
    *("find_contacts", "rear_contacts", "side_angles", "rear_angles"),
)
WHEELS_ONLY = ("--only-binary", ":all:")


def python() -> Path:
    """The interpreter of the project's own environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# ------------------------------------------------------------------------------------------- set-up
def set_up(*, of_tests: bool) -> None:
    """Bring the checkout to the state of the lock; with nothing to do it downloads nothing."""
    started = time.monotonic()
    debian.make_sure(of_tests=of_tests)
    done = stamp()
    lacking = pose_weights.missing()
    steps = [
        ("a Python environment in .venv", _make_venv, "python" in done),
        ("the locked packages (about 1.3 GB)", _install_lock, done.get("lock") == _mark(LOCK)),
        ("RunClinic itself", _install_project, done.get("project") == _mark(PROJECT)),
        ("the pose weights", _get_weights, not lacking or done.get("weights") == "tried"),
    ]
    if not all(is_done for _, _, is_done in steps):
        for number, (name, work, is_done) in enumerate(steps, 1):
            say(f"[{number}/{len(steps)}] {name}{': there already' if is_done else ' ...'}")
            if not is_done:
                work()
        say(f"Set up in {time.monotonic() - started:.0f} s.")
        lacking = pose_weights.missing()
    pose_weights.tell_missing(lacking)


def stamp() -> dict[str, Any]:
    """What was set up here, as marks of the files it was made from; {} if anything is unclear."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8")) if python().exists() else {}
    except (OSError, ValueError):
        return {}


def _remember(**marks: str) -> None:
    STAMP.write_text(json.dumps({**stamp(), **marks}), encoding="utf-8")


def _mark(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _make_venv() -> None:
    """Keep an environment that works; make one that is not there, or that was left half made."""
    if not _works():
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
        if made.returncode != 0:
            raise CannotGoOn("Python could not make .venv: its words are above.")
    STAMP.unlink(missing_ok=True)
    _remember(python="made")


def _works() -> bool:
    ask = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))"
    try:
        return subprocess.run([str(python()), "-c", ask], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _pip(*arguments: str) -> None:
    command = [str(python()), "-m", "pip", "--disable-pip-version-check", *arguments]
    if not sys.stderr.isatty():
        command += ["--progress-bar", "off"]
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode != 0:
        raise CannotGoOn("pip could not finish; its words are above. The same command goes on from here.")


def _install_lock() -> None:
    """Every package is named in the lock with its hashes, so pip has nothing to resolve or to build."""
    _pip("install", "--require-hashes", "--no-deps", *WHEELS_ONLY, "--requirement", str(LOCK))
    _remember(lock=_mark(LOCK))


def _install_project() -> None:
    _pip("install", "--no-index", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    _remember(project=_mark(PROJECT))


def _get_weights() -> None:
    """Tried once: what cannot be had today must not delay every start."""
    lacking = pose_weights.get(python())
    _remember(weights="tried" if lacking else "there")


# -------------------------------------------------------------------------------------------- verbs
def demo(arguments: Sequence[str]) -> int:
    """The main job on a sample clinic: a window, or without a display the same tour offscreen."""
    return run(["demo", *arguments])


def run(arguments: Sequence[str]) -> int:
    """RunClinic, from this checkout (`run forms` is `runclinic forms`)."""
    set_up(of_tests=False)
    return _call("-m", "runclinic", *arguments)


def test(arguments: Sequence[str]) -> int:
    """The whole test suite, slow tests too; what follows is handed to pytest."""
    return _tested("not storm", arguments)


def storms(arguments: Sequence[str]) -> int:
    """The same laws at length: every paper, a thousand spoilt films, 200 kills; before a release."""
    return _tested("storm", arguments)


def check(_arguments: Sequence[str]) -> int:
    """House rules, types, arrows and the pure tests: on every save, under a minute."""
    set_up(of_tests=False)
    tools = VENV / python().parent.name
    at_once = ["--numprocesses", "auto", "--hypothesis-profile", "save"]
    jobs = {
        "basedpyright": [str(tools / "basedpyright")],
        "pure tests": [str(python()), "-m", "pytest", "--quiet", *at_once, *_pure_tests()],
        "ruff": [str(tools / "ruff"), "check"],
        "import-linter": [str(tools / "lint-imports"), "--no-logo"],
    }
    well = [_told(name, job) for name, job in _side_by_side(jobs)]
    return 0 if all(well) else 1


def lock(arguments: Sequence[str]) -> int:
    """Write packaging/requirements.lock anew from pyproject.toml (`lock --upgrade`: newest versions)."""
    set_up(of_tests=False)
    ask = ["--universal", "--generate-hashes", "--fork-strategy", "fewest", "--python-version", "3.11"]
    plain = ["--no-config", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--quiet"]
    groups = ["--group", "test", "--group", "build"]
    told = ["--custom-compile-command", "python3 packaging/dev.py lock", "--output-file", str(LOCK)]
    command = [str(VENV / python().parent.name / "uv"), "pip", "compile", str(PROJECT)]
    done = subprocess.run(
        [*command, *groups, *ask, *plain, *WHEELS_ONLY, *told, *arguments],
        env=_with_index(), cwd=ROOT, check=False,
    )  # fmt: skip
    return done.returncode


def get_weights(_arguments: Sequence[str]) -> int:
    """Try again for the pose weights that are missing."""
    set_up(of_tests=False)
    _get_weights()
    lacking = pose_weights.missing()
    names = ", ".join(weight.name for weight in lacking)
    say(f"Still missing: {names}" if lacking else "The pose weights are there.")
    return 1 if lacking else 0


def package(arguments: Sequence[str]) -> int:
    """The program for clinics without Python, for this system (`package --out DIR`), with its bars."""
    set_up(of_tests=False)
    return _call(str(ROOT / "packaging" / "package.py"), *arguments)


def _tested(which: str, arguments: Sequence[str]) -> int:
    set_up(of_tests=True)
    at_once = ["--numprocesses", "auto", "--dist", "loadfile"]  # clips are drawn once for each file of tests
    return _call("-m", "pytest", "-m", which, *at_once, *arguments)


def _call(*arguments: str) -> int:
    return subprocess.run([str(python()), *arguments], cwd=ROOT, check=False).returncode


def _pure_tests() -> list[str]:
    rooms = [ROOT / "tests" / room for room in PURE]
    alone = [ROOT / "tests" / f"test_{module}.py" for module in PURE_ALONE]
    later = [f"--ignore={ROOT / 'tests' / 'gait' / f'test_{name}.py'}" for name in SIMULATED]
    return [*(str(path) for path in (*rooms, *alone) if path.exists()), *later]


def _side_by_side(jobs: dict[str, list[str]]) -> list[tuple[str, tuple[int, str]]]:
    """Start all, then gather what each said; the order is that of the jobs."""
    running: list[tuple[str, subprocess.Popen[bytes], Any]] = []
    for name, command in jobs.items():
        words = tempfile.TemporaryFile()  # noqa: SIM115 - it lives until its words are read, below
        process = subprocess.Popen(command, cwd=ROOT, stdout=words, stderr=subprocess.STDOUT)
        running.append((name, process, words))
    return [(name, _outcome(process, words)) for name, process, words in running]


def _outcome(process: "subprocess.Popen[bytes]", words: Any) -> tuple[int, str]:
    code = process.wait()
    words.seek(0)
    with words:
        return code, words.read().decode("utf-8", "replace")


def _told(name: str, outcome: tuple[int, str]) -> bool:
    code, words = outcome
    print(f"== {name}: {'ok' if code == 0 else 'NOT OK'}")
    print("\n".join(words.strip().splitlines()[-(3 if code == 0 else 200) :]), flush=True)
    return code == 0


def _with_index() -> dict[str, str]:
    """The environment, with pip's index in the words of uv, which does not read pip's configuration."""
    listed = subprocess.run(
        [str(python()), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    pairs = (line.partition("=") for line in listed.stdout.splitlines())
    configured = {key.rpartition(".")[2]: value.strip("'") for key, _, value in pairs}
    index = os.environ.get("PIP_INDEX_URL") or configured.get("index-url")
    more = os.environ.get("PIP_EXTRA_INDEX_URL") or configured.get("extra-index-url", "")
    # A folder on this machine knows this machine's wheels only: not what a lock for all systems needs.
    shared = " ".join(url for url in more.replace("\\n", " ").split() if not url.startswith("file:"))
    told = {"UV_DEFAULT_INDEX": index, "UV_INDEX": shared, "SSL_CERT_FILE": configured.get("cert")}
    return {**{name: value for name, value in told.items() if value}, **os.environ}


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "storms": storms,
    "run": run,
    "check": check,
    "lock": lock,
    "package": package,
    "weights": get_weights,
}


def main(arguments: Sequence[str]) -> int:
    """Find the verb and do it; its exit code is ours."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", ())
    if verb not in VERBS:
        say(f"There is no verb '{verb}'. There are:" if verb else "After packaging/dev.py comes a verb:")
        for name, work in VERBS.items():
            say(f"  {name:8} {work.__doc__}")
        return 2
    try:
        return VERBS[verb](rest)
    except CannotGoOn as why:
        say(str(why))
    except KeyboardInterrupt:
        say("Stopped.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
