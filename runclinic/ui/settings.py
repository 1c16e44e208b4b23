"""Settings: the clinic's are a form, its answers entries of the clinic; the look stays on this computer."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic.forms import catalogue
from runclinic.records import Store
from runclinic.ui import look
from runclinic.ui.form_page import FormPage
from runclinic.ui.pieces import Button, Card, Choice, Choices, in_a_row, text
from runclinic.ui.recording import Recorded
from runclinic.ui.say import say
from runclinic.visit.entry import Json, Source

FORM = "clinic"
SCHEMES: tuple[look.Scheme, ...] = ("system", "light", "dark", "contrast")


class OpenSettings(Recorded):
    """The clinic's settings, recorded and undone as the answers of a visit are."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def answers(self) -> dict[str, Json]:
        """What stands, by key."""
        return {key: value for key, value in self._store.settings.all().items() if value is not None}

    def commit(self, key: str, value: Json, source: Source) -> None:
        """One setting more."""
        self._store.settings.set(key, value)


class SettingsPage(QWidget):
    """The form of the clinic, how this screen looks, and the ways to people and to thresholds."""

    guide = "first-start"
    people_wanted = Signal()
    thresholds_wanted = Signal()
    targets_chosen = Signal(bool)  # true: large buttons and text in the visit

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.settings = OpenSettings(store)
        self._form = FormPage(self.settings, catalogue.form(FORM))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 12, 0, 0)
        rows.setSpacing(0)
        self._form.put_first(self._thresholds_card())
        self._form.put_first(self._screen_card())
        self._form.put_first(self._people_card())
        rows.addWidget(self._form, 1)
        for keys, does in (("Ctrl+Z", self.settings.undo), ("Ctrl+Shift+Z", self.settings.redo)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda does=does: does(FORM))

    def _people_card(self) -> Card:
        card = Card(margins=(20, 12, 16, 14))
        card.rows.addWidget(text(say("settings.people"), "heading"))
        card.rows.addWidget(text(say("settings.people_why"), "second"))
        self.people = Button(say("people.open"), icon="account-key-outline", tall=True)
        self.people.clicked.connect(self.people_wanted)
        card.rows.addLayout(in_a_row(self.people, None))
        return card

    def _thresholds_card(self) -> Card:
        card = Card(margins=(20, 12, 16, 14))
        card.rows.addWidget(text(say("thresholds.title"), "heading"))
        card.rows.addWidget(text(say("thresholds.why"), "second"))
        self.thresholds = Button(say("thresholds.open"), icon="tune-variant", tall=True)
        self.thresholds.clicked.connect(self.thresholds_wanted)
        card.rows.addLayout(in_a_row(self.thresholds, None))
        return card

    def _screen_card(self) -> Card:
        card = Card(margins=(20, 12, 16, 14))
        card.rows.addWidget(text(say("settings.screen"), "heading"))
        self.schemes = Choices(
            tuple(Choice(scheme, say(f"settings.scheme_{scheme}")) for scheme in SCHEMES),
            about=say("settings.screen"),
        )
        self.schemes.show_value(look.chosen_scheme())
        self.schemes.chosen.connect(look.choose_scheme)
        card.rows.addLayout(in_a_row(self.schemes, None))
        card.rows.addWidget(text(say("settings.targets")))
        self.targets = Choices(
            tuple(Choice(size, say(f"settings.targets_{size}")) for size in ("usual", "big")),
            about=say("settings.targets"),
        )
        self.targets.chosen.connect(lambda size: self.targets_chosen.emit(size == "big"))
        card.rows.addLayout(in_a_row(self.targets, None))
        card.rows.addWidget(text(say("settings.screen_why"), "second"))
        return card

    def show_screen(self) -> None:
        """What is chosen for this screen; a key may have changed it."""
        self.schemes.show_value(look.chosen_scheme())
        self.targets.show_value("big" if look.big_targets() else "usual")

    def start(self) -> None:
        """Go to the first setting that is still open."""
        self._form.start()

    def settle(self) -> None:
        """Hand over what is typed."""
        self._form.settle()
