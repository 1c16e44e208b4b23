"""A cue with the film on the screen: which, at what beat, how she felt, what moved, and into the plan."""

from collections.abc import Generator, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from runclinic.documents import cue_words
from runclinic.forms.form import Option, Question
from runclinic.plan.cue import every
from runclinic.refused import Refused
from runclinic.ui.control import Asked, Control
from runclinic.ui.drop_down import DropDown
from runclinic.ui.gait.compare.films import Comparable
from runclinic.ui.gait.compare.table import CompareTable, table_of
from runclinic.ui.gait.cue_beat import CueBeat
from runclinic.ui.gait.cue_log import CueLog
from runclinic.ui.gait.cue_tried import Films, films
from runclinic.ui.gait.measures import ROW
from runclinic.ui.gait.one_primary import become_primary
from runclinic.ui.job import Job
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button, Card, Scroll, in_a_row, text
from runclinic.ui.questions import make
from runclinic.ui.recording import check_alone
from runclinic.ui.say import say, words
from runclinic.visit.cue_trials import MOST_LETTERS, WORST, CueTrial
from runclinic.visit.entry import Json

OWN = "own"
HEAD, NARROW_BELOW, LABEL, LABEL_NARROW = 24, 380, 44, 38
CHANGE = 3  # the column
WIDTHS = {1: 48, 2: 48, CHANGE: 56}  # of the columns of numbers
CLOSE = "QPushButton[seg][tight='true'] {{ padding: 0; min-width: {wide}px; }}"


def questions() -> tuple[Question, ...]:
    """What is asked of a trial; the ids are the fields of its entry, apart from own words."""
    symptoms = tuple(Option(each, say(f"cue_trial.symptom_{each}")) for each in cue_words.SYMPTOMS)
    scales = tuple(
        Question(
            f"{what}_{when}",
            "scale",
            say(f"cue_trial.{when}"),
            short=f"{say(f'cue_trial.{what}')}: {say(f'cue_trial.{when}')}",
            range=(0, WORST),
        )
        for what in ("symptom", "effort")
        for when in ("before", "after")
    )
    return (
        Question(OWN, "text", say("cue_trial.own_words"), max_length=MOST_LETTERS),
        Question("symptom", "choice", say("cue_trial.symptom"), options=symptoms),
        *scales,
    )


class Pick(DropDown):
    """One of a list."""

    def __init__(self, about: str) -> None:
        super().__init__()
        self.setAccessibleName(about)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)


class CueTable(CompareTable):
    """The measures before the cue, and with it."""

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the heads of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            own = {1: "before", 2: "with", 3: "change"}
            if section in own:
                return say(f"cue_trial.column_{own[section]}")
        return super().headerData(section, orientation, role)


