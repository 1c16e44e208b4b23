"""What answers are recorded in: committed one by one, told to who listens, undone by appending."""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from runclinic.forms import answers as answering
from runclinic.forms.conditions import Facts
from runclinic.forms.form import Form, Question
from runclinic.records.database import NotSaved
from runclinic.refused import Refused
from runclinic.visit.entry import Json, Source

AGAIN_MS = 2000  # RECORDS: what the disk refused is tried so often
_HERE = "here"
_WHERE = re.compile(r"^[\w/]+(?:, [\w ]+)?: ")


@dataclass(slots=True)
class Step:
    """What one undo takes back: for each key what stood before it, and after it.

    `typing_run` is not 0 for what was typed: the steps of one run in one field are one.
    """

    changes: dict[str, tuple[Json, Json]]
    typing_run: int = 0


@dataclass(slots=True)
class Steps:
    """The steps of one part that can be undone, and those that can be done again.

    Not a QUndoStack: on PySide6 6.11 the garbage collector crashes on Python commands inside one.
    """

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def add(self, step: Step) -> None:
        """One step more; what was undone is gone."""
        self.undone.clear()
        last = self.done[-1] if self.done else None
        if (
            last
            and step.typing_run
            and last.typing_run == step.typing_run
            and last.changes.keys() == step.changes.keys()
        ):
            for key, (_, after) in step.changes.items():
                last.changes[key] = (last.changes[key][0], after)
        else:
            self.done.append(step)


