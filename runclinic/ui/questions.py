"""One control for each kind of question (WIDGETS), and those that hold several others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from runclinic.forms.form import Question
from runclinic.ui.body_chart import BodyChartControl
from runclinic.ui.control import Asked, Control, spoken
from runclinic.ui.fields import DateControl, NumberControl, SecondsControl, text_control
from runclinic.ui.picks import ChoiceControl, ScaleControl, SeveralControl, YesNoControl
from runclinic.ui.pieces import Button, empty_out, in_a_row, text
from runclinic.ui.say import say, words
from runclinic.visit.entry import Json

SIDES = ("left", "right")
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
BIRTHS = "H04"  # history: how many births there were
EVEN = 90  # limb symmetry in %: even from here, a clear gap below GAP (CLINICAL 5)
GAP = 80


def make(question: Question, asked: Asked) -> Control:
    """The control for a question."""
    if question.on_body is not None and asked.together is not None and not asked.compact:
        return BodyChartControl(question, asked)
    return WIDGETS[question.kind](question, asked)


class Many(Control):
    """A control that is made of others, each with a place in one value."""

    wide = True

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self.asked = replace(asked, compact=True)
        self.parts: dict[tuple[str | int, ...], Control] = {}
        self._wrong: dict[tuple[str | int, ...], str] = {}
        self.value: Json = None

    def part(self, place: tuple[str | int, ...], question: Question, about: str) -> Control:
        """One of the others; `about` says to a screen reader which one."""
        control = make(msgspec.structs.replace(question, short=about), self.asked)
        control.answered.connect(lambda value, typing: self._answered(place, value, typing))
        control.told.connect(lambda why: self._told(place, why))
        control.moved_on.connect(lambda: self._move_on(place))
        if not self.parts:
            self.setFocusProxy(control)
        self.parts[place] = control
        return control

    def with_part(self, place: tuple[str | int, ...], value: Json) -> Json:
        """The whole value with one part changed; None if nothing is left of it."""
        raise TypeError(place, value)

    def part_of(self, place: tuple[str | int, ...], value: Json) -> Json:
        """What stands at a place of the whole value."""
        raise TypeError(place, value)

    def display(self, value: Json) -> None:
        """Show what stands in every part."""
        self.value = value
        for place, control in self.parts.items():
            control.display("declined" if value == "declined" else self.part_of(place, value))
        self.shown()

    def shown(self) -> None:
        """After the parts were shown: what is computed from them."""

    def settle(self) -> None:
        """Hand over what was typed in any part."""
        for control in self.parts.values():
            control.settle()

    def _answered(self, place: tuple[str | int, ...], value: Json, typing: bool) -> None:
        self.value = self.with_part(place, value)
        self.shown()
        self.answered.emit(self.value, typing)

    def _told(self, place: tuple[str | int, ...], why: str) -> None:
        self._wrong[place] = why
        self.told.emit(next((each for each in self._wrong.values() if each), ""))

    def _move_on(self, place: tuple[str | int, ...]) -> None:
        order = list(self.parts)
        later = order[order.index(place) + 1 :] if place in order else []
        if later:
            self.parts[later[0]].setFocus()
        else:
            self.moved_on.emit()


class LeftRightControl(Many):
    """Left and right side by side, with how even they are as it is typed."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        inner = question.each or question
        sides = [self._side(side, inner) for side in SIDES]
        self._even = text("", "second", wrap=False)
        wide = inner.kind == "seconds" or any(self.parts[side,].wide for side in SIDES)
        inside = QVBoxLayout(self) if wide else QHBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8 if wide else 16)
        for side in sides:
            inside.addWidget(side)
        inside.addWidget(self._even)
        if isinstance(inside, QHBoxLayout):
            inside.addStretch(1)

    def _side(self, side: str, inner: Question) -> QWidget:
        named = text(say(f"form.{side}"), tone=side, wrap=False)
        named.ensurePolished()  # bold
        named.setMinimumWidth(max(40, named.sizeHint().width()))
        control = self.part(
            (side,), inner, f"{self.question.short or self.question.text}: {say(f'form.{side}')}"
        )
        held = QWidget()
        held.setLayout(in_a_row(named, control))
        return held

    def with_part(self, place: tuple[str | int, ...], value: Json) -> Json:
        """{"left": v, "right": v}; a side that is not answered is left out."""
        now = dict(self.value) if isinstance(self.value, dict) else {}
        now.pop(str(place[0]), None)
        if value is not None:
            now[str(place[0])] = value
        return {side: now[side] for side in SIDES if side in now} or None

    def part_of(self, place: tuple[str | int, ...], value: Json) -> Json:
        """One side; a value that stands for both sides is shown on both."""
        return value.get(str(place[0])) if isinstance(value, dict) else value

    def shown(self) -> None:
        """Weaker against stronger, in per cent."""
        left, right = (self.part_of((side,), self.value) for side in SIDES)
        self._even.setText("")
        counted = (self.question.each or self.question).kind in ("number", "seconds")
        if (
            not counted
            or not isinstance(left, int | float)
            or not isinstance(right, int | float)
            or left + right <= 0
        ):
            return
        percent = 100 * min(left, right) / max(left, right)
        band = "even" if percent >= EVEN else "watch" if percent >= GAP else "gap"
        self._even.setText(say(f"form.symmetry_{band}", percent=spoken(round(percent))))


