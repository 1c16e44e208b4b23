"""How a clip was filmed: the few things that only the therapist can tell."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from runclinic.forms.answers import refuse_wrong
from runclinic.forms.form import Option, Question
from runclinic.gait import filming
from runclinic.refused import Refused
from runclinic.ui.control import Asked, Control
from runclinic.ui.pieces import Scroll, text
from runclinic.ui.questions import make
from runclinic.ui.say import say
from runclinic.visit.entry import Json

SHOES = ("shod", "minimal", "barefoot", "carbon")
SPEED_LETTERS, SHOE_LETTERS = 24, 60


def questions() -> tuple[Question, ...]:
    """What is asked of every clip, in order; the ids are the fields of its filming entry."""

    def options(field: str, values: tuple[str, ...]) -> tuple[Option, ...]:
        return tuple(Option(value, say(f"gait.{field}_{value}")) for value in values)

    return (
        Question("view", "choice", say("gait.view"), options=options("view", filming.VIEWS), required=True),
        Question(
            "belt_speed",
            "text",
            say("gait.belt_speed"),
            note=say("gait.belt_speed_note"),
            max_length=SPEED_LETTERS,
        ),
        Question(
            "capture_fps",
            "number",
            say("gait.capture_fps"),
            range=(1, 2000),
            step=30,
            unit=say("gait.fps_unit"),
        ),
        Question("incline_percent", "number", say("gait.incline"), range=(-15, 40), step=0.5, unit="%"),
        Question("footwear_class", "choice", say("gait.shoes"), options=options("shoes", SHOES)),
        Question("footwear", "text", say("gait.footwear"), max_length=SHOE_LETTERS),
        Question(
            "minutes_before",
            "number",
            say("gait.minutes"),
            range=(0, 180),
            step=1,
            unit=say("gait.minutes_unit"),
        ),
        Question(
            "mirrored",
            "choice",
            say("gait.mirrored"),
            note=say("gait.mirrored_note"),
            options=options("mirrored", ("no", "yes")),
        ),
    )


class FilmingForm(QWidget):
    """`told(field, value, typing)` for each thing as it is told; nothing has to be told to go on."""

    told = Signal(str, object, bool)

    def __init__(self, day: date) -> None:
        super().__init__()
        self._values: dict[str, Json] = {}
        asked = Asked("", self._values.get, self._find, _check, day)
        self._questions = {question.id: question for question in questions()}
        self.controls: dict[str, Control] = {}
        self._why: dict[str, QLabel] = {}
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(16, 10, 16, 12)
        self._rows.setSpacing(4)
        self.file = text("", "second")
        self._rows.addWidget(self.file)
        for question in self._questions.values():
            self._row(question, asked)
        self._rows.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(Scroll(inside))

    def _find(self, field: str) -> Question | None:
        return self._questions.get(field)

    def _row(self, question: Question, asked: Asked) -> None:
        control = make(question, asked)
        control.answered.connect(lambda value, typing: self._answered(question.id, value, typing=typing))
        control.told.connect(lambda why: self._tell(question.id, why))
        control.moved_on.connect(lambda: self._move_on(question.id))
        why = text("", "wrong")
        why.hide()
        self.controls[question.id], self._why[question.id] = control, why
        self._rows.addSpacing(6)
        self._rows.addWidget(text(question.text))
        self._rows.addWidget(control)
        if question.note:
            self._rows.addWidget(text(question.note, "caption"))
        self._rows.addWidget(why)

    def put(self, told: Mapping[str, Json], about_file: str) -> None:
        """What stands of a film, and what its file says of itself."""
        self._values.clear()
        self._values.update(told)
        self.file.setText(about_file)
        for field, control in self.controls.items():
            control.display(told.get(field))

    def start(self) -> None:
        """Go to the first thing that is not told yet."""
        untold = [field for field in self.controls if self._values.get(field) is None]
        self.controls[(untold or ["view"])[0]].setFocus(Qt.FocusReason.TabFocusReason)

    def go_to(self, field: str) -> None:
        """Ask one thing first."""
        self.controls[field].setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        """Hand over what is typed."""
        for control in self.controls.values():
            control.settle()

    def _answered(self, field: str, value: Json, *, typing: bool) -> None:
        self._values[field] = value
        self.told.emit(field, value, typing)

    def _tell(self, field: str, why: str) -> None:
        self._why[field].setText(why)
        self._why[field].setVisible(bool(why))

    def _move_on(self, field: str) -> None:
        order = list(self.controls)
        later = order[order.index(field) + 1 :]
        if later:
            self.controls[later[0]].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.focusNextChild()

    def event(self, event: QEvent) -> bool:
        """Qt: while something is told here, plain keys belong to the form, not to the film."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held = event.modifiers() & ~(
                Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
            )
            if not held:
                event.accept()
                return True
        return super().event(event)


def _check(question: Question, value: Json) -> None:
    """Refused if it cannot be true, in words that stand under its field."""
    try:
        refuse_wrong(question, value, "")
        if question.id == "belt_speed" and isinstance(value, str):
            filming.belt_speed(value)
    except Refused as refused:
        said = refused.what.removeprefix(": ")
        raise Refused(f"{said[:1].upper()}{said[1:]} {refused.do}".strip()) from refused


def in_words(told: Mapping[str, Json], fps: float) -> str:
    """Speed, incline, rate and minute in one line; what was not told is left out."""
    parts: list[str] = []
    if told.get("belt_speed"):
        parts.append(str(told["belt_speed"]))
    if isinstance(incline := told.get("incline_percent"), int | float):
        parts.append(f"{incline:g} %")
    parts.append(say("gait.rate_words", fps=round(fps)))
    if isinstance(minutes := told.get("minutes_before"), int | float):
        parts.append(say("gait.minute_words", n=round(minutes)))
    return " · ".join(parts)
