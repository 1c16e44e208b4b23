"""The same things for a shell: one verb each, exit 0 done, 1 refused with one line, 2 wrong usage."""

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from runclinic import paths
from runclinic.refused import Refused

T = TypeVar("T")

DONE, REFUSED = 0, 1
TYPED_IN = "RUNCLINIC_PASSWORD_FILE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; what we expect to fail is one line on stderr, what we do not goes to the log."""
    given = parser().parse_args(arguments)
    try:
        return given.verb(given)
    except Refused as refused:
        print(f"runclinic: {refused}", file=sys.stderr)
    except BrokenPipeError:  # the reader (head, less) has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("runclinic: stopped.", file=sys.stderr)
    except Exception as error:  # noqa: BLE001 (the last door: no traceback may reach a user)
        print(f"runclinic: {_logged(given, error)}", file=sys.stderr)
    return REFUSED


def _logged(given: argparse.Namespace, error: Exception) -> str:
    """Write the traceback of an unexpected failure to the log, and say where that is."""
    said = "Something went wrong that RunClinic did not expect."
    try:
        folder = paths.log_folder(paths.home(given.home))
        folder.mkdir(parents=True, exist_ok=True)
        log = folder / f"{datetime.now().astimezone():%Y-%m-%d}.log"
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now().astimezone():%H:%M:%S} {given.verb.__name__}\n")
            file.writelines(traceback.format_exception(error))
    except (OSError, Refused):
        return f"{said} ({type(error).__name__})"
    return f"{said} The details are in {log}."


def parser() -> argparse.ArgumentParser:
    """All verbs and options; a verb that is not here is refused by name."""
    top = argparse.ArgumentParser(
        prog="runclinic",
        description="The workstation for women's return to running. Without a verb: the window.",
    )
    top.add_argument("--home", type=Path, default=None, help="the data folder (else RUNCLINIC_HOME)")
    top.set_defaults(verb=window)
    verbs = top.add_subparsers(title="verbs", metavar="VERB")
    for add in (_demo, _frames, _analyse, _assess, _forms, _vault, _doctor, _bench):
        add(verbs)
    return top


