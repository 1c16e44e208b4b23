"""The one window: first start, unlocking, and then the workplace."""

import threading
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QVBoxLayout, QWidget

from runclinic import clinic, layer, records
from runclinic.refused import Refused
from runclinic.ui import cover as covering
from runclinic.ui import idle, job
from runclinic.ui.first_start import FirstStart
from runclinic.ui.pieces import Card, text
from runclinic.ui.say import say
from runclinic.ui.unlock import Unlock

if TYPE_CHECKING:
    from runclinic.records import Store
    from runclinic.ui.open_visit import OpenVisit
    from runclinic.ui.workplace import Where, Workplace

SMALLEST = (860, 560)
USUAL = (1366, 728)
PAINTED_MS = 150  # by then the page stands, and nothing slows it
SAVE_WITHIN_S, SAVE_EVERY_S = 5.0, 0.5  # RECORDS: closing waits so long for a disk that fails
TITLE_BAR = 36  # of the system, above the window


class Window(QMainWindow):
    """Shows the first start, the unlocking or the workplace, and closes the store with itself."""

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.home = home
        self.workplace: Workplace | None = None
        self.cover: covering.Cover | None = None
        self.idle = idle.Idle(lambda: self.workplace is not None and self.workplace.busy())
        self.idle.cover.connect(self.cover_up)
        self.idle.lock.connect(self.lock)
        self._was: dict[str, Where] = {}  # where each of them was when it was locked
        self.setWindowTitle(say("window.title"))
        self.setMinimumSize(*SMALLEST)
        self._behind: Store | None = None  # open while a recovery sheet is proven, or the runner answers
        self._handed_over = False  # from handing over until the next password
        self._under_help: QWidget | None = None  # the page that the help was opened from
        self._remembered_size()
        QShortcut(QKeySequence("Ctrl+Q"), self).activated.connect(self.close)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.applicationStateChanged.connect(self._state_changed)
        self.ask_who()
        ahead = threading.Thread(target=load_ahead, name="ahead", daemon=True)
        QTimer.singleShot(PAINTED_MS, ahead.start)

    def _remembered_size(self) -> None:
        kept = QSettings().value("window/geometry")
        if kept is None or not self.restoreGeometry(kept):
            room = self.screen().availableGeometry()
            self.resize(min(USUAL[0], room.width()), min(USUAL[1], room.height() - TITLE_BAR))

    def ask_who(self) -> None:
        """The page before the workplace."""
        page: QWidget
        try:
            if records.exists(self.home):
                page = Unlock(self.home)
                page.unlocked.connect(self.open)
            else:
                page = FirstStart(self.home)
                page.made.connect(self.prove_sheet)
        except Refused as refused:
            page = _refused_page(refused)
        else:
            page.failed.connect(_raise)
            page.restore_wanted.connect(self.restore)
        self._show(page)
        start = getattr(page, "start", None)
        if callable(start):
            start()

    def restore(self) -> None:
        """A backup put back in place of what lies here."""
        from runclinic.ui.restoring import Restoring

        page = Restoring(self.home)
        page.left.connect(self.ask_who)
        page.restored.connect(self.ask_who)
        page.failed.connect(_raise)
        self._show(page)
        page.start()

    def open(self, store: "Store") -> None:
        """The clinic is unlocked; an owner whose recovery sheet was never proven does that first."""
        self._handed_over = False
        if store.people.sheet_is_owed():
            self.prove_sheet(store)
        else:
            self._work(store)

    def prove_sheet(self, store: "Store") -> None:
        """A new recovery key on paper, typed back; the records stay open behind it."""
        from runclinic.ui.sheet_step import SheetStep

        step = SheetStep(store)
        step.failed.connect(_raise)
        step.proven.connect(lambda: self._work(store))
        self._behind = store
        self._show(step)
        step.start()

    def _work(self, store: "Store") -> None:
        from runclinic.ui.workplace import Where, Workplace

        self._behind = None
        untrue = clinic.put_in_place(store.settings.all())
        self.workplace = Workplace(store)
        self.workplace.locked.connect(self.lock)
        self.workplace.covered.connect(self.cover_up)
        self.workplace.sheet_wanted.connect(self._new_sheet)
        self.workplace.handed_over.connect(self._hand_over)
        self._show(self.workplace)
        self.workplace.show_clients()
        self.workplace.go_back_to(self._was.pop(store.therapist.id, Where()))
        own = () if untrue is None else (say("thresholds.untrue", why=str(untrue)),)
        self.workplace.status.tell((*own, *store.notices))
        self.idle.lock_minutes = idle.minutes(store.settings.get("clinic/lock_minutes"))
        self.idle.start()

    def _new_sheet(self) -> None:
        """From the people's page: the work is put away while the new key is on the screen."""
        workplace, self.workplace = self.workplace, None
        if workplace is not None:
            self.idle.stop()
            workplace.put_away()
            self.prove_sheet(workplace.store)

    def _hand_over(self, visit: "OpenVisit", forms: tuple[str, ...]) -> None:
        """The runner answers: her questions alone are on the screen until the password is typed."""
        from runclinic.ui.open_visit import OpenVisit
        from runclinic.ui.runner_mode import RunnerMode

        workplace, self.workplace = self.workplace, None
        if workplace is None:
            return
        store = workplace.store
        self._was[store.therapist.id] = workplace.where()
        workplace.put_away()
        self._behind, self._handed_over = store, True
        page = RunnerMode(OpenVisit(store, visit.client, visit.visit), forms)
        page.given_back.connect(self._take_back)
        self._show(page)
        page.start()

    def _take_back(self) -> None:
        """Locked: only the password leads on, and then to where the therapist was."""
        self._leave()
        self.ask_who()

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        """Another program came to the front while the runner had the laptop."""
        if self._handed_over and self._behind is not None and state != Qt.ApplicationState.ApplicationActive:
            self._take_back()

    def cover_up(self) -> None:
        """Nothing to read for whoever passes by; the keys are kept."""
        if self.workplace is None or self.cover is not None:
            return
        self.workplace.settle()
        self.cover = covering.Cover(self.workplace)
        self.cover.lifted.connect(self._uncover)
        self.cover.locked.connect(self.lock)

    def _uncover(self) -> None:
        covered, self.cover = self.cover, None
        if covered is not None:
            covered.deleteLater()

    def _show(self, page: QWidget) -> None:
        """At once: Qt would show it a turn later, and until then no key of its buttons is heard."""
        under, self._under_help = self._under_help, None
        if under is not None and under is not page:
            under.deleteLater()
        self.setCentralWidget(page)
        page.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 before anybody has unlocked: the guide; never from the runner's hands."""
        fits = getattr(self.centralWidget(), "guide", "")
        if event.key() == Qt.Key.Key_F1 and fits and not self._handed_over:
            self._show_help(fits, keys=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _show_help(self, fits: str, *, keys: bool) -> None:
        from runclinic.ui.help import HelpAlone

        held = self.focusWidget()
        under = self.takeCentralWidget()
        page = HelpAlone(self.home / "log", fits)
        page.left.connect(lambda: self._leave_help(under, held))
        self._show(page)
        self._under_help = under
        page.show_page(keys=keys)

    def _leave_help(self, under: QWidget | None, held: QWidget | None) -> None:
        """The page as it was left, with all that is typed in it."""
        if under is not None:
            self._show(under)
        if held is not None:
            held.setFocus(Qt.FocusReason.OtherFocusReason)

    def lock(self) -> None:
        """Everything typed is handed over, the store is closed, and the password is asked for again.

        While answers wait for a full disk they would be lost: then the records are covered, and it goes on.
        """
        if self.workplace is not None and not self.workplace.all_saved():
            self.cover_up()
            return
        if self.workplace is None:
            if self._handed_over and self._behind is not None:
                self._take_back()
            return
        self._was[self.workplace.store.therapist.id] = self.workplace.where()
        self._leave()
        self.ask_who()

    def _leave(self) -> None:
        for running in job.running():
            running.cancel()
        self.idle.stop()
        self.cover = None
        behind, self._behind = self._behind, None
        if behind is not None:
            behind.close()
        workplace, self.workplace = self.workplace, None
        if workplace is not None:
            workplace.shut()
            layer.lay({})

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the window closes; never from the runner's hands."""
        if self._handed_over:
            event.ignore()
            return
        if not self._saved_or_given_up():
            event.ignore()
            return
        QSettings().setValue("window/geometry", self.saveGeometry())
        self._leave()
        event.accept()

    def _saved_or_given_up(self) -> bool:
        """Wait up to five seconds for the disk; then say what is not saved, and ask."""
        workplace, left = self.workplace, SAVE_WITHIN_S
        while workplace is not None and not workplace.all_saved():
            if left <= 0:
                return self._close_anyway(workplace)
            time.sleep(SAVE_EVERY_S)
            left -= SAVE_EVERY_S
        return True

    def _close_anyway(self, workplace: "Workplace") -> bool:
        page = workplace.visit_page
        count = page.visit.unsaved if page is not None else 0
        asked = QMessageBox.question(self, say("window.unsaved"), say("window.close_anyway", n=count))
        return asked == QMessageBox.StandardButton.Yes


def load_ahead() -> None:
    """Load the workplace, then forms, rules and exercises, while she types her password."""
    from runclinic.forms import catalogue
    from runclinic.plan.exercise import exercises
    from runclinic.readiness import rules
    from runclinic.visit import parts

    import_module("runclinic.ui.workplace")
    for read in (catalogue.forms, exercises, parts.parts, rules.content):
        read()


def _raise(error: Exception) -> None:
    raise error


def _refused_page(refused: Refused) -> QWidget:
    card = Card("stop", margins=(24, 20, 24, 20))
    card.setMaximumWidth(640)
    card.rows.addWidget(text(refused.what, "heading"))
    card.rows.addWidget(text(refused.do))
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.setContentsMargins(40, 40, 40, 40)
    rows.addWidget(card)
    rows.addStretch(1)
    return page