class Recorded(QObject):
    """A visit, or the settings of the clinic. What is recorded stands on the disk before `record` returns.

    `changed(keys)` tells what is different, `saved(when)` that it is committed (local time), and
    `not_saved(sentence)` that it is not. What the disk did not take waits, and is tried again every 2 s.
    """

    changed = Signal(list)
    saved = Signal(object)
    not_saved = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._steps: dict[str, Steps] = {}
        self._typing_run = 1
        self._unsaved: dict[str, tuple[Json, Source]] = {}  # by key, what the disk has not taken yet
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.save_again)

    @property
    def day(self) -> date:
        """The day by which answers are judged."""
        return date.today()

    def answers(self) -> dict[str, Json]:
        """What stands, by key."""
        raise TypeError(type(self).__name__)

    def facts(self) -> Facts:
        """What conditions ask for besides answers."""
        return {}

    def stands(self, key: str) -> Json:
        """What stands under a key; None if nothing does."""
        return self.answers().get(key)

    def commit(self, key: str, value: Json, source: Source) -> None:
        """Put one value on the disk (None takes back what stood); Refused if that fails."""
        raise TypeError(type(self).__name__, key, value, source)

    def refuse(self, key: str, value: Json) -> None:
        """Refused if this value cannot stand here, beside all that stands."""

    def part_of(self, key: str) -> str:
        """Undo stays inside the part that this names."""
        return key.split("/", 1)[0]

    def record(self, key: str, value: Json, *, source: Source = "typed", typing: bool = False) -> bool:
        """Record a value (None takes it back). Does nothing if that already stands; false if it could not.

        `typing` joins what is typed into one field without a pause to one step of undo.
        """
        return self._record({key: value}, source, typing_run=self._typing_run if typing else 0)

    def record_together(self, values: Mapping[str, Json]) -> bool:
        """Several values of one part as one step of undo; false if one of them could not be recorded."""
        return self._record(values, "typed", typing_run=0)

    def recording(self, values: Mapping[str, Json], source: Source) -> Generator[float, None, bool]:
        """Many values of one part, one at each turn, as one step of undo; yields progress.

        `changed` tells of all at once. Closed before its end, what was recorded so far is that step.
        """
        return (yield from self._recording(values, source, typing_run=0))

    def _record(self, values: Mapping[str, Json], source: Source, *, typing_run: int) -> bool:
        work = self._recording(values, source, typing_run=typing_run)
        while True:
            try:
                next(work)
            except StopIteration as end:
                stored: bool = end.value
                return stored

    def _recording(
        self, values: Mapping[str, Json], source: Source, *, typing_run: int
    ) -> Generator[float, None, bool]:
        changes: dict[str, tuple[Json, Json]] = {}
        try:
            for number, (key, value) in enumerate(values.items(), 1):
                before = self.stands(key)
                if before == value and type(before) is type(value):
                    continue
                if not self._append(key, value, source):
                    return False
                changes[key] = (before, value)
                yield number / len(values)
        finally:
            self._tell_changed(changes, typing_run)
        return True

    def _tell_changed(self, changes: dict[str, tuple[Json, Json]], typing_run: int) -> None:
        if changes:
            self.steps(self.part_of(next(iter(changes)))).add(Step(changes, typing_run))
            self.changed.emit(list(changes))

    def clear(self, key: str) -> bool:
        """Take an answer back: the question is open again."""
        return self.record(key, None)

    def pause(self) -> None:
        """She left a field: what is typed from here on is a step of undo of its own."""
        self._typing_run += 1

    def steps(self, part: str) -> Steps:
        """What can be undone in a part."""
        return self._steps.setdefault(part, Steps())

    def forget_steps(self) -> None:
        """Nothing before this moment can be undone or done again."""
        self._steps.clear()

    def undo(self, part: str) -> None:
        """Append the values that stood before the last step of this part."""
        steps = self.steps(part)
        if steps.done:
            step = steps.done.pop()
            steps.undone.append(step)
            self._set({key: before for key, (before, _) in reversed(step.changes.items())})

    def redo(self, part: str) -> None:
        """Append again what was undone."""
        steps = self.steps(part)
        if steps.undone:
            step = steps.undone.pop()
            steps.done.append(step)
            self._set({key: after for key, (_, after) in step.changes.items()})

    def _set(self, values: Mapping[str, Json]) -> None:
        changed = [key for key, value in values.items() if self._append(key, value, "typed")]
        if changed:
            self.changed.emit(changed)

    def _append(self, key: str, value: Json, source: Source) -> bool:
        """Commit one value, and say so; one that the disk does not take now waits."""
        try:
            self.commit(key, value, source)
        except NotSaved as refused:
            self._unsaved[key] = value, source
            self._again.start()
            self.not_saved.emit(str(refused))
            return False
        except Refused as refused:
            self.not_saved.emit(str(refused))
            return False
        self._unsaved.pop(key, None)
        if not self._unsaved:
            self.saved.emit(datetime.now().astimezone())
        return True

    @property
    def unsaved(self) -> int:
        """How many answers the disk has not taken yet."""
        return len(self._unsaved)

    def save_again(self) -> bool:
        """Try what waits, in its order, as steps of undo of their own; true if nothing waits any more."""
        self._again.stop()
        for key, (value, source) in list(self._unsaved.items()):
            if not self._record({key: value}, source, typing_run=0):
                break
            self._unsaved.pop(key, None)  # also where the same stands already
        if self._unsaved:
            self._again.start()
        return not self._unsaved


def check(place: Recorded, form: Form, question: Question, value: Json) -> None:
    """Refused in few words if the answer cannot be true, by itself or beside another one.

    The question may be a part of one of the form's (one side, one birth): then only by itself.
    """
    check_alone(question, value)
    if form.find(question.id) is None:
        return
    with _plainly():
        place.refuse(f"{form.id}/{question.id}", value)
    near = {question.id, question.at_least_of}
    near |= {each.id for each in form.question if each.at_least_of == question.id}
    beside = {f"{form.id}/{each}": place.answers().get(f"{form.id}/{each}") for each in near if each}
    with _plainly():
        answering.refuse_at_odds(form, {**beside, f"{form.id}/{question.id}": value}, place.facts())


def check_alone(question: Question, value: Json) -> None:
    """Refused in few words if the answer cannot be true by itself."""
    with _plainly():
        answering.refuse_wrong(question, value, _HERE)


@contextmanager
def _plainly() -> Iterator[None]:
    """A refusal names the field for a case file; beside the field itself that says nothing."""
    try:
        yield
    except Refused as refused:
        said = _WHERE.sub("", refused.what)
        raise Refused(f"{said[:1].upper()}{said[1:]} {refused.do}".strip()) from refused