def _verb(
    verbs: Any, name: str, run: Callable[[argparse.Namespace], int], says: str
) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=says, description=says)
    verb.add_argument("--home", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    verb.set_defaults(verb=run)
    return verb


def _demo(verbs: Any) -> None:
    verb = _verb(verbs, "demo", demo, "a tour on a sample clinic; without a display it is walked offscreen")
    verb.add_argument("--out", type=Path, help="folder for the clip, the PDF and the screenshots")


def _frames(verbs: Any) -> None:
    verb = _verb(verbs, "frames", frames, "what a clip really is: every frame with its true time")
    verb.add_argument("clip", type=Path)
    verb.add_argument("--json", action="store_true")
    verb.add_argument("--png", nargs=2, metavar=("K", "FILE"), help="write frame K as a picture")


def _analyse(verbs: Any) -> None:
    verb = _verb(verbs, "analyse", analyse, "cadence, contact, flight and duty factor, each with its +/-")
    verb.add_argument("clip", type=Path)
    verb.add_argument("--view", required=True, choices=("side_left", "side_right", "rear", "front"))
    verb.add_argument("--events", type=Path, help="JSON file of marked contacts (else they are found)")
    verb.add_argument("--landmarks", type=Path, help="body points: JSON, CSV or TRC (else they are found)")
    verb.add_argument(
        "--save-landmarks", type=Path, metavar="FILE", help="write the body points: .json, .csv, .trc"
    )
    verb.add_argument(
        "--overlay", type=Path, metavar="OUT.mp4", help="write the film with all of it drawn in"
    )
    verb.add_argument("--mirrored", action="store_true", help="the film is mirrored (a selfie camera)")
    verb.add_argument("--belt-speed", metavar='"9 km/h"')
    verb.add_argument(
        "--capture-fps", type=float, help="true frames per second, when the clip is slow motion"
    )
    ends = ("X1", "Y1", "X2", "Y2")
    verb.add_argument("--incline", type=float, metavar="PERCENT", help="slope of the belt, nose up +")
    verb.add_argument(
        "--plumb", type=float, nargs=4, metavar=ends, help="top and foot of something vertical, in pixels"
    )
    verb.add_argument(
        "--rod", type=float, nargs=5, metavar=(*ends, "MM"), help="a thing of known length, ends in pixels"
    )
    verb.add_argument(
        "--belt-line",
        type=float,
        nargs=4,
        metavar=ends,
        help="along the top of the belt, in pixels: contacts show above it where there are no body points",
    )
    verb.add_argument("--first-foot", choices=("left", "right"), help="with it: the first foot to land")
    verb.add_argument("--height-m", type=float)
    verb.add_argument("--mass-kg", type=float)
    verb.add_argument("--json", action="store_true")


def _assess(verbs: Any) -> None:
    verb = _verb(
        verbs, "assess", assess, "a whole visit from a case file: scores, flags, criteria, outcome, plan"
    )
    verb.add_argument("case", type=Path)
    verb.add_argument("--out", type=Path, help="folder for every paper of the visit, as PDF")
    verb.add_argument("--paper", choices=("a4", "letter"), default="a4")
    verb.add_argument("--language", default="", help="of what she holds, instead of hers: en, de, es, fr")
    verb.add_argument("--json", action="store_true")


def _forms(verbs: Any) -> None:
    verb = _verb(verbs, "forms", forms, "the forms, or the fields of one form")
    verb.add_argument("form", nargs="?")
    blank = "print them empty, a PDF each, into this folder"
    verb.add_argument("--blank", type=Path, metavar="DIR", help=blank)
    verb.add_argument("--paper", choices=("a4", "letter"), default="a4")
    verb.add_argument("--large", action="store_true", help="in large print")
    verb.add_argument("--json", action="store_true")


def _vault(verbs: Any) -> None:
    """The verbs of the records; each asks for a password, or reads it from RUNCLINIC_PASSWORD_FILE."""
    verb = _verb(verbs, "backup", backup, "everything in one new file, read back before it counts")
    verb.add_argument("file", type=Path)
    verb = _verb(verbs, "restore", restore, "put the records of a backup into the data folder")
    verb.add_argument("file", type=Path)
    verb = _verb(verbs, "verify", verify, "is every record, and every film, as it was written?")
    verb.add_argument("file", type=Path, nargs="?", help="a backup; else the records themselves")
    verb.add_argument("--anchor", metavar="SEQ:HEX", action="append", default=[], help="a head from paper")
    verb.add_argument("--json", action="store_true")
    verb = _verb(verbs, "salvage", salvage, "save what a damaged record file still holds in a new backup")
    verb.add_argument("file", type=Path)
    verb = _verb(verbs, "export", export, "one client as a folder, or as a file for another RunClinic")
    verb.add_argument("client", help="her clinic number, or her name")
    verb.add_argument("folder", type=Path, metavar="DIR")
    verb.add_argument("--reason", required=True, help="kept in the trail of her record")
    verb.add_argument("--transfer", action="store_true", help="one encrypted file, opened by six words")
    verb = _verb(verbs, "import", take_in, "what a transfer file holds; with --accept it is taken in")
    verb.add_argument("file", type=Path)
    verb.add_argument("--accept", action="store_true", help="take it in; else nothing is written")


def _doctor(verbs: Any) -> None:
    verb = _verb(verbs, "doctor", doctor, "is everything there that RunClinic needs?")
    verb.add_argument("--json", action="store_true")


def _bench(verbs: Any) -> None:
    from runclinic.bench import BENCHES

    verb = _verb(verbs, "bench", bench, "speed and memory, measured here")
    verb.add_argument("name", nargs="?", choices=sorted(BENCHES), help="all of them, if left out")
    verb.add_argument(
        "--markers", type=Path, metavar="DIR", help="for events: marker files with a force plate's truth"
    )
    verb.add_argument("--film", type=Path, help="for events: a film whose contacts were marked by eye")
    verb.add_argument("--marks", type=Path, help="the JSON file of those marks: view, events")
    verb.add_argument(
        "--write", type=Path, metavar="FILE", help="a page of them too, such as docs/performance.md"
    )
    verb.add_argument("--json", action="store_true")


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=1))


def window(given: argparse.Namespace) -> int:
    from runclinic import app

    return app.run(paths.home(given.home))


def demo(given: argparse.Namespace) -> int:
    from runclinic.demo import tour

    return tour.run(out=given.out, home=given.home)


def frames(given: argparse.Namespace) -> int:
    from runclinic.video import Clip, probe

    with Clip.open(given.clip) as clip:
        if given.png:
            probe.write_png(clip, _frame_number(given.png[0]), Path(given.png[1]))
            return DONE
        facts = probe.facts(clip)
    if given.json:
        _print_json(facts)
    else:
        print("\n".join(probe.lines(facts)))
    return DONE


def _frame_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(f"'{text}' is not a frame number.", "Frames count from 0.") from None


