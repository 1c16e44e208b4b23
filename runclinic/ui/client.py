"""A client: the next thing to do, her visits, open flags and documents."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from runclinic.readiness.decision import named
from runclinic.records import Store
from runclinic.records.visits import VisitRow
from runclinic.ui.flag_words import flag_icon, flag_title, is_private
from runclinic.ui.follow_up import begin
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.part_words import on_screen
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, ground, in_a_row, rule, text
from runclinic.ui.say import say, words
from runclinic.visit.client import Client

PANEL = 330
WIDEST = 980


class ClientPage(QWidget):
    """`visit_wanted(visit row)`: an earlier visit, or the one that was just begun."""

    visit_wanted = Signal(object)
    document_wanted = Signal(object)
    file_wanted = Signal(str)
    trail_wanted = Signal()

    def __init__(self, store: Store, client: Client) -> None:
        super().__init__()
        self._store = store
        self.client = client
        main = QWidget()
        main.setMaximumWidth(WIDEST)
        self._main = QVBoxLayout(main)
        self._main.setContentsMargins(16, 16, 16, 16)
        self._main.setSpacing(12)
        side = QWidget()
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(16, 16, 16, 16)
        self._side.setSpacing(12)
        panel = ground("panel")
        panel.setFixedWidth(PANEL)
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Scroll(side))
        outside = QHBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(Scroll(main), 1)
        outside.addWidget(panel)
        self.go_on = Button("", kind="primary", tall=True)

    def refresh(self) -> None:
        """What stands now."""
        visits = self._store.visits.of(self.client.id)
        last = OpenVisit(self._store, self.client, visits[-1]) if visits else None
        empty_out(self._main)
        self._main.addWidget(self._next_card(last))
        self._main.addWidget(self._visits_card(visits))
        self._main.addStretch(1)
        empty_out(self._side)
        if last is not None:
            self._side.addWidget(_flags_card(last))
            goal = last.answers().get("history/H02")
            if isinstance(goal, str) and goal != "declined":
                self._side.addWidget(_goal_card(goal))
        self._side.addWidget(self._documents_card(visits))
        self._side.addWidget(self._record_card())
        self._side.addStretch(1)

    def start(self) -> None:
        """The next thing to do has the focus."""
        self.refresh()
        self.go_on.setFocus()

    def _next_card(self, last: OpenVisit | None) -> Card:
        card = Card("active")
        today_open = last is not None and last.visit.state == "draft"
        if today_open and last is not None:
            states = on_screen(last.part_states())
            done = sum(each.state == "complete" for each in states)
            title = say("client.visit_open", n=last.visit.number, day=words().date(last.day, "full"))
            second = say("client.parts_complete", n=done, all=len(states))
            self.go_on = Button(say("client.continue"), kind="primary", icon="chevron-right", tall=True)
            self.go_on.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            self.go_on.clicked.connect(lambda: self.visit_wanted.emit(last.visit))
        else:
            title = say("client.no_visit_open")
            second = say("client.first_visit" if last is None else "client.next_visit")
            self.go_on = Button(say("client.begin"), kind="primary", icon="plus", tall=True)
            self.go_on.clicked.connect(self._begin)
        words_ = QWidget()
        rows = QVBoxLayout(words_)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(text(title, "heading"))
        rows.addWidget(text(second, "second"))
        line = in_a_row(Icon("clipboard-text-outline", "accent", 24), words_, self.go_on, spacing=16)
        line.setStretch(1, 1)
        card.rows.addLayout(line)
        if today_open and last is not None and last.day != date.today():
            another = Button(say("client.begin_another"), kind="flat", icon="plus")
            another.clicked.connect(self._begin)
            card.rows.addLayout(in_a_row(40, another, None))
        return card

    def _begin(self) -> None:
        self.visit_wanted.emit(begin(self._store, self.client, date.today()))

    def _visits_card(self, visits: list[VisitRow]) -> Card:
        card = Card()
        card.rows.addWidget(text(say("client.visits"), "heading"))
        if not visits:
            card.rows.addWidget(text(say("client.no_visits"), "quiet"))
        for number, visit in enumerate(reversed(visits)):
            if number:
                card.rows.addWidget(rule())
            card.rows.addWidget(self._visit_row(visit))
        return card

    def _visit_row(self, visit: VisitRow) -> QWidget:
        row = QWidget()
        signed = visit.state == "signed"
        icon = Icon("check-circle" if signed else "circle-outline", "green" if signed else "text3", 20)
        title = text(say("client.visit", n=visit.number), "strong", wrap=False)
        title.setMinimumWidth(64)
        day = text(words().date(visit.date, "full"), "quiet")
        said = {"signed": "client.signed", "void": "client.void"}.get(visit.state, "client.draft")
        state = text(say(said), "second", wrap=False)
        outcome = text(self._outcome(visit), "strong", wrap=False)
        outcome.setMinimumWidth(150)
        button = Button(say("client.open"), name=say("client.open_visit", n=visit.number))
        button.clicked.connect(lambda: self.visit_wanted.emit(visit))
        line = in_a_row(icon, title, day, outcome, state, button, spacing=12)
        line.setStretch(2, 1)
        row.setLayout(line)
        return row

    def _outcome(self, visit: VisitRow) -> str:
        """As it was signed, if nothing was amended since; else as it follows from what stands."""
        if visit.state != "draft" and not self._store.amendments.of(visit.id):
            return str(self._store.signing.of(visit.id).computed.get("outcome_name") or "")
        return named(OpenVisit(self._store, self.client, visit).assessment().outcome).name

    def _record_card(self) -> Card:
        """The way to her trail, to export and transfer, and to erasure."""
        card = Card()
        card.rows.addWidget(text(say("client.record"), "heading"))
        trail = Button(say("client.trail"), kind="flat", icon="format-list-bulleted")
        trail.clicked.connect(self.trail_wanted)
        export = Button(say("client.export"), kind="flat", icon="folder-download-outline")
        export.clicked.connect(lambda: self.file_wanted.emit("export"))
        buttons = [trail, export]
        if self._store.therapist.role == "owner":
            erase = Button(say("client.erase"), kind="flat", icon="delete-forever-outline", token="red")
            erase.clicked.connect(lambda: self.file_wanted.emit("erase"))
            buttons.append(erase)
        for button in buttons:
            card.rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _documents_card(self, visits: list[VisitRow]) -> Card:
        card = Card()
        card.rows.addWidget(text(say("client.documents"), "heading"))
        kept = [document for visit in reversed(visits) for document in self._store.documents.of(visit.id)]
        if not kept:
            card.rows.addWidget(text(say("client.no_documents"), "quiet"))
        for document in kept[:8]:
            button = Button(document.name, kind="flat", icon="file-pdf-box")
            button.setToolTip(document.name)
            button.clicked.connect(lambda _=False, document=document: self.document_wanted.emit(document))
            card.rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return card


def _flags_card(visit: OpenVisit) -> Card:
    card = Card()
    flags = visit.flags()
    card.rows.addLayout(
        in_a_row(
            text(say("client.flags"), "heading", wrap=False),
            None,
            text(say("client.flags_open", n=len(flags)), "second", wrap=False),
        )
    )
    if not flags:
        card.rows.addWidget(text(say("client.no_flags"), "quiet"))
    for flag in flags:
        line = in_a_row(flag_icon(flag), text(flag_title(flag), "strong"), spacing=8)
        line.setStretch(1, 1)
        card.rows.addLayout(line)
        if not is_private(flag):
            card.rows.addWidget(text(flag.text, "second"))
    return card


def _goal_card(goal: str) -> Card:
    card = Card()
    card.rows.addWidget(text(say("client.goal"), "heading"))
    card.rows.addWidget(text(f"“{goal}”"))
    return card
