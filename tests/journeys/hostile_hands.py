"""One life of the real program in a hostile week: hands at its window, until they are done or it is killed.

Started by hostile_week.py with what it shall do as JSON. It says on its output, a line of JSON each, what
the window told as saved, what was given out, and what it met.
"""

import contextlib
import faulthandler
import gc
import json
import os
import random
import resource
import signal
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from runclinic import paths
from runclinic.app import application
from runclinic.demo import clinic
from runclinic.ui import job, look
from runclinic.ui.parts.printing import PrintPage
from runclinic.ui.parts.readiness import DecisionPanel
from runclinic.ui.trouble import Trouble
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window
from tests.journeys import wrong_clock

PATIENCE_MS = 90_000
EXAMPLES = ("c1", "c2", "c3", "c3b", "c4", "c5", "c6", "c7", "c8")
GIVEN = ("Ada", "Bea", "Cleo", "Dina", "Ebba", "Fay", "Gwen", "Hedda", "Ida", "June")
FAMILY = ("Ahmadi", "Brandt", "Cole", "Dahl", "Eriksen", "Foss", "Greco", "Holm", "Ito", "Juhl")
HARMLESS_KEYS = "0123456789abcdefghijklmnopqrstuvwxyz"
REASON = "She telephoned and put it right."


def say(what: str, *told: object) -> None:
    os.write(OUT, (json.dumps([what, *told]) + "\n").encode())


OUT = os.dup(1)


class Stuck(Exception):
    """The window did not do in a minute and a half what it should."""


def turn(milliseconds: int = 0) -> None:
    """Let the window work."""
    timer = QElapsedTimer()
    timer.start()
    while True:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        QApplication.sendPostedEvents(
            None, QEvent.Type.DeferredDelete.value
        )  # as the program's own loop does
        if timer.elapsed() >= milliseconds:
            return
        time.sleep(0.002)


def wait(done, what: str) -> None:
    timer = QElapsedTimer()
    timer.start()
    while not done():
        if timer.elapsed() > PATIENCE_MS:
            raise Stuck(what)
        turn(5)


class Disk:
    """The disk of the records, filled to its last byte: ballast on a small disk of their own, else a limit.

    The limit lets no file of this process grow past the size that the database has now.
    """

    def __init__(self, home: Path, small: str) -> None:
        self._home, self._ballast = home, Path(small) / "ballast" if small else None

    def fill(self) -> None:
        if self._ballast is not None:
            with self._ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(1 << 16))
            with self._ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(512))
            return
        wal = self._home / "runclinic.db-wal"
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        most = min(wal.stat().st_size, 4096) if wal.exists() else 0
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    def free(self) -> None:
        if self._ballast is not None:
            self._ballast.unlink(missing_ok=True)
        else:
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