def analyse(given: argparse.Namespace) -> int:
    from runclinic import film_analysis
    from runclinic.gait.analyse import rows
    from runclinic.gait.filming import Filming, Rod, belt_speed

    plumb, rod, line = given.plumb, given.rod, given.belt_line
    filming = Filming(
        view=given.view,
        capture_fps=given.capture_fps,
        belt_speed=belt_speed(given.belt_speed) if given.belt_speed else None,
        incline_percent=given.incline,
        mirrored=given.mirrored,
        height_m=given.height_m,
        mass_kg=given.mass_kg,
        plumb=((plumb[0], plumb[1]), (plumb[2], plumb[3])) if plumb else None,
        rod=Rod((rod[0], rod[1]), (rod[2], rod[3]), rod[4]) if rod else None,
    )
    marks = _text(given.events) if given.events else None
    belt = film_analysis.Belt(((line[0], line[1]), (line[2], line[3])), given.first_foot) if line else None
    files = film_analysis.Files(marks, given.landmarks, given.save_landmarks, given.overlay, belt)
    done = _walked(film_analysis.analyse_file(given.clip, filming, files))
    if given.json:
        _print_json(done.result)
    else:
        print("\n".join([*_measures(rows([*done.metrics, *done.angles])), *done.warnings]))
    return DONE


def _walked(work: Generator[float, None, T]) -> T:
    """Long work to its end; at a terminal its progress is shown, Ctrl+C cancels it."""
    shown = -1
    try:
        while True:
            percent = int(100 * next(work))
            if percent != shown and sys.stderr.isatty():
                print(f"\r{percent:3d} %", end="", file=sys.stderr, flush=True)
            shown = percent
    except StopIteration as end:
        return end.value
    finally:
        work.close()
        if shown >= 0 and sys.stderr.isatty():
            print("\r     \r", end="", file=sys.stderr, flush=True)


def _measures(rows: Sequence[Any]) -> list[str]:
    """The measures as a table: left, right, both, +/- of both."""
    head = f"{'':<34}{'left':>9}{'right':>9}{'both':>9}{'+/-':>8}"
    lines = [
        f"{f'{row.name}, {row.unit}':<34}{row.left:>9}{row.right:>9}{row.both:>9}{row.plus_minus:>8}"
        for row in rows
    ]
    return [head, *lines]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(f"'{path}' cannot be read as text.", "Check the name of the file.") from None


def assess(given: argparse.Namespace) -> int:
    from runclinic import case
    from runclinic.visit.assess import assess as assessed

    read = case.read(given.case)
    assessment = assessed(read)
    document = assessment.as_json()
    document["documents"] = [str(path) for path in _printed(read, assessment, given)] if given.out else []
    if given.json:
        _print_json(document)
    else:
        print("\n".join(assessment.lines()))
        print("\n".join(document["documents"]))
    return DONE


def _printed(read: Any, assessment: Any, given: argparse.Namespace) -> list[Path]:
    from runclinic.documents import of_case
    from runclinic.words import closest

    wanted = given.language or read.client.language
    if closest(wanted) is None:
        print(f"RunClinic has no texts in “{wanted}”: what she holds is in English.", file=sys.stderr)
    written = of_case.write(
        read,
        assessment,
        given.out,
        paper=given.paper,
        language=given.language,
        filmed=_filmed(read, given.case.parent),
    )
    for why in written.missing:
        print(why, file=sys.stderr)
    return [*written.paths]


def _filmed(read: Any, folder: Path) -> Any:
    """The clip that a case names, measured; a path is from the folder of the case file."""
    from runclinic.documents.of_case import Filmed

    told = read.gait
    if not told.get("clip"):
        return Filmed()
    from runclinic import film_analysis
    from runclinic.gait.filming import Filming, belt_speed

    if not told.get("view"):
        return Filmed(why="the case does not say the view of its clip. Write view = 'side_left' below it.")
    filming = Filming(
        view=told["view"],
        capture_fps=told.get("capture_fps"),
        belt_speed=belt_speed(told["belt_speed"]) if told.get("belt_speed") else None,
        height_m=read.client.height_m,
        mass_kg=read.client.mass_kg,
    )
    try:
        done = _walked(film_analysis.analyse_file(folder / told["clip"], filming))
    except Refused as refused:
        return Filmed(why=str(refused))
    if done.done is None or not done.events:
        return Filmed(why=f"no contacts were found in {told['clip']}. Mark them in the window.")
    return Filmed(done.done, done.angles)


def forms(given: argparse.Namespace) -> int:
    from runclinic.forms import catalogue, listing

    if given.blank:
        from runclinic.documents import blank_form, of_case

        wanted = [catalogue.form(given.form).id] if given.form else catalogue.ids()
        for each in wanted:
            pdf = blank_form.blank_form(each, paper=given.paper, large=given.large)
            print(of_case.put(pdf, given.blank / f"{each}.pdf"))
    elif given.json:
        _print_json(listing.described(given.form) if given.form else {"forms": listing.listed()})
    else:
        print("\n".join(listing.lines(given.form)))
    return DONE


