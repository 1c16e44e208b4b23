"""A signed visit: what stood at signing for ever, with every change since beside it, and how to amend it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from runclinic.documents.paper import file_name
from runclinic.documents.visit_record import SignedVisit, visit_record
from runclinic.forms import catalogue
from runclinic.records import Store
from runclinic.records.documents import Document
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.amend import AmendCard
from runclinic.ui.amended_words import changes, names
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.papers import clinic_of
from runclinic.ui.pieces import Button, Card, Choice, Choices, Icon, Scroll, empty_out, in_a_row, rule, text
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say, words
from runclinic.ui.status_line import StatusLine
from runclinic.visit.amended import Amended, day_of, latest
from runclinic.visit.client import Client

WIDEST = 980
LAID_MS = 40  # by then Qt has given the editor its place
QUESTION_SHARE, ANSWER_SHARE = 5, 4


class SignedPage(QWidget):
    """`document_wanted(document)`: one of the papers that were given out."""

    document_wanted = Signal(object)
    changed = Signal()

    def __init__(self, store: Store, client: Client, visit: VisitRow, status: StatusLine) -> None:
        super().__init__()
        self._store = store
        self.client = client
        self.visit = visit
        self._status = status
        self._amending: AmendCard | None = None
        self.places = Choices(
            (Choice("record", say("signed.record"), "1"), Choice("plan", say("signed.plan"), "2")),
            about=say("signed.places"),
        )
        self.places.show_value("record")
        self.places.chosen.connect(lambda place: self._show(str(place)))
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(16, 12, 16, 16)
        self._rows.setSpacing(12)
        self._scroll = Scroll(inside)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._paper: PaperPreview | None = None
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        top = in_a_row(self.places, None)
        top.setContentsMargins(16, 10, 16, 0)
        rows.addLayout(top)
        rows.addWidget(self._stack, 1)

    def start(self) -> None:
        """What stands, from its top."""
        self.refresh()
        self.places.setFocus(Qt.FocusReason.TabFocusReason)

    def refresh(self) -> None:
        """The record, and what was amended."""
        self.visit = self._store.visits.get(self.visit.id)
        self._amending = None
        signed = self._store.signing.of(self.visit.id)
        told = changes(self._store, self.visit.id)
        empty_out(self._rows)
        self._rows.addWidget(self._about_card(signed.by, signed.at, signed.content_hash))
        if told:
            self._rows.addWidget(_amendments_card(told))
        self._rows.addWidget(_outcome_card(signed.computed))
        now = latest(told)
        for form in cast("list[Mapping[str, Any]]", signed.computed.get("shown") or []):
            self._rows.addWidget(self._form_card(form, now))
        self._rows.addWidget(self._documents_card())
        self._rows.addStretch(1)

    def _about_card(self, by: str, at: str, digest: str) -> Card:
        void = self.visit.state == "void"
        card = Card("caution" if void else "active", margins=(20, 14, 16, 14))
        whole = not self._store.signing.faults_of(self.visit.id)
        said = say("signed.by", name=names(self._store).get(by, by), when=_moment(at))
        icon = Icon("file-sign", "accent" if whole else "red", 24)
        save = Button(say("signed.save"), icon="file-pdf-box")
        save.clicked.connect(self._save_record)
        line = in_a_row(icon, text(said, "heading"), save, spacing=12)
        line.setStretch(1, 1)
        if not void:
            stop = Button(say("signed.void"), icon="file-cancel-outline")
            stop.clicked.connect(self._void)
            line.addWidget(stop)
        card.rows.addLayout(line)
        card.rows.addWidget(text(say("signed.is_void" if void else "signed.stands")))
        card.rows.addWidget(
            text(say("signed.proof", hash=digest[:16]), "caption")
            if whole
            else text(say("signed.broken"), "wrong")
        )
        return card

    def _form_card(self, form: Mapping[str, Any], now: Mapping[str, Amended]) -> Card:
        card = Card()
        card.rows.setSpacing(4)
        card.rows.addWidget(text(str(form["title"]), "heading"))
        for number, row in enumerate(form["rows"]):
            if number:
                card.rows.addWidget(rule())
            card.rows.addLayout(self._row(card, row, now.get(str(row["key"]))))
        return card

    def _row(self, card: Card, row: Mapping[str, Any], change: Amended | None) -> QHBoxLayout:
        key = str(row["key"])
        hidden = bool(row.get("private"))
        answer = QWidget()
        inside = QVBoxLayout(answer)
        inside.setContentsMargins(0, 2, 0, 2)
        inside.setSpacing(0)
        if hidden:
            inside.addWidget(text(say("form.private_answered")))
        elif change is None:
            inside.addWidget(text(str(row["said"])))
        else:
            inside.addWidget(struck(change.old))
            inside.addWidget(text(change.new, "strong"))
        question = text(say("signed.private") if hidden else str(row["asked"]), "second")
        line = in_a_row(question, answer, spacing=16)
        line.setStretch(0, QUESTION_SHARE)
        line.setStretch(1, ANSWER_SHARE)
        if self.visit.state == "signed" and catalogue.question(key) is not None and not hidden:
            amend = Button(say("signed.amend", what=str(row["asked"])), kind="icon", icon="pencil-outline")
            amend.clicked.connect(lambda: self._amend(key, card.rows, line))
            line.addWidget(amend)
        else:
            line.addSpacing(32)
        return line

    def _documents_card(self) -> Card:
        card = Card()
        card.rows.addWidget(text(say("print_page.kept"), "heading"))
        kept = self._store.documents.of(self.visit.id)
        if not kept:
            card.rows.addWidget(text(say("client.no_documents"), "quiet"))
        for document in kept:
            card.rows.addWidget(self._document(document), 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _document(self, document: Document) -> Button:
        button = Button(document.name, kind="flat", icon="file-pdf-box")
        button.clicked.connect(lambda: self.document_wanted.emit(document))
        return button

    # -- amending

    def _amend(self, key: str, rows: QVBoxLayout, line: QHBoxLayout) -> None:
        """The editor of one answer, right below it."""
        if self._amending is not None:
            self._amending.hide()
            self._amending.deleteLater()
        stands = {name: entry.value for name, entry in self._store.amendments.stands(self.visit.id).items()}
        self._amending = AmendCard(key, stands, self.visit.date)
        self._amending.sent.connect(lambda value, reason: self._change(key, value, reason))
        self._amending.left.connect(self.refresh)
        rows.insertWidget(rows.indexOf(line) + 1, self._amending)
        self._bring(self._amending)

    def _bring(self, editor: AmendCard) -> None:
        """The editor in view, once it has its place."""
        editor.start()
        QTimer.singleShot(LAID_MS, editor, lambda: self._scroll.ensureWidgetVisible(editor.button, 0, 40))

    def _change(self, key: str, value: object, reason: str) -> None:
        self._try(lambda: self._store.amendments.change(self.visit.id, key, cast("Any", value), reason))

    def _void(self) -> None:
        if self._amending is not None:
            self._amending.deleteLater()
        self._amending = AmendCard("", {}, self.visit.date)
        self._amending.sent.connect(
            lambda _value, reason: self._try(lambda: self._store.amendments.void(self.visit.id, reason))
        )
        self._amending.left.connect(self.refresh)
        self._rows.insertWidget(1, self._amending)
        self._bring(self._amending)

    def _try(self, does: Any) -> None:
        try:
            does()
        except Refused as refused:
            if self._amending is not None:
                self._amending.refuse(str(refused))
            return
        self._status.show_saved(datetime.now().astimezone())
        self.start()
        self._scroll.verticalScrollBar().setValue(0)
        self.changed.emit()

    # -- paper

    def _show(self, place: str) -> None:
        if place == "plan":
            if self._paper is None:
                self._paper = PaperPreview(self.opened(), self._status)
                self._stack.addWidget(self._paper)
            self._paper.refresh()
            self._stack.setCurrentWidget(self._paper)
        else:
            self._stack.setCurrentWidget(self._scroll)

    def opened(self) -> OpenVisit:
        """The visit with what was amended: what a plan is printed from now."""
        return OpenVisit(self._store, self.client, self.visit)

    def record_pdf(self) -> bytes:
        """What stood at signing, and what was amended since, as it is saved."""
        signed = self._store.signing.of(self.visit.id)
        clinic = clinic_of(self.opened())
        asked = SignedVisit(
            client=self.client,
            clinic=clinic.get("name", ""),
            number=self.visit.number,
            day=self.visit.date,
            by=names(self._store).get(signed.by, ""),
            signed_on=day_of(signed.at),
            computed=signed.computed,
            content_hash=signed.content_hash,
            amendments=changes(self._store, self.visit.id),
            anchor=str(self._store.access.head()),
        )
        return visit_record(asked, paper=clinic.get("paper", "a4"))

    def _save_record(self) -> None:
        name = file_name(self.visit.date, say("signed.kind"), self.client.family_name, self.client.given_name)
        pdf = self.record_pdf()
        if save_pdf(self, name, pdf) is not None:
            document = self._store.documents.keep(self.visit.id, "record", name, pdf)
            self._store.access.printed(document.id, self.client.id)
            self.refresh()

    def shut(self) -> None:
        """The thread that makes paper ends."""
        if self._paper is not None:
            self._paper.shut()


def struck(words_: str) -> QWidget:
    """A value that does not hold any more, with a line through it."""
    label = text(words_, "quiet")
    font = look.screen_font()
    font.setStrikeOut(True)
    label.setFont(font)
    label.setAccessibleName(say("signed.was", old=words_))
    return label


def _amendments_card(told: tuple[Amended, ...]) -> Card:
    card = Card("note")
    card.rows.addWidget(text(say("signed.amendments", n=len(told)), "heading"))
    for each in told:
        about = say("signed.voided") if each.void else say("signed.private") if each.private else each.asked
        card.rows.addWidget(text(about, "strong"))
        if not each.void and not each.private:
            line = in_a_row(struck(each.old), Icon("arrow-right", "text2", 16), text(each.new), spacing=8)
            line.setStretch(2, 1)
            card.rows.addLayout(line)
        card.rows.addWidget(text(say("signed.why", reason=each.reason, name=each.by, day=each.at), "second"))
    return card


def _outcome_card(computed: Mapping[str, Any]) -> Card:
    card = Card()
    card.rows.addWidget(text(say("signed.outcome"), "heading"))
    card.rows.addWidget(text(str(computed.get("outcome_name") or "–"), "strong"))
    reason = (computed.get("decision") or {}).get("reason")
    if reason:
        card.rows.addWidget(text(str(reason), "second"))
    left = computed.get("left_open") or []
    if left:
        card.rows.addWidget(text(say("signed.left_open", parts="; ".join(left)), "second"))
    return card


def _moment(stamp: str) -> str:
    moment = datetime.fromisoformat(stamp).astimezone()
    return f"{words().date(moment.date(), 'full')}, {moment:%H:%M}"
