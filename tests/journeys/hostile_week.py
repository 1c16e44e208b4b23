"""A hostile week: many visits through the real program, which is killed, locked, filled up and lied to.

    python tests/journeys/hostile_week.py [--visits 40] [--seed N] [--keep DIR]

Two passes over the same visits with the same trials. In the first the program is killed (kill -9) at random
moments and started anew; in the second nobody kills it, and its memory is weighed after visit 5 and after
the last. After each, hostile_proof.py looks at the records: what was told as saved is there, every plan on
paper is what its visit says, vault and trail are whole. Exit code 0 if so.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # run as a script, it finds the tests beside it

from runclinic import records  # noqa: E402
from runclinic.demo import clips  # noqa: E402
from runclinic.demo.clinic import CLINIC  # noqa: E402
from runclinic.demo.clips import Shot  # noqa: E402
from runclinic.records.keys import FLOOR  # noqa: E402
from tests.journeys import hostile_proof  # noqa: E402

HANDS = "from tests.journeys import hostile_hands; hostile_hands.main()"
PEOPLE = {
    "Marta Okafor": "orchard violin sixty tide",
    "Bea Klein": "lantern gravel eleven moss",
    "Siri Vold": "copper meadow nine harbour",
}
TRIALS = (
    "clip",
    "full_disk",
    "lock",
    "corrupt_clip",
    "stick_pulled",
    "summer_time",
    "wrong_date",
    "keys",
    "wrong_password",
    "cover",
)
EACH_VISIT = 4
KILLED_AFTER = (5, 260)  # things told, before the program is killed
MOST_LIVES = 8  # for each visit: more, and it gets nowhere
SMALL_DISK_MB = 300
MEMORY_BAR = 1.1


@dataclass
class Week:
    """What happened, and what was told."""

    home: Path
    told: list[tuple[str, str, object]] = field(default_factory=list)
    printed: list[tuple[str, str]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    resident: dict[int, float] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    dialogs: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def small_disk(folder: Path) -> bool:
    """A small disk of its own for the records, where this user may make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m", "tmpfs", str(folder)]
    root = sys.platform == "linux" and os.geteuid() == 0
    return root and subprocess.run(command, capture_output=True, check=False).returncode == 0


def drawn(folder: Path, seed: int) -> tuple[str, list[str]]:
    """A clip, and some that are spoilt: cut off, garbled, no film at all."""
    whole = folder / "side.mp4"
    clips.write(whole, Shot(capture_fps=60, duration_s=1.5, size=(320, 180)))
    chance, content, bad = random.Random(seed), whole.read_bytes(), []
    for number in range(6):
        spoilt = bytearray(content if number % 3 else content[: chance.randrange(len(content))])
        if number % 3 == 1:
            for _ in range(200):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        if number % 3 == 2:
            spoilt = bytearray(chance.randbytes(5000))
        bad.append(folder / f"spoilt {number}.mp4")
        bad[-1].write_bytes(spoilt)
    return str(whole), [str(each) for each in bad]


def trials_of(visits: int, seed: int) -> dict[str, list[str]]:
    """Which trials each visit meets: all in turn, so that even three visits meet every one."""
    deck = list(TRIALS)
    random.Random(seed).shuffle(deck)
    turns = [deck[turn % len(deck)] for turn in range(EACH_VISIT * visits)]
    if EACH_VISIT * visits < 2 * len(deck):
        turns = turns[: len(deck)]
    return {str(n): turns[EACH_VISIT * n : EACH_VISIT * (n + 1)] for n in range(visits)}