def backup(given: argparse.Namespace) -> int:
    from runclinic import records
    from runclinic.records import by_password, door

    home, password = paths.home(given.home), asked_password()
    door.refuse_nothing(home)
    with records.unlock(home, by_password.whose(home, password), password) as store:
        made = _walked(store.backups.make_file(given.file.expanduser().absolute()))
    print("\n".join([*made.warnings, f"{made.file}: {made.bytes} bytes, the audit ends at {made.head}."]))
    return DONE


def restore(given: argparse.Namespace) -> int:
    from runclinic.records import restore as restoring

    home = paths.home(given.home)
    done = _walked(restoring.restore(given.file, home, asked_password()))
    kept = [f"What lay there before is kept 30 days in {done.kept}."] if done.kept else []
    print("\n".join([*done.warnings, *kept, f"The records of {done.at} are in {home}."]))
    return DONE


def verify(given: argparse.Namespace) -> int:
    from runclinic.records import checking

    password = asked_password()
    if given.file is None:
        report = _walked(checking.check_home(paths.home(given.home), password, given.anchor))
    else:
        report = _walked(checking.check_archive(given.file, password, given.anchor))
    if given.json:
        _print_json({"faults": report.faults, "entries": report.entries.seq, "audit_head": str(report.audit)})
    else:
        print("\n".join(report.lines()))
    return DONE if report.whole else REFUSED


def salvage(given: argparse.Namespace) -> int:
    from runclinic.records import salvage as salvaging

    file = given.file.expanduser().absolute()
    saved = _walked(salvaging.salvage(paths.home(given.home), file, asked_password()))
    print("\n".join(saved.lines()))
    return DONE


def export(given: argparse.Namespace) -> int:
    from runclinic import client_file, records
    from runclinic.records import by_password, door, passphrase

    home, password = paths.home(given.home), asked_password()
    door.refuse_nothing(home)
    with records.unlock(home, by_password.whose(home, password), password) as store:
        client = store.clients.one(given.client)
        folder = given.folder.expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if not given.transfer:
            print(_walked(client_file.export(store, client.id, folder, given.reason)))
            return DONE
        words = passphrase.new()
        target = client_file.free(folder / client_file.transfer_name(client))
        print(_walked(client_file.pack(store, client.id, target, words, given.reason)))
        print(f"The six words that open it, kept nowhere: {words}")
    return DONE


def take_in(given: argparse.Namespace) -> int:
    from runclinic import records
    from runclinic.records import by_password, door

    home, password = paths.home(given.home), asked_password()
    door.refuse_nothing(home)
    words = asked_password("RUNCLINIC_PASSPHRASE_FILE", "The six words", "The six words are")
    with records.unlock(home, by_password.whose(home, password), password) as store:
        arrival = store.transfer.examine(given.file, words)
        try:
            print("\n".join(arrival.difference.lines()))
            if given.accept and not arrival.difference.empty:
                client = store.clients.get(_walked(store.transfer.accept(arrival)))
                print(f"Taken in: {client.name}, {client.clinic_no}.")
            elif not arrival.difference.empty:
                print("Nothing was written. Add --accept to take it in.")
        finally:
            arrival.close()
    return DONE


def asked_password(
    named_in: str = TYPED_IN, prompt: str = "Password or recovery key", needed: str = "A password is"
) -> str:
    """A secret: the first line of the file that a variable names, else typed without being shown."""
    named = os.environ.get(named_in, "").strip()
    if named:
        lines = _text(Path(named)).splitlines()
        return lines[0] if lines else ""
    if not sys.stdin.isatty():
        raise Refused(f"{needed} needed.", f"Put it into a file and name that in {named_in}.")
    import getpass

    return getpass.getpass(f"{prompt}: ")


def doctor(given: argparse.Namespace) -> int:
    from runclinic import doctor as examiner

    found = examiner.examine(paths.home(given.home))
    if given.json:
        _print_json(examiner.as_json(found))
    else:
        print("\n".join(examiner.lines(found)))
    return DONE if examiner.well(found) else REFUSED


def bench(given: argparse.Namespace) -> int:
    from runclinic.bench import run

    if (given.film is None) != (given.marks is None):
        raise Refused("A film and its marks belong together.", "Give both --film and --marks.")
    film = None if given.film is None else (given.film, given.marks)
    results = run(given.name, markers=given.markers, film=film)
    if given.write:
        from datetime import date

        from runclinic.bench import page

        page.write(given.write, results, date.today())
    if given.json:
        _print_json([result.as_json() for result in results])
    else:
        print("\n".join(line for result in results for line in result.lines()))
    return DONE