class Table(Many):
    """Rows of the same columns; which rows there are is decided by another answer."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._rows: tuple[tuple[str | int, str], ...] | None = None
        self._lay()

    def rows(self) -> tuple[tuple[str | int, str], ...]:
        """Each row's place in the value, and its name."""
        raise TypeError(type(self).__name__)

    def columns(self) -> tuple[tuple[str, Question], ...]:
        """Each column's place in a row ("" = the row is the value), and its question."""
        return tuple((column.id, column) for column in self.question.columns) or (("", self.single()),)

    def single(self) -> Question:
        """What a row without columns is asked."""
        return self.question.each or self.question

    def surroundings_changed(self) -> None:
        """Another answer decides about the rows."""
        self._lay()

    def _lay(self) -> None:
        rows = self.rows()
        if rows == self._rows:
            return
        self._rows = rows
        self.settle()
        self.parts.clear()
        empty_out(self._grid)
        columns = self.columns()
        inline = all(column.kind in ("number", "date", "seconds") for _, column in columns)
        for number, (place, name) in enumerate(rows):
            self._row(number, place, name, columns, inline=inline)
        if inline and rows and self.question.columns:
            for across, (_, column) in enumerate(columns, start=1):
                self._grid.addWidget(text(column.short or column.text, "caption"), 0, across)
        if not rows:
            self._grid.addWidget(text(say("form.no_rows_yet"), "second"), 0, 0)
        self._grid.setColumnStretch(len(columns) + 1 if inline else 1, 1)
        self.display(self.value)

    def _row(
        self,
        number: int,
        place: str | int,
        name: str,
        columns: tuple[tuple[str, Question], ...],
        *,
        inline: bool,
    ) -> None:
        for across, (column_id, column) in enumerate(columns):
            about = f"{name}: {column.short or column.text}"
            control = self.part((place, column_id), column, about)
            down = number + 1 if inline else number * len(columns) + across
            words_ = name if inline or len(columns) == 1 else about
            if across == 0 or not inline:
                self._grid.addWidget(
                    text(words_), down, 0, Qt.AlignmentFlag.AlignTop if control.wide else _MIDDLE
                )
            self._grid.addWidget(control, down, across + 1 if inline else 1)


class GridControl(Table):
    """One row for each thing that was chosen before, such as a pain site."""

    def rows(self) -> tuple[tuple[str | int, str], ...]:
        """The options that are chosen in the question `rows_from`."""
        chosen = self.asked.value_of(self.question.rows_from)
        names = {option.value: option.text for option in self.question.options}
        return (
            tuple((str(each), names.get(str(each), str(each))) for each in chosen)
            if isinstance(chosen, list)
            else ()
        )

    def with_part(self, place: tuple[str | int, ...], value: Json) -> Json:
        """{row: {column: v}}, or {row: v} without columns."""
        now = dict(self.value) if isinstance(self.value, dict) else {}
        row, column = str(place[0]), str(place[1])
        if column:
            cells = now.get(row)
            left = {
                key: each for key, each in (cells.items() if isinstance(cells, dict) else ()) if key != column
            }
            new: Json = {**left, column: value} if value is not None else left
        else:
            new = value
        now.pop(row, None)
        return {**now, row: new} if new not in (None, {}) else now or None

    def part_of(self, place: tuple[str | int, ...], value: Json) -> Json:
        """A cell."""
        row = value.get(str(place[0])) if isinstance(value, dict) else None
        return (
            row
            if not place[1] or row == "declined"
            else row.get(str(place[1]))
            if isinstance(row, dict)
            else None
        )