class Pass:
    """All visits once, in one folder."""

    def __init__(self, folder: Path, visits: int, seed: int, *, kills: int, share: float = 1) -> None:
        self.folder, self.visits, self.kills = folder, visits, kills
        self.chance = random.Random(seed)
        disk = folder / "disk"
        self.mounted = small_disk(disk)
        self.week = Week(disk / "home")
        for name in ("out", "config"):
            (folder / name).mkdir()
        clip, spoilt = drawn(folder, seed)
        self.todo = {
            "home": str(self.week.home),
            "out": str(folder / "out"),
            "stick": str(folder / "stick"),
            "small_disk": str(disk) if self.mounted else "",
            "people": PEOPLE,
            "seed": seed,
            "share": share,
            "visits": visits,
            "trials": trials_of(visits, seed),
            "clip": clip,
            "spoilt": spoilt,
            "weighed": [min(5, visits), visits],
        }
        first, *others = PEOPLE.items()
        with records.create(self.week.home, CLINIC, first[0], "MO", first[1], cost=FLOOR) as store:
            for name, password in others:
                store.people.add(name, name[:2].upper(), "owner", password, cost=FLOOR)

    def run(self) -> Week:
        """Life after life, until all visits are done."""
        life = {"first": 0, "resumed": None, "done": []}
        lives = 0
        while life["first"] < self.visits:
            lives += 1
            if not self.one_life(life, lives):
                break
            if lives > MOST_LIVES * self.visits:
                self.week.broken.append("it is killed again and again, and gets nowhere")
                break
        self.week.counts["lives"] = lives
        return self.week

    def one_life(self, life: dict, lives: int) -> bool:
        """Start the program and let it work; False if it broke by itself."""
        kill_after = self.chance.randint(*KILLED_AFTER) if self.week.counts["killed"] < self.kills else 0
        with (
            (self.folder / f"said {lives}.txt").open("w", encoding="utf-8") as errors,
            self.program(life, errors) as program,
        ):
            assert program.stdout is not None
            ended, killed = False, False
            for lines, line in enumerate(program.stdout, 1):
                ended = self.heard(json.loads(line), life) or ended
                if kill_after and lines >= kill_after and not killed:
                    time.sleep(self.chance.uniform(0, 0.4))
                    program.kill()
                    killed = True
            code = program.wait()
        self.free_the_disk()
        if killed and not ended:
            self.week.counts["killed"] += 1
            return True
        if not ended or code:
            self.week.broken.append(
                f"life {lives} ended with {code}: {(self.folder / f'said {lives}.txt').read_text()[-1500:]}"
            )
        return ended

    def program(self, life: dict, errors: IO[str]) -> "subprocess.Popen[str]":
        """The program with its hands; what it says is to be read."""
        settings = {
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "PYTHONPATH": str(ROOT),
        }
        return subprocess.Popen(
            [sys.executable, "-c", HANDS, json.dumps({**self.todo, **life})],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **settings},
        )

    def heard(self, said: list, life: dict) -> bool:
        """One line of the program; True if it was its last."""
        week, (what, *told) = self.week, said
        week.counts[what] += 1
        match what:
            case "told":
                week.told.append((told[0], told[1], told[2]))
            case "printed":
                week.printed.append((told[0], told[1]))
            case "signed":
                week.signed.append(told[0])
            case "began":
                life |= {"first": told[0], "resumed": [told[1], told[2]], "done": []}
            case "trial":
                life["done"].append(told[0])
                week.counts[f"trial {told[0]}"] += 1
            case "done":
                life |= {"first": told[0] + 1, "resumed": None, "done": []}
            case "resident":
                week.resident[told[0]] = told[1]
            case "dialog":
                week.dialogs[told[0]] += 1
        return what == "end"

    def free_the_disk(self) -> None:
        (self.folder / "disk" / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        if self.mounted:
            shutil.copytree(self.week.home, self.folder / "home", ignore=lambda *_: ["store.lock"])
            subprocess.run(["umount", str(self.folder / "disk")], check=False)


def hostile(
    folder: Path, visits: int, seed: int, *, kills: int, share: float = 1
) -> tuple[Week, hostile_proof.Proof]:
    """One pass and its proof, in an empty folder: so many kills at most, a `share` of the answers."""
    folder.mkdir(parents=True, exist_ok=True)
    one = Pass(folder, visits, seed, kills=kills, share=share)
    try:
        week = one.run()
        return week, hostile_proof.prove(week.home, PEOPLE, week, folder / "stick")
    finally:
        one.close()


def lines(name: str, week: Week, proof: hostile_proof.Proof) -> list[str]:
    """What a pass says for itself."""
    counts = week.counts
    trials = ", ".join(f"{each} {counts[f'trial {each}']}" for each in TRIALS)
    told = [
        f"{name}: {counts['done']} visits in {counts['lives']} lives, killed {counts['killed']} times",
        f"  trials: {trials}; not saved, and told so: {counts['not_saved']}",
        f"  answers told as saved {proof.answers}, lost {len(proof.lost)}",
        f"  plans on paper {proof.plans}, of them told {len(week.printed)}, wrong {len(proof.wrong_plans)}",
        f"  signed {counts['signed']}, amended {counts['amended']}, backups read back {proof.backups}",
        f"  clock rows in the trail {proof.clock_back}; dialogs {sum(week.dialogs.values())}",
        f"  unhandled exceptions {len(proof.exceptions)}, complaints of Qt {len(proof.qt)}",
        f"  vault and trail: {'whole' if not proof.faults else proof.faults}",
    ]
    if week.resident:
        told.append(
            "  resident: " + ", ".join(f"after visit {n} {mb:.0f} MB" for n, mb in week.resident.items())
        )
    wrong = [*proof.lost, *proof.wrong_plans, *proof.exceptions, *proof.qt, *week.broken]
    return [
        *told,
        *(f"  ! {each}" for each in wrong[:40]),
        *(f"  dialog: {each} ({n})" for each, n in week.dialogs.items()),
    ]


def tell(*said: str) -> None:
    sys.stdout.write("\n".join(said) + "\n")
    sys.stdout.flush()


def grown(week: Week) -> float:
    """Memory after the last visit by that after the fifth."""
    weighed = [week.resident[number] for number in sorted(week.resident)]
    return weighed[-1] / weighed[0] if weighed else 0.0


def main() -> int:
    asked = argparse.ArgumentParser(description="A hostile week for the records.")
    asked.add_argument("--visits", type=int, default=40)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--keep", type=Path, help="an empty folder for what it makes (else it is removed)")
    asked.add_argument("--only", choices=("killed", "calm"), help="one of the two passes")
    given = asked.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="hostile-"))
    whole = True
    for name in ("killed", "calm"):
        if given.only in (None, name):
            began = time.monotonic()
            week, proof = hostile(
                folder / name,
                given.visits,
                given.seed,
                kills=MOST_LIVES * given.visits if name == "killed" else 0,
            )
            tell(*lines(name, week, proof), f"  {time.monotonic() - began:.0f} s")
            whole &= proof.whole and not week.broken and week.counts["done"] >= given.visits
            if name == "calm":
                tell(f"  memory: {grown(week):.3f} times, bar {MEMORY_BAR}")
                whole &= grown(week) <= MEMORY_BAR
    if not given.keep:
        shutil.rmtree(folder, ignore_errors=True)
    tell("kept" if whole else "BROKEN")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
