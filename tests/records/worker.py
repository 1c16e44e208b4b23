"""A process that works in a clinic's records until it is killed; it says on its output what was done.

It reads one line for each worker, ["what", "home", ...], forks, and says the worker's id, then all that
the worker says (first "ready"), and "gone" when it is no more.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path

from runclinic import records
from runclinic.records.keys import Cost

CHEAP = Cost(8, 1, 1)
PASSWORD = "purple tractor lemon sky"


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def unlocked(home: Path) -> records.Store:
    return records.unlock(home, records.therapists(home)[0][0], PASSWORD, floor=CHEAP)


def answer(home: Path, visit: str, first: str) -> None:
    """A visit: answers, marks, settings, now and then a new client; each is said once it has returned."""
    store = unlocked(home)
    say("ready")
    for number in count(int(first)):
        match number % 10:
            case 7:
                store.settings.set("clinic/counter", number)
                said = ["setting", number]
            case 8:
                client = store.clients.add(given_name=f"Client{number}", family_name="Killtest")
                said = ["client", client.id]
            case 9:
                store.visits.append(visit, f"gait/film/event/{number}", {"side": "left", "frame": number})
                said = ["entry", number]
            case _:
                store.visits.append(visit, f"safety/Q{number % 10}", number)
                said = ["entry", number]
        say(json.dumps(said))


def create(home: Path) -> None:
    """A new clinic, again and again until it stands."""
    say("ready")
    records.create(home, {"name": "Killed Clinic"}, "Mira Testwell", "MT", PASSWORD, cost=CHEAP)
    say("made")
    signal.pause()


def film(home: Path, client: str, visit: str, path: str) -> None:
    store = unlocked(home)
    say("ready")
    for _ in store.films.take_in(Path(path), client, visit):
        pass
    say("kept")
    signal.pause()


def visit(home: Path, client: str) -> None:
    """Holds the records open, with a visit begun, until it is killed."""
    store = unlocked(home)
    begun = store.visits.start(client, date(2026, 11, 21))
    say("ready")
    say(begun.id)
    signal.pause()


TOUCHES_A_FILE = frozenset(
    ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.truncate")
)


def dying_at(step: int) -> None:
    """Kill this process, without warning, at the nth thing that it does with a file."""
    seen = count(1)

    def watch(event: str, _: object) -> None:
        if event in TOUCHES_A_FILE and next(seen) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def people(home: Path, what: str, step: str, ana: str, new: str) -> None:
    """Something with keys, killed at its nth step with a file; "done" if it came to its end."""
    store = unlocked(home)
    say("ready")
    dying_at(int(step))
    match what:
        case "password":
            store.people.change_password(PASSWORD, new, floor=CHEAP)
        case "reset":
            store.people.reset_password(ana, new, cost=CHEAP)
        case "add":
            store.people.add("Bea Klein", "BK", "therapist", new, cost=CHEAP)
        case "remove":
            store.people.remove(ana)
        case "key":
            for _ in store.change_key(remove=ana):
                pass
    say("done")
    os._exit(0)


WORKS: dict[str, Callable[..., None]] = {
    "answer": answer,
    "create": create,
    "film": film,
    "people": people,
    "visit": visit,
}


def main() -> None:
    for line in iter(sys.stdin.readline, ""):
        what, home, *rest = json.loads(line)
        pid = os.fork()
        if pid == 0:
            say(str(os.getpid()))
            WORKS[what](Path(home), *rest)
            os._exit(0)
        os.waitpid(pid, 0)
        say("gone")


if __name__ == "__main__":
    main()
