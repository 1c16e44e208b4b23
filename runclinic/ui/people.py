"""Who unlocks these records: one's own password, and for an owner the others and the recovery key."""

from collections.abc import Callable, Generator
from datetime import date
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from runclinic.forms.form import Option, Question
from runclinic.records import Store
from runclinic.records.keys import Role
from runclinic.records.passwords import WeakPassword
from runclinic.records.people import Person
from runclinic.refused import Refused
from runclinic.ui.first_start import initials
from runclinic.ui.forgotten import LETTERS, refuse_unlike
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Choice, Choices, Icon, Scroll, empty_out, in_a_row, rule, text
from runclinic.ui.say import say, words
from runclinic.ui.small_form import SmallForm
from runclinic.ui.status_line import StatusLine
from runclinic.visit.entry import Json

WIDEST = 860
NAME_LETTERS = 120
ROLES: tuple[Role, ...] = ("owner", "therapist", "reader")


class PeoplePage(QWidget):
    """`sheet_wanted`: a new recovery key; `locked`: the store key was changed, so all is locked."""

    guide = "first-start"
    sheet_wanted = Signal()
    locked = Signal()
    failed = Signal(object)

    def __init__(self, store: Store, status: StatusLine) -> None:
        super().__init__()
        self._store, self._status = store, status
        self._job: Job | None = None
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(self._own_card())
        self._everyone = Card(margins=(20, 14, 20, 16))
        self._key = Card(margins=(20, 14, 20, 16))
        if store.therapist.role == "owner":
            rows.addWidget(self._everyone)
            rows.addWidget(self._add_card())
            rows.addWidget(self._key)
        rows.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(Scroll(inside))

    def start(self) -> None:
        """As it stands now."""
        if self._store.therapist.role == "owner":
            self._show_everyone()
            self._show_key()
        self.own.start()

    # -- one's own password

    def _own_card(self) -> Card:
        card = _card("form-textbox-password", say("people.own"))
        self.own = SmallForm(
            (_secret("old", "people.old"), _secret("new", "people.new"), _secret("again", "people.again")),
            say("people.change"),
            today=date.today(),
            secret=("old", "new", "again"),
            also=refuse_unlike,
        )
        self.own.sent.connect(self._change)
        self._own_said = _said(card, self.own)
        return card

    def _change(self, values: dict[str, Json]) -> None:
        old, new = str(values["old"]), str(values["new"])
        self._own_said.hide()
        self._do(
            self.own,
            say("people.changing"),
            lambda: self._store.people.change_password(old, new),
            lambda _: _show(self._own_said, say("people.changed")),
            weak="new",
        )

    # -- the others

    def _show_everyone(self) -> None:
        rows = self._everyone.rows
        empty_out(rows)
        rows.addLayout(_heading("account-group-outline", say("people.who")))
        for number, person in enumerate(self._store.people.all()):
            if number:
                rows.addWidget(rule())
            rows.addLayout(self._line(person))
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 8, 0, 0)
        self._below.hide()
        rows.addWidget(self._below)
        self.told = text("", "quiet")
        self.told.hide()
        rows.addWidget(self.told)

    def _line(self, person: Person):  # noqa: ANN202 -- a layout of Qt
        me = person.id == self._store.therapist.id
        name = say("people.you", name=person.display_name) if me else person.display_name
        roles = Choices(
            tuple(Choice(role, say(f"people.role_{role}")) for role in ROLES),
            about=say("people.role_of", name=person.display_name),
        )
        roles.show_value(person.role)
        roles.chosen.connect(lambda role: self._role(person, cast("Role", role)))
        reset = Button(say("people.reset"), name=say("people.reset_name", name=person.display_name))
        reset.clicked.connect(lambda: self._ask_new_password(person))
        remove = Button(
            say("people.remove"), kind="flat", name=say("people.remove_name", name=person.display_name)
        )
        remove.clicked.connect(lambda: self._ask_to_remove(person))
        reset.setVisible(not me)
        remove.setVisible(not me)
        lacks = text("" if person.has_key else say("people.no_key"), "second", tone="amber", wrap=False)
        line = in_a_row(text(name, "strong"), lacks, roles, reset, remove)
        line.setStretch(0, 1)
        return line

    def _role(self, person: Person, role: Role) -> None:
        try:
            self._store.people.change_role(person.id, role)
        except Refused as refused:
            self._show_everyone()
            _show(self.told, str(refused))

    def _ask_new_password(self, person: Person) -> None:
        form = SmallForm(
            (_secret("new", "people.new"), _secret("again", "people.again")),
            say("people.reset"),
            today=date.today(),
            secret=("new", "again"),
            also=refuse_unlike,
        )
        form.sent.connect(
            lambda values: self._do(
                form,
                say("people.adding"),
                lambda: self._store.people.reset_password(person.id, str(values["new"])),
                lambda _: self._said_anew(say("people.reset_done", name=person.display_name)),
                weak="new",
            )
        )
        self._put_below(say("people.reset_name", name=person.display_name), form)
        form.start()

    def _ask_to_remove(self, person: Person) -> None:
        name = person.display_name
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(text(say("people.remove_why", name=name)))
        with_key = QCheckBox(say("people.remove_key"))
        with_key.setChecked(True)
        rows.addWidget(with_key)
        self.do_remove = Button(say("people.remove_do", name=name), kind="primary", tall=True)
        self.do_remove.clicked.connect(lambda: self._remove(person, with_key=with_key.isChecked()))
        leave = Button(say("people.leave"), kind="flat", tall=True)
        leave.clicked.connect(self._show_everyone)
        rows.addLayout(in_a_row(self.do_remove, leave, None))
        self._put_below(say("people.remove_name", name=name), inside)
        leave.setFocus(Qt.FocusReason.TabFocusReason)

    def _put_below(self, title: str, widget: QWidget) -> None:
        layout = self._below.layout()
        if isinstance(layout, QVBoxLayout):
            empty_out(layout)
            layout.addWidget(text(title, "strong"))
            layout.addWidget(widget)
            self._below.show()

    def _remove(self, person: Person, *, with_key: bool) -> None:
        try:
            self._store.people.refuse_kept(person.id)
            if not with_key:
                self._store.people.remove(person.id)
        except Refused as refused:
            self._said_anew(str(refused))
            return
        if not with_key:
            self._said_anew(say("people.removed", name=person.display_name))
            return
        self._job = Job(say("people.removing"), self._store.change_key(remove=person.id))
        self._job.done.connect(lambda _: self.locked.emit())
        self._job.failed.connect(self._failed_key)
        self._status.watch(self._job)
        self._job.start()
        self.setEnabled(False)

    def _failed_key(self, error: Exception) -> None:
        """The key is the old one, and all is locked too."""
        self.locked.emit()
        self.failed.emit(error)

    # -- one more

    def _add_card(self) -> Card:
        card = _card("account-plus-outline", say("people.add"))
        card.rows.addWidget(text(say("people.add_why"), "quiet"))
        self.add = SmallForm(
            (
                Question(
                    id="name", kind="text", text=say("people.name"), required=True, max_length=NAME_LETTERS
                ),
                Question(
                    id="role",
                    kind="choice",
                    text=say("people.role"),
                    required=True,
                    options=tuple(
                        Option(value=role, text=say(f"people.role_{role}"), key=str(number))
                        for number, role in enumerate(ROLES, 1)
                    ),
                ),
                _secret("new", "people.new"),
                _secret("again", "people.again"),
            ),
            say("people.add_do"),
            today=date.today(),
            secret=("new", "again"),
            also=refuse_unlike,
        )
        self.add.sent.connect(self._add)
        self._add_said = _said(card, self.add)
        return card

    def _add(self, values: dict[str, Json]) -> None:
        name, new = str(values["name"]), str(values["new"])
        role = cast("Role", values["role"])
        self._add_said.hide()
        self._do(
            self.add,
            say("people.adding"),
            lambda: self._store.people.add(name, initials(name), role, new),
            lambda _: self._added(name),
            weak="new",
        )

    def _added(self, name: str) -> None:
        self._show_everyone()
        _show(self._add_said, say("people.added", name=name))

    # -- the recovery key

    def _show_key(self) -> None:
        rows = self._key.rows
        empty_out(rows)
        rows.addLayout(_heading("key-variant", say("people.key_title")))
        sheet = self._store.people.sheet()
        if sheet is None:
            rows.addWidget(text(say("people.key_none"), tone="red"))
        else:
            day = words().date(date.fromisoformat(sheet.made_at[:10]))
            said = "people.key_made" if sheet.confirmed else "people.key_owed"
            rows.addWidget(text(say(said, day=day)))
        self.new_key = Button(say("people.key_new"), icon="key-plus", tall=True)
        self.new_key.clicked.connect(self.sheet_wanted)
        rows.addLayout(in_a_row(self.new_key, None))

    # -- work that takes a second: the password is stretched

    def _do(
        self,
        form: SmallForm,
        waiting: str,
        does: Callable[[], object],
        then: Callable[[object], None],
        *,
        weak: str,
    ) -> None:
        usual = form.button.text()
        form.wait(waiting)

        def work() -> Generator[float, None, object]:
            yield 0.0
            return does()

        def done(made: object) -> None:
            form.go_on(usual)
            form.empty()
            then(made)

        def failed(error: Exception) -> None:
            form.go_on(usual)
            if isinstance(error, WeakPassword):
                form.refuse_at(weak, str(error))
            elif isinstance(error, Refused):
                form.refuse(str(error))
            else:
                self.failed.emit(error)

        self._job = Job(waiting, work)
        self._job.done.connect(done)
        self._job.failed.connect(failed)
        self._job.start()

    def _said_anew(self, said: str) -> None:
        self._show_everyone()
        _show(self.told, said)


def _secret(field_id: str, key: str) -> Question:
    return Question(id=field_id, kind="text", text=say(key), required=True, max_length=LETTERS)


def _card(icon: str, title: str) -> Card:
    card = Card(margins=(20, 14, 20, 16))
    card.rows.addLayout(_heading(icon, title))
    return card


def _said(card: Card, form: SmallForm):  # noqa: ANN202 -- a label of Qt
    said = text("", "quiet")
    said.hide()
    card.rows.addWidget(form)
    card.rows.addWidget(said)
    return said


def _show(label, said: str) -> None:  # noqa: ANN001 -- a label of Qt
    label.setText(said)
    label.show()


def _heading(icon: str, said: str):  # noqa: ANN202 -- a layout of Qt
    line = in_a_row(Icon(icon, "accent", 22), text(said, "heading"), spacing=10)
    line.setStretch(1, 1)
    return line