class BirthsControl(Table):
    """One row for each birth, oldest first."""

    def rows(self) -> tuple[tuple[str | int, str], ...]:
        """As many as there were births."""
        births = self.asked.value_of(BIRTHS)
        count = births if isinstance(births, int) else 0
        known = len(self.value) if hasattr(self, "value") and isinstance(self.value, list) else 0
        return tuple((number, say("form.birth", n=number + 1)) for number in range(max(count, known)))

    def with_part(self, place: tuple[str | int, ...], value: Json) -> Json:
        """A list with a place for each birth; null where nothing is answered yet."""
        now = list(self.value) if isinstance(self.value, list) else []
        now += [None] * (len(self._rows or ()) - len(now))
        now[int(place[0])] = value
        return now if any(each is not None for each in now) else None

    def part_of(self, place: tuple[str | int, ...], value: Json) -> Json:
        """One birth."""
        number = int(place[0])
        return value[number] if isinstance(value, list) and number < len(value) else None


class RecordsControl(Many):
    """A list that she adds to: operations and their dates."""

    def __init__(self, question: Question, asked: Asked) -> None:
        super().__init__(question, asked)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._add = Button(say("form.add_row"), kind="flat", icon="plus")
        self._add.clicked.connect(self._one_more)
        self._none = Button(say("form.none_of_these"), name=say("form.none_of_these"))
        self._none.setCheckable(True)
        self._none.clicked.connect(lambda: self._say([]))
        self._count = 0
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        inside.addLayout(self._rows)
        inside.addLayout(in_a_row(self._add, self._none, None))
        self.setFocusProxy(self._add)

    def _one_more(self) -> None:
        self._lay(self._count + 1)
        self.display(self.value)
        self.parts[self._count - 1, self.question.columns[0].id].setFocus()

    def _lay(self, count: int) -> None:
        self.parts.clear()
        empty_out(self._rows)
        self._count = count
        for number in range(count):
            held = QWidget()
            inside = QGridLayout(held)
            inside.setContentsMargins(0, 0, 0, 0)
            for down, column in enumerate(self.question.columns):
                inside.addWidget(text(column.short or column.text, "caption"), down, 0)
                about = f"{say('form.row', n=number + 1)}: {column.short or column.text}"
                inside.addWidget(self.part((number, column.id), column, about), down, 1)
            inside.setColumnStretch(1, 1)
            remove = Button(say("form.remove_row"), kind="icon", icon="close")
            remove.clicked.connect(lambda _=False, number=number: self._remove(number))
            inside.addWidget(remove, 0, 2)
            self._rows.addWidget(held)
        self.setFocusProxy(self._add)

    def _remove(self, number: int) -> None:
        now = list(self.value) if isinstance(self.value, list) else []
        kept = now[:number] + now[number + 1 :]
        self._lay(max(self._count - 1, 0))
        self.display(kept or None)
        self.answered.emit(kept or None, False)

    def _say(self, value: Json) -> None:
        self._lay(0)
        self.display(value)
        self.answered.emit(value, False)

    def display(self, value: Json) -> None:
        """Show what stands; rows that are begun and still empty stay."""
        needed = len(value) if isinstance(value, list) else 0
        if needed > self._count:
            self._lay(needed)
        super().display(value)
        self._none.setChecked(value == [])

    def with_part(self, place: tuple[str | int, ...], value: Json) -> Json:
        """[{column: v}]; a row without any value is left out."""
        rows = [self._row(number) for number in range(self._count)]
        cells = rows[int(place[0])]
        cells.pop(str(place[1]), None)
        if value is not None:
            cells[str(place[1])] = value
        made: list[Json] = [row for row in rows if row]
        return made or None

    def _row(self, number: int) -> dict[str, Json]:
        row = self.value[number] if isinstance(self.value, list) and number < len(self.value) else None
        return dict(row) if isinstance(row, dict) else {}

    def part_of(self, place: tuple[str | int, ...], value: Json) -> Json:
        """A cell."""
        number = int(place[0])
        row = value[number] if isinstance(value, list) and number < len(value) else None
        return row.get(str(place[1])) if isinstance(row, dict) else None


def label_of(value: Json, question: Question) -> str:
    """An answer in words: the option's text, a number with its unit, a date."""
    if value == "declined":
        return say("form.declined")
    if question.kind == "yes_no" and value in ("yes", "no"):
        return say(f"form.{value}")
    for option in question.options:
        if option.value == value:
            return option.text
    if isinstance(value, list):
        return ", ".join(label_of(each, question) for each in value) or say("form.none_of_these")
    if question.kind == "date" and isinstance(value, str):
        return words().date(date.fromisoformat(value))
    return f"{value} {question.unit}".strip()


WIDGETS: dict[str, Callable[[Question, Asked], Control]] = {
    "choice": ChoiceControl,
    "several": SeveralControl,
    "yes_no": YesNoControl,
    "number": NumberControl,
    "scale": ScaleControl,
    "seconds": SecondsControl,
    "left_right": LeftRightControl,
    "grid": GridControl,
    "births": BirthsControl,
    "records": RecordsControl,
    "text": text_control,
    "date": DateControl,
}