class CuePage(QWidget):
    """Of the film that `show_film` names. `use` and `done` stand below it; `left` goes back."""

    left = Signal()

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self.log = CueLog(visit, self)
        self.film_id = ""
        self.films = Films()
        self._offered: tuple[Comparable, ...] = ()
        self._measured_of = ("", "")
        self._stale = True
        self._job: Job | None = None
        self.controls: dict[str, Control] = {}
        self._why = text("", "wrong")
        self._why.hide()
        self.before = Pick(say("cue_trial.film_before"))
        self.before.activated.connect(self._choose_before)
        self.cue = Pick(say("cue_trial.cue"))
        self.cue.addItem(say("cue_trial.choose"), "")
        for each in every():
            self.cue.addItem(each.text, each.id)
            self.cue.setItemData(self.cue.count() - 1, each.reason, Qt.ItemDataRole.ToolTipRole)
        self.cue.addItem(say("cue_trial.own_words"), OWN)
        self.cue.activated.connect(self._choose_cue)
        self.beat = CueBeat()
        self.beat.chosen.connect(self._choose_beat)
        self.model = CueTable()
        self.table = table_of(self.model)
        for column, width in WIDTHS.items():
            self.table.setColumnWidth(column, width)
        self.only_film = text(say("cue_trial.only_film"), "second")
        self.title, self.reasons = text("", "strong"), text("", "second")
        self.verdict = Card("note", margins=(12, 10, 12, 10))
        self.verdict.rows.addWidget(self.title)
        self.verdict.rows.addWidget(self.reasons)
        self.use = Button(say("cue_trial.use"), tall=True)
        self.use.clicked.connect(self._use)
        self.done = Button(say("gait.done"), kind="primary", tall=True)
        self.done.clicked.connect(self._leave)
        self._make_controls()
        self._lay()
        visit.changed.connect(self._changed)

    # -- building

    def _make_controls(self) -> None:
        self._values: dict[str, Json] = {}
        asked_of = {question.id: question for question in questions()}
        asked = Asked("", self._values.get, asked_of.get, check_alone, self._visit.day)
        for question in asked_of.values():
            control = make(question, asked)
            control.answered.connect(
                lambda value, typing, field=question.id: self._answered(field, value, typing=typing)
            )
            control.told.connect(self._tell_why)
            self.controls[question.id] = control

    def _lay(self) -> None:
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 10, 12, 12)
        rows.setSpacing(6)
        pieces: tuple[QWidget | str, ...] = (
            self.only_film,
            say("cue_trial.film_before"),
            self.before,
            say("cue_trial.cue"),
            self.cue,
            self.controls[OWN],
            self._why,
            say("cue_trial.beat_about"),
            self.beat,
            say("cue_trial.symptom"),
            self.controls["symptom"],
        )
        for each in pieces:
            rows.addWidget(text(each, "strong") if isinstance(each, str) else each)
        self._labels: list[QWidget] = []
        self._scale_rows(rows, "symptom")
        rows.addWidget(text(say("cue_trial.effort"), "strong"))
        self._scale_rows(rows, "effort")
        rows.addSpacing(4)
        rows.addWidget(self.verdict)
        rows.addWidget(self.table)
        rows.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        self._scroll = Scroll(inside)
        outside.addWidget(self._scroll)

    def _scale_rows(self, rows: QVBoxLayout, what: str) -> None:
        for when in ("before", "after"):
            label = text(say(f"cue_trial.{when}"), "second", wrap=False)
            self._labels.append(label)
            row = in_a_row(label, self.controls[f"{what}_{when}"], spacing=4)
            row.setStretch(1, 1)
            rows.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: eleven numbers stand in one row, however narrow the panel; of a change its verdict stays."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW_BELOW
        self.table.setColumnHidden(CHANGE, narrow)
        for label in self._labels:
            label.setFixedWidth(LABEL_NARROW if narrow else LABEL)
        for name, control in self.controls.items():
            if name not in (OWN, "symptom"):
                control.setStyleSheet(CLOSE.format(wide=18 if narrow else 26))

    # -- what it shows

    def show_film(self, film_id: str) -> None:
        """Another film."""
        if film_id != self.film_id:
            self.settle()
            self.film_id = film_id
            self.cue.setCurrentIndex(0)
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what changed while it was away."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """What stands, while it is seen."""
        if not self.film_id or not self.isVisible():
            return
        trial = self.log.of_film(self.film_id)
        self._put_films(trial)
        known = trial.cue if trial.known else OWN if trial.cue else ""
        if not (known == "" and self.cue.currentData() == OWN and self.controls[OWN].isVisible()):
            self.cue.setCurrentIndex(self.cue.findData(known))
        self.controls[OWN].setVisible(self.cue.currentData() == OWN)
        self._values.clear()
        self._values.update(trial.value)
        self._values |= {OWN: trial.cue if known == OWN else None, "symptom": trial.symptom or None}
        for field, control in self.controls.items():
            control.display(self._values.get(field))
        self._measure(trial)
        self._put_found(trial)

    def _put_films(self, trial: CueTrial) -> None:
        self._offered = self.log.films()
        others = [each for each in self._offered if each.id != self.film_id]
        self.only_film.setVisible(not others)
        self.before.clear()
        self.before.addItem(say("cue_trial.no_film"), "")
        for each in others:
            self.before.addItem(each.words, each.id)
        self.before.setCurrentIndex(max(0, self.before.findData(trial.before)))

    def _put_found(self, trial: CueTrial) -> None:
        """Beat, rows, verdict, and what is next."""
        beat = trial.beat or (self.beat.beat if not trial.cue else 0)
        self.beat.put(self.films.cadence, beat)
        rows = self.films.rows(trial)
        self.model.put(rows)
        self.table.setFixedHeight(HEAD + ROW * len(rows))
        self.table.setVisible(bool(rows))
        tried = self.films.tried(trial)
        self.verdict.setVisible(bool(trial.cue))
        measuring = self._job is not None
        self.title.setText(cue_words.outcome(tried, words()))
        self.title.setHidden(measuring)
        self.reasons.setText(
            say("gait.compare_measuring") if measuring else cue_words.reasons(tried, words())
        )
        held = trial.cue in (self.log.in_plan() or ()) and bool(trial.cue)
        why = self.log.why_not(trial)
        self.use.become(
            say("cue_trial.in_plan" if held else "cue_trial.use"), icon="check" if held else "plus"
        )
        self.use.setEnabled(not held and not why)
        self.use.setToolTip(why)
        is_next = tried.judged.outcome == "works" and self.use.isEnabled()
        become_primary(self.use, primary=is_next)
        become_primary(self.done, primary=not is_next)

    def _measure(self, trial: CueTrial) -> None:
        """Both films on a thread, when they are others than before or something of them changed."""
        wanted = (self.film_id, trial.before)
        if wanted == self._measured_of and not self._stale:
            return
        self._measured_of, self._stale = wanted, False
        by_id = {each.id: each for each in self._offered}
        film, before = by_id.get(self.film_id), by_id.get(trial.before)
        self._end_job()
        self.films = Films()  # never the figures of another film
        if film is None:
            return
        job = Job(say("gait.compare_measuring"), lambda: self._measuring(film, before))
        job.done.connect(lambda found: job is self._job and self._measured(found))
        job.failed.connect(lambda error: job is self._job and self._not_measured(str(error)))
        self._job = job
        job.start()

    def _measuring(self, film: Comparable, before: Comparable | None) -> Generator[float, None, Films]:
        yield 0.1
        return films(self._visit.store, self._visit.client, film, before)

    def _measured(self, found: Films) -> None:
        self._job = None
        self.films = found
        if self.film_id:
            self._put_found(self.log.of_film(self.film_id))

    def _not_measured(self, why: str) -> None:
        self._measured(Films())
        self._tell_why(why)

    def _end_job(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _changed(self, keys: list[str]) -> None:
        ours = [key for key in keys if key.startswith(("gait/", "plan/", "history/"))]
        of_films = [key for key in ours if not key.startswith("plan/") and "/cue/" not in key]
        self._stale = self._stale or bool(of_films)
        if ours:
            self.refresh()

    # -- what is told

    def _tell(self, told: Mapping[str, Json], *, typing: bool = False) -> None:
        self._tell_why("")
        self.log.tell(self.film_id, told, typing=typing)

    def _answered(self, field: str, value: Json, *, typing: bool) -> None:
        if field == OWN:
            self._tell({"cue": str(value or "").strip(), "beat": self.beat.beat}, typing=typing)
        else:
            self._tell({field: (value or "") if field == "symptom" else value})

    def _choose_before(self, _at: int) -> None:
        self._tell({"before": str(self.before.currentData())})

    def _choose_cue(self, _at: int) -> None:
        chosen = str(self.cue.currentData())
        self.controls[OWN].setVisible(chosen == OWN)
        if chosen == OWN:
            self.controls[OWN].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._tell({"cue": chosen, "beat": self.beat.beat})  # a beat that was chosen first belongs to it

    def _choose_beat(self, beat: int) -> None:
        """Recorded with the cue: a beat alone is only tried."""
        if self.log.of_film(self.film_id).cue:
            self._tell({"beat": beat})

    def _use(self) -> None:
        try:
            self.log.use(self.film_id)
        except Refused as refused:
            self._tell_why(str(refused))

    def _tell_why(self, why: str) -> None:
        self._why.setText(why)
        self._why.setVisible(bool(why))

    def settle(self) -> None:
        """Hand over what is typed."""
        for control in self.controls.values():
            control.settle()

    def _leave(self) -> None:
        self.settle()
        self.left.emit()

    def shut(self) -> None:
        """Silence, and nothing on its way."""
        self.beat.stop()
        self._end_job()

    def event(self, event: QEvent) -> bool:
        """Qt: plain keys here never mark the film."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
            if not event.modifiers() & ~plain:
                event.accept()
                return True
        return super().event(event)
