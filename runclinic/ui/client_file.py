"""A client's file: export, transfer, how long it is kept, legal hold, and erasure with its certificate."""

from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from runclinic import client_file
from runclinic.documents.certificate import Certificate, certificate
from runclinic.forms.form import Option, Question
from runclinic.records import Store, bundle, passphrase
from runclinic.records.erasure import GROUNDS, Erased
from runclinic.records.retention import Kept
from runclinic.refused import Refused
from runclinic.ui.job import Job
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, in_a_row, text
from runclinic.ui.saving import save_pdf
from runclinic.ui.say import say, words
from runclinic.ui.small_form import SmallForm
from runclinic.ui.status_line import StatusLine
from runclinic.visit.client import Client

WIDEST = 860
MARGINS = (20, 14, 20, 16)
PASSWORD_LETTERS = 1000
BACKUPS_KEPT = timedelta(days=365 + 31)
"""By then the last monthly backup has been replaced (RECORDS.md 6: 9 monthly after 10 weekly)."""


class ClientFilePage(QWidget):
    """`gone` when she is erased, `erased` when that was read, `opened(client)` for a linked record."""

    guide = "backup"
    gone = Signal()
    erased = Signal()
    opened = Signal(object)

    def __init__(self, store: Store, client: Client, status: StatusLine) -> None:
        super().__init__()
        self._store = store
        self.client = client
        self._status = status
        self._jobs: list[Job] = []
        self.erased_as: Erased | None = None
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(16, 16, 16, 16)
        self._rows.setSpacing(12)
        self._scroll = Scroll(inside)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._scroll)
        self._make()

    def _make(self) -> None:
        owner = self._store.therapist.role == "owner"
        self.export_form = self._export_form()
        self._export_said, self._transfer_said = _said(), _said()
        self.transfer_form = self._transfer_form()
        self._keeping = Card(margins=MARGINS)
        self.hold_form: SmallForm | None = None
        self.erase_form: SmallForm | None = None
        self._rows.addWidget(_card("folder-download-outline", "export", self.export_form, self._export_said))
        self._rows.addWidget(_card("swap-horizontal", "transfer", self.transfer_form, self._transfer_said))
        self._linked = Card(margins=MARGINS)
        self._rows.addWidget(self._linked)
        self._rows.addWidget(self._keeping)
        if owner:
            self.erase_form = self._erase_form()
            self._rows.addWidget(_card("delete-forever-outline", "erase", self.erase_form, None, kind="stop"))
        self._rows.addStretch(1)

    def start(self) -> None:
        """Exporting is next."""
        self._show_linked()
        self._show_keeping()
        self.export_form.start()

    def go_to(self, section: str) -> None:
        """Show a section ("export" or "erase") and start in it."""
        form = self.erase_form if section == "erase" else self.export_form
        if form is not None:
            QTimer.singleShot(0, form, lambda: self._scroll.ensureWidgetVisible(form, 0, 24))
            form.start()

    # -- export and transfer

    def _export_form(self) -> SmallForm:
        form = SmallForm((_reason("export"),), say("client_file.export_do"), today=date.today())
        form.sent.connect(lambda values: self._export(str(values["reason"])))
        return form

    def _transfer_form(self) -> SmallForm:
        form = SmallForm((_reason("transfer"),), say("client_file.transfer_do"), today=date.today())
        form.sent.connect(lambda values: self._transfer(str(values["reason"])))
        form.button.setProperty("kind", "")
        return form

    def _export(self, reason: str) -> None:
        if self._refused(self.export_form, lambda: self._may(reason)):
            return
        folder = QFileDialog.getExistingDirectory(self, say("client_file.export"), _documents())
        if folder:
            self.export_to(Path(folder), reason)

    def export_to(self, folder: Path, reason: str) -> Job:
        """Write her folder inside this one, as long work."""

        def done(made: object) -> None:
            self._export_said.setText(say("client_file.exported", path=str(made)))
            self._export_said.show()

        work = client_file.export(self._store, self.client.id, folder, reason)
        return self._run(say("client_file.exporting"), work, self.export_form, done)

    def _transfer(self, reason: str) -> None:
        if self._refused(self.transfer_form, lambda: self._may(reason)):
            return
        name = client_file.transfer_name(self.client)
        chosen, _ = QFileDialog.getSaveFileName(
            self, say("client_file.transfer"), str(Path(_documents()) / name), f"RunClinic (*{bundle.ENDING})"
        )
        if chosen:
            path = Path(chosen)
            self.transfer_to(path if path.suffix == bundle.ENDING else Path(f"{path}{bundle.ENDING}"), reason)

    def transfer_to(self, path: Path, reason: str) -> Job:
        """Write a transfer file, and then show the six words that open it."""
        chosen = passphrase.new()

        def done(_made: object) -> None:
            self._transfer_said.setText(say("client_file.transferred", path=str(path), words=chosen))
            self._transfer_said.show()

        work = client_file.pack(self._store, self.client.id, path, chosen, reason)
        return self._run(say("client_file.transferring"), work, self.transfer_form, done)

    def _may(self, reason: str) -> None:
        client_file.refuse_to_export(self._store, self.client.id, reason)

    def _run(
        self,
        title: str,
        work: Generator[float, None, object],
        form: SmallForm,
        done: Callable[[object], None],
    ) -> Job:
        job = Job(title, work)
        self._jobs.append(job)
        label = form.button.text()
        form.refuse("")
        form.wait(title)
        job.done.connect(done)
        job.failed.connect(lambda error: self._failed(form, error))
        for ended in (job.done, job.failed, job.cancelled):
            ended.connect(lambda *_: form.go_on(label))
        self._status.watch(job)
        return job.start()

    def _failed(self, form: SmallForm, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        form.refuse(str(error))
        QTimer.singleShot(0, form, lambda: self._scroll.ensureWidgetVisible(form.button, 0, 40))

    def _refused(self, form: SmallForm, does: Callable[[], object]) -> bool:
        try:
            does()
        except Refused as refused:
            form.refuse(str(refused))
            return True
        return False

    # -- records of the same person

    def _show_linked(self) -> None:
        rows = self._linked.rows
        empty_out(rows)
        rows.addLayout(_heading("link-variant", say("client_file.linked")))
        links = self._store.links.of(self.client.id)
        known = {link.other(self.client.id) for link in links}
        offered = [each for each in self._store.clients.likely_same(self.client) if each.id not in known]
        if not links and not offered:
            rows.addWidget(text(say("client_file.no_links"), "quiet"))
        for link in links:
            other = self._store.clients.get(link.other(self.client.id))
            undo = Button(say("client_file.unlink"), name=say("client_file.unlink_name", name=other.name))
            undo.clicked.connect(
                lambda _=False, link=link: self._link(lambda: self._store.links.unlink(link))
            )
            rows.addLayout(self._other(say("client_file.same_as", name=other.name), other, undo))
        for other in offered:
            join = Button(say("client_file.link"), name=say("client_file.link_name", name=other.name))
            join.clicked.connect(
                lambda _=False, other=other: self._link(
                    lambda: self._store.links.link(self.client.id, other.id)
                )
            )
            rows.addLayout(self._other(say("client_file.may_be", name=other.name), other, join))

    def _other(self, said: str, other: Client, button: Button):  # noqa: ANN202 -- a layout of Qt
        show = Button(say("client.open"), name=say("client_file.open_name", name=other.name))
        show.clicked.connect(lambda: self.opened.emit(other))
        line = in_a_row(text(f"{said}, {other.clinic_no}"), show, button, spacing=8)
        line.setStretch(0, 1)
        return line

    def _link(self, does: Callable[[], object]) -> None:
        does()
        self._status.show_saved(datetime.now().astimezone())
        self._show_linked()

    # -- how long it is kept

    def _show_keeping(self) -> None:
        rows = self._keeping.rows
        empty_out(rows)
        rows.addLayout(_heading("archive-clock-outline", say("client_file.keeping")))
        kept = self._store.retention.of(self.client.id)
        rows.addWidget(text(kept_words(kept)))
        owner = self._store.therapist.role == "owner"
        for hold in self._store.retention.holds(self.client.id):
            lift = Button(say("client_file.lift"), icon="lock-open-variant-outline")
            lift.setEnabled(owner)
            lift.clicked.connect(
                lambda _=False, hold=hold: self._keep(lambda: self._store.retention.lift(hold))
            )
            line = in_a_row(
                Icon("gavel", "amber", 18), text(say("client_file.held", reason=hold.reason)), lift
            )
            line.setStretch(1, 1)
            rows.addLayout(line)
        self.hold_form = None
        if owner and not kept.held:
            form = SmallForm((_reason("hold"),), say("client_file.hold_do"), today=date.today())
            form.sent.connect(
                lambda values: self._keep(
                    lambda: self._store.retention.hold(self.client.id, str(values["reason"]))
                )
            )
            form.button.setProperty("kind", "")
            rows.addWidget(form)
            self.hold_form = form

    def _keep(self, does: Callable[[], object]) -> None:
        does()
        self._status.show_saved(datetime.now().astimezone())
        self._show_keeping()

    # -- erasure

    def _erase_form(self) -> SmallForm:
        grounds = tuple(Option(value=each, text=say(f"client_file.ground_{each}")) for each in GROUNDS)
        questions = (
            Question(
                id="ground", kind="choice", text=say("client_file.ground"), required=True, options=grounds
            ),
            Question(
                id="password",
                kind="text",
                text=say("unlock.password"),
                required=True,
                max_length=PASSWORD_LETTERS,
            ),
        )
        form = SmallForm(questions, say("client_file.erase_do"), today=date.today(), secret=("password",))
        form.sent.connect(lambda values: self.erase(str(values["ground"]), str(values["password"])))
        form.button.setProperty("kind", "")
        return form

    def erase(self, ground: str, password: str) -> Job | None:
        """Erase her, once the password was checked; None if it is refused at once."""
        form = self.erase_form
        if form is None or self._refused(
            form, lambda: self._store.erasure.refuse_kept(self.client.id, ground)
        ):
            return None

        def work() -> Generator[float, None, object]:
            yield 0.0
            return self._store.erasure.erase(self.client.id, ground, password)

        return self._run(say("client_file.erasing"), work(), form, self._gone)

    def _gone(self, done: object) -> None:
        """Nothing of her is left: the certificate is offered, with a name that is kept nowhere."""
        if not isinstance(done, Erased):
            return
        self.erased_as = done
        self.gone.emit()
        empty_out(self._rows)
        card = Card("active", margins=(20, 16, 20, 18))
        card.rows.addLayout(_heading("check-circle", say("client_file.erased", reference=done.reference)))
        card.rows.addWidget(text(say("client_file.erased_copies", day=words().date(self._copies_until()))))
        save = Button(say("client_file.certificate"), kind="primary", icon="file-pdf-box", tall=True)
        save.clicked.connect(self._save_certificate)
        leave = Button(say("client_file.to_clients"), tall=True)
        leave.clicked.connect(self.erased)
        card.rows.addLayout(in_a_row(save, leave, None))
        self._rows.addWidget(card)
        self._rows.addStretch(1)
        save.setFocus(Qt.FocusReason.TabFocusReason)

    def _copies_until(self) -> date:
        return date.today() + BACKUPS_KEPT

    def certificate_pdf(self) -> bytes:
        """The certificate of what was just erased."""
        done = self.erased_as
        if done is None:
            raise ValueError("nothing was erased")
        settings = self._store.settings
        born = f", {words().date(self.client.born)}" if self.client.born else ""
        asked = Certificate(
            reference=done.reference,
            issued_to=f"{self.client.name}{born}",
            clinic=str(settings.get("clinic/name") or ""),
            address=str(settings.get("clinic/address") or ""),
            day=datetime.fromisoformat(done.at).astimezone().date(),
            by=self._store.therapist.display_name,
            ground=done.ground,
            counts=done.counts,
            copies_until=self._copies_until(),
            anchor=str(self._store.access.head()),
        )
        return certificate(asked, paper=str(settings.get("clinic/paper") or "a4"))

    def _save_certificate(self) -> None:
        done = self.erased_as
        if done is not None:
            save_pdf(self, f"{done.at[:10]} erasure {done.reference}", self.certificate_pdf())


def kept_words(kept: Kept) -> str:
    """Until when a record must be kept, as a sentence."""
    if kept.until is None:
        return say("client_file.no_visit")
    return say(
        "client_file.kept", last=words().date(kept.last_visit or kept.until), until=words().date(kept.until)
    )


def _reason(about: str) -> Question:
    return Question(
        id="reason",
        kind="text",
        text=say("client_file.reason"),
        note=say(f"client_file.reason_{about}"),
        required=True,
        max_length=300,
    )


def _said():  # noqa: ANN202 -- a label of Qt
    label = text("", "strong")
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.hide()
    return label


def _heading(icon: str, words_: str):  # noqa: ANN202 -- a layout of Qt
    line = in_a_row(Icon(icon, "accent", 22), text(words_, "heading"), spacing=10)
    line.setStretch(1, 1)
    return line


def _card(icon: str, about: str, form: SmallForm, said: QWidget | None, *, kind: str = "plain") -> Card:
    card = Card(kind, margins=MARGINS)
    card.rows.addLayout(_heading(icon, say(f"client_file.{about}")))
    card.rows.addWidget(text(say(f"client_file.{about}_about")))
    card.rows.addWidget(form)
    if said is not None:
        card.rows.addWidget(said)
    return card


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
