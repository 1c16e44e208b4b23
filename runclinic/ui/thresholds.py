"""The clinic's thresholds: the numbers that it may set for itself, what is shipped, and who changed what."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic import clinic
from runclinic.clinic import thresholds
from runclinic.records import Store
from runclinic.ui.amended_words import names
from runclinic.ui.form_page import FormPage
from runclinic.ui.pieces import Card, text
from runclinic.ui.say import say, words
from runclinic.ui.settings import OpenSettings
from runclinic.visit.entry import Json, Source, day_of


class OpenThresholds(OpenSettings):
    """The thresholds, each refused where the content could not be true with it, and in force at once."""

    def refuse(self, key: str, value: Json) -> None:
        """Refused where it contradicts another one."""
        clinic.refuse_untrue({**self.answers(), key: value})

    def commit(self, key: str, value: Json, source: Source) -> None:
        """One more, from now on in force."""
        self.refuse(key, value)
        super().commit(key, value, source)
        clinic.put_in_place(self.answers())


class ThresholdsPage(QWidget):
    """A form of all thresholds, above it what this clinic has changed. `judged_anew` after each change."""

    guide = "library"
    judged_anew = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self.settings = OpenThresholds(store)
        self._form = FormPage(self.settings, thresholds.form(say("thresholds.title"), _shipped, _asked))
        self._told = text("", "second")
        card = Card(margins=(20, 12, 16, 14))
        card.rows.addWidget(text(say("thresholds.means"), "second"))
        card.rows.addWidget(self._told)
        self._form.put_first(card)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 0)
        rows.addWidget(self._form, 1)
        self._form.setEnabled(not store.read_alone)
        self.settings.changed.connect(self._changed)
        for keys, does in (("Ctrl+Z", self.settings.undo), ("Ctrl+Shift+Z", self.settings.redo)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda does=does: does(thresholds.FORM))
        self._tell()

    def _changed(self) -> None:
        self._tell()
        self.judged_anew.emit()

    def _tell(self) -> None:
        """What the clinic has changed, with who and when."""
        settings = self.settings.answers()
        last = {each.key: each for each in self._store.settings.entries()}
        counts, people = thresholds.standing(settings), names(self._store)
        lines = [
            say(
                "thresholds.changed",
                what=each.text,
                now=thresholds.number(counts[each.id]),
                shipped=thresholds.number(thresholds.shipped(each)),
                who=people.get(last[each.key].who, ""),
                day=words().date(day_of(last[each.key]), "short"),
            )
            for each in thresholds.changed(settings)
        ]
        self._told.setText("\n".join(lines) or say("thresholds.none_changed"))

    def start(self) -> None:
        """Go to the first one."""
        self._form.start()

    def complete(self) -> None:
        """All of its fields, now."""
        self._form.complete()

    def settle(self) -> None:
        """Hand over what is typed."""
        self._form.settle()


def _shipped(number: str, source: str) -> str:
    return say("thresholds.shipped", number=number, source=source)


def _asked(*, what: str, number: str) -> str:
    return say("thresholds.asked", what=what, number=number)