class Hands:
    """A therapist at the window; `todo` is what hostile_week.py asked for."""

    def __init__(self, todo: dict) -> None:
        self.todo = todo
        self.home, self.out, self.stick = (Path(todo[name]) for name in ("home", "out", "stick"))
        self.disk = Disk(self.home, todo["small_disk"])
        self.window = Window(self.home)
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()
        self.chance = random.Random()
        self.listening = set()

    # -- in and out

    @property
    def work(self):
        return self.window.workplace

    @property
    def page(self):
        return self.work.visit_page

    @property
    def visit(self):
        return self.page.visit

    def unlock(self, name: str, *, wrongly: bool = False) -> None:
        page = self.window.centralWidget()
        assert isinstance(page, Unlock)
        button = next(each for each in page.names.buttons if each.text().startswith(name))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        turn()
        if wrongly:
            self.try_password(page, "wrong words entirely")
            wait(page.form._wrong_row.isVisible, "a wrong password to be told")
        self.try_password(page, self.todo["people"][name])
        wait(lambda: self.work is not None, "the workplace")

    def try_password(self, page: Unlock, password: str) -> None:
        wait(page.form.button.isEnabled, "the password to be asked for")
        self.type(password)
        QTest.keyClick(self.focus, Qt.Key.Key_Return)
        turn()

    @property
    def focus(self):
        return QApplication.focusWidget() or self.window.focusWidget() or self.window

    def type(self, letters: str) -> None:
        QTest.keyClicks(self.focus, letters)

    # -- one visit

    def do(self, number: int, resumed: list[str] | None, done: list[str]) -> None:
        """Visit `number`; `resumed` is the client and visit of a former life, `done` the trials it met."""
        self.chance = random.Random(f"{self.todo['seed']}/{number}/{len(done)}")
        own = random.Random(f"{self.todo['seed']}/{number}")
        names = list(self.todo["people"])
        if self.work is None:
            self.unlock(names[number % len(names)])
        self.example = own.choice(EXAMPLES)
        self.open(number, own, resumed)
        trials = [each for each in self.todo["trials"][str(number)] if each not in done]
        if self.drafted():
            self.answer_all(trials)
        if self.drafted():
            self.decide()
            self.give_out()
            self.sign()
        if self.work.signed_page is not None and not self.drafted():
            self.after_signing(own)
        say("done", number)

    def open(self, number: int, own: random.Random, resumed: list[str] | None) -> None:
        store = self.work.store
        if resumed is not None:
            self.client = store.clients.get(resumed[0])
            self.work.show_client(self.client)
            self.work.show_visit(self.client, store.visits.get(resumed[1]))
            self.visit_id = resumed[1]
        else:
            known = store.clients.recent(50)
            if known and own.random() < 0.4:
                self.client = own.choice(known)
                self.work.show_client(self.client)
            else:
                self.new_client(number, own)
            page = self.work.client_page
            page._begin()
            turn()
            self.visit_id = self.visit.visit.id
            say("began", number, self.client.id, self.visit_id)
        self.listen()

    def new_client(self, number: int, own: random.Random) -> None:
        QTest.keyClick(self.focus, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        self.work.new_client()
        turn()
        for words in (own.choice(GIVEN), f"{own.choice(FAMILY)} {number}", "2.5.1992", "555 0199"):
            self.type(words)
            QTest.keyClick(self.focus, Qt.Key.Key_Return)
        wait(lambda: self.work.stack.currentWidget() is self.work.client_page, "the new client")
        self.client = self.work.client_page.client

    def drafted(self) -> bool:
        return (
            self.work is not None
            and self.page is not None
            and self.visit.visit.id == self.visit_id
            and self.work.stack.currentWidget() is self.page
            and self.visit.visit.state == "draft"
        )

    def listen(self) -> None:
        """From now on all is said that the window tells as saved."""
        if self.page is None or self.visit in self.listening:
            return
        visit = self.visit
        self.listening = {visit}
        visit.changed.connect(
            lambda keys: [say("told", visit.visit.id, key, visit.stands(key)) for key in keys]
        )
        visit.not_saved.connect(lambda why: say("not_saved", why))

    # -- answers

    def answers(self) -> dict[str, object]:
        given = clinic.example(self.example)
        later = self.visit.day - given.visit_date
        share = random.Random(f"{self.todo['seed']}/{self.example}")
        return {
            key: clinic.moved(value, later)
            for key, value in given.answers.items()
            if not key.startswith("previous/") and share.random() < self.todo["share"]
        }

    def answer_all(self, trials: list[str]) -> None:
        """Every answer of the example, part by part in any order, the trials somewhere between."""
        answers = self.answers()
        by_part: dict[str, list[str]] = {}
        for key in answers:
            by_part.setdefault(self.visit.part_of(key), []).append(key)
        steps = [("part", part) for part in by_part] + [("look", part) for part in ("gait", "plan")]
        steps += [("trial", trial) for trial in trials]
        self.chance.shuffle(steps)
        for kind, what in steps:
            if kind == "trial":
                getattr(self, what)()
                say("trial", what)
                self.come_back()
            elif kind == "look":
                self.page.go_to(what)
                turn(30)
            else:
                self.answer_part(what, by_part[what], answers)

    def answer_part(self, part: str, keys: list[str], answers: dict[str, object]) -> None:
        self.page.go_to(part)
        turn()
        self.chance.shuffle(keys)
        for key in keys:
            if self.visit.stands(key) != answers[key]:
                self.visit.record(key, answers[key])
                turn()
        if self.chance.random() < 0.3:
            self.page.undo()
            turn()
            self.page.redo()

    def come_back(self) -> None:
        """After a trial the visit is in front again, whoever unlocked meanwhile."""
        if self.work is None:
            self.unlock(self.chance.choice(list(self.todo["people"])))
        if not self.drafted():
            store = self.work.store
            self.work.show_visit(store.clients.get(self.client.id), store.visits.get(self.visit_id))
            turn()
        self.listen()

    # -- trials

    def lock(self) -> None:
        for _ in range(2):
            QTest.keyClick(self.focus, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
            turn()
        if self.work is not None:
            self.window.lock()
        wait(lambda: self.work is None, "the lock")
        self.unlock(self.chance.choice(list(self.todo["people"])))

    def wrong_password(self) -> None:
        self.window.lock()
        turn()
        self.unlock(self.chance.choice(list(self.todo["people"])), wrongly=True)

    def cover(self) -> None:
        self.window.cover_up()
        turn(20)
        QTest.keyClick(self.window.cover, Qt.Key.Key_A)
        turn()

    def summer_time(self) -> None:
        """Ten minutes before the hour that comes twice, and fifteen minutes on."""
        wrong_clock.zone("Europe/Berlin")
        wrong_clock.stand_at(datetime(2026, 10, 25, 0, 50))  # noqa: DTZ001 -- UTC, as the rest of that file
        self.monkey(15)
        wrong_clock.move(timedelta(minutes=15))
        self.monkey(15)
        wrong_clock.right()

    def wrong_date(self) -> None:
        """An empty battery: 2019, then 2035, then as it should be."""
        for year in (2019, 2035):
            wrong_clock.stand_at(datetime(year, 3, 1, 9))  # noqa: DTZ001
            self.monkey(10)
            self.window.lock()
            turn()
            self.unlock(self.chance.choice(list(self.todo["people"])))
            self.come_back()
        wrong_clock.right()

    def full_disk(self) -> None:
        """Nothing more goes onto the disk: it is told, nothing is lost, and it goes on afterwards."""
        self.page.go_to("history")
        turn()
        self.disk.fill()
        try:
            kept = self.visit.record("history/H02", f"full disk {self.chance.random()}")
            self.monkey(10)
            turn(20)
        finally:
            self.disk.free()
        self.page.settle()
        say("full_disk", kept)
        if not self.visit.record("history/H02", "there is room again"):
            raise Stuck("an answer after the disk was full")

    def stick_pulled(self) -> None:
        """A backup goes to a stick, which is pulled out; put in again, the next one is whole."""
        self.work.show_records()
        turn()
        card = self.work.records_page.backups
        self.stick.mkdir(exist_ok=True)
        card.choose_folder(self.stick)
        away = self.stick.with_name(f"{self.stick.name} pulled")
        card.make()
        for _ in range(self.chance.randrange(12)):
            turn(4)
        self.stick.rename(away)
        wait(card.now.isEnabled, "a backup without a stick")
        self.stick.rmdir() if self.stick.is_dir() else None
        away.rename(self.stick)
        say("stick", card.told.text())
        card.make()
        wait(card.now.isEnabled, "a backup with the stick")
        say("backup", card.told.text())

    def clip(self) -> None:
        self.take_in(self.todo["clip"])
        say("films", len(self.page._made["gait"].films))

    def corrupt_clip(self) -> None:
        self.take_in(self.chance.choice(self.todo["spoilt"]))

    def take_in(self, path: str) -> None:
        self.page.go_to("gait")
        turn()
        gait = self.page._made["gait"]
        if self.page._stack.currentWidget() is not gait:
            return  # an open flag shuts the treadmill
        gait.take_in([Path(path)])
        wait(lambda: gait.arrivals.job is None and not gait.arrivals._waiting, "a film")
        turn(200)

    def keys(self) -> None:
        self.monkey(60)

    def monkey(self, count: int) -> None:
        """Plain keys into whatever has the focus on the form in front."""
        self.come_back()
        self.page.go_to(
            self.chance.choice(("safety", "history", "pelvic_floor", "strength", "questionnaires"))
        )
        turn()
        for _ in range(count):
            if not self.drafted():
                self.come_back()
            roll = self.chance.random()
            if roll < 0.5:
                self.type(self.chance.choice(HARMLESS_KEYS))
            else:
                QTest.keyClick(self.focus, Qt.Key.Key_Return if roll < 0.75 else Qt.Key.Key_Tab)
            turn()
        self.come_back()

    # -- the end of a visit

    def decide(self) -> None:
        self.page.go_to("safety")
        turn()
        for question in self.visit.assessment().facts.unanswered_safety:
            self.visit.record(f"safety/{question}", "no")
        for flag in self.visit.flags():
            if not flag.referral:
                self.visit.record(f"safety/{flag.id}_referral", self.visit.day.isoformat())
        for question in self.visit.assessment().facts.unanswered_safety:
            self.visit.record(f"safety/{question}", "no")
        self.page.go_to("readiness")
        turn(20)
        panel = next(iter(self.page.findChildren(DecisionPanel)))
        panel.confirm.click()
        turn(20)

    def give_out(self) -> None:
        self.page.go_to("print")
        turn()
        page = self.page._made.get("print")
        if not isinstance(page, PrintPage) or self.page._stack.currentWidget() is not page:
            return
        self.save(page.paper)

    def save(self, paper) -> None:
        """The plan as PDF, if the outcome allows one: what is shown is what is kept."""
        wait(
            lambda: paper.made is not None or (paper._wrong.isVisible() and paper._wrong.text()), "the paper"
        )
        turn()
        if paper.made is None:
            return
        kept = []
        paper.kept.connect(kept.append)
        paper.save_file()
        wait(lambda: not paper.waiting, "the paper of what stands now")
        turn(20)
        for document in kept:
            say("printed", self.visit_id, document.id)

    def sign(self) -> None:
        self.come_back()
        self.page.go_to("sign")
        turn()
        page = self.page._made["sign"]
        if self.page._stack.currentWidget() is not page or not page.sign.isEnabled():
            say("unsigned", self.visit.readiness_to_sign().blocking)
            return
        QTest.mouseClick(page.sign, Qt.MouseButton.LeftButton)
        wait(
            lambda: (
                self.work.signed_page is not None and self.work.stack.currentWidget() is self.work.signed_page
            ),
            "the signed page",
        )
        say("signed", self.visit_id)

    def after_signing(self, own: random.Random) -> None:
        page = self.work.signed_page
        if own.random() < 0.4 and not self.work.store.amendments.of(self.visit_id):
            page._change("history/H02", f"amended {own.randrange(1000)}", REASON)
            turn()
            say("amended", self.visit_id)
        if own.random() < 0.3:
            page.places.chosen.emit("plan")
            turn()
            self.save(page._paper)
        self.work.show_client(self.client)
        turn()


def resident_mb() -> float:
    gc.collect()
    turn(50)
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6


def answer_dialogs(folder: Path) -> QTimer:
    """Nobody is there for a dialog: a message is read and put away, a file goes where it is told."""
    names = iter(range(1, 1_000_000))
    QFileDialog.getSaveFileName = lambda *_: (str(folder / f"{os.getpid()} {next(names)}.pdf"), "")
    QFileDialog.getOpenFileName = QFileDialog.getOpenFileNames = lambda *_: ("", "")
    QFileDialog.getExistingDirectory = lambda *_: ""
    timer = QTimer()

    def look_for_one() -> None:
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                say("dialog", box.text())
                box.accept()

    timer.timeout.connect(look_for_one)
    timer.start(40)
    return timer


def main() -> None:
    todo = json.loads(sys.argv[1])
    faulthandler.enable()
    faulthandler.dump_traceback_later(600, exit=True)
    app = application()
    look.dress("light")
    trouble = Trouble(paths.log_folder(Path(todo["home"])))
    trouble.install()
    wrong_clock.install()
    timer = answer_dialogs(Path(todo["out"]))
    hands = Hands(todo)
    resumed, done = todo["resumed"], todo["done"]
    for number in range(todo["first"], todo["visits"]):
        hands.do(number, resumed, done)
        resumed, done = None, []
        if number + 1 in todo["weighed"]:
            say("resident", number + 1, resident_mb())
    hands.window.close()
    turn(50)
    timer.stop()
    say("end", len(job.running()))
    del app, trouble
