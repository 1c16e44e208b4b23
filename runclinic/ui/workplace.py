"""What an unlocked clinic sees: the rail, the header, one page, the status line."""

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from runclinic.records import Store
from runclinic.records.documents import Document, Listed
from runclinic.records.keys import Locked
from runclinic.records.visits import VisitRow
from runclinic.refused import Refused
from runclinic.ui import commands, look
from runclinic.ui.backups import BySelf
from runclinic.ui.client import ClientPage
from runclinic.ui.clients import Clients
from runclinic.ui.command_box import CommandBox
from runclinic.ui.header import Header, Heading
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.parts.pages import pages
from runclinic.ui.pieces import Stack, ground
from runclinic.ui.say import say, words
from runclinic.ui.settings import SettingsPage
from runclinic.ui.status_line import StatusLine
from runclinic.ui.visit import VisitPage
from runclinic.visit.client import Client

if TYPE_CHECKING:
    from runclinic.ui.client_file import ClientFilePage
    from runclinic.ui.documents import DocumentsPage
    from runclinic.ui.help import HelpPage
    from runclinic.ui.kept_paper import KeptPaper
    from runclinic.ui.library import Draft, LibraryPage
    from runclinic.ui.people import PeoplePage
    from runclinic.ui.records_page import RecordsPage
    from runclinic.ui.signing import SignedPage
    from runclinic.ui.thresholds import ThresholdsPage
    from runclinic.ui.trail import TrailPage

Shown: TypeAlias = tuple[QWidget, str, Heading]  # a page, its place on the rail, what the header says
RAIL = (
    ("clients", "account-group"),
    ("library", "bookshelf"),
    ("documents", "file-document-multiple-outline"),
    ("records", "archive-lock-outline"),
    ("settings", "cog-outline"),
)


class Where(NamedTuple):
    """Client, visit and part in front, by id, and a sheet of the library; "" or None for what is not open."""

    client: str = ""
    visit: str = ""
    part: str = ""
    draft: "Draft | None" = None


class RailButton(QToolButton):
    """A place of the rail: an icon over its name."""

    def __init__(self, place: str, icon: str, tip: str) -> None:
        super().__init__()
        self.icon_name = icon
        self._colours = look.colours()
        self.setText(say(f"rail.{place}"))
        self.setToolTip(tip)
        self.setAccessibleName(say(f"rail.{place}"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setFixedWidth(look.RAIL_WIDTH - 8)
        self.setMinimumHeight(46)
        self.setMaximumHeight(56)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setCheckable(True)
        self.setProperty("kind", "rail")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggled.connect(lambda _on: self._draw())
        self._draw()

    def _draw(self) -> None:
        self.setIcon(look.icon(self.icon_name, "soft_text" if self.isChecked() else "text2"))
        self.setIconSize(look.RAIL_ICON)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: the palette changed."""
        if event.type() == QEvent.Type.PaletteChange and self._colours is not look.colours():
            self._colours = look.colours()
            self._draw()
        super().changeEvent(event)


class Workplace(QWidget):
    """What an unlocked clinic sees. `locked` when the therapist leaves it."""

    locked = Signal()
    covered = Signal()
    sheet_wanted = Signal()
    handed_over = Signal(object, object)  # OpenVisit, ids of forms

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.header = Header()
        self.header.back.connect(self.back)
        self.header.command.connect(self.ask_command)
        self.status = StatusLine(store.therapist.display_name)
        self.stack = Stack()
        self.clients = Clients(store)
        self.clients.opened.connect(self.show_client)
        self.stack.addWidget(self.clients)
        self.settings_page: SettingsPage | None = None  # made when it is first wanted
        self.library_page: LibraryPage | None = None
        self.client_page: ClientPage | None = None
        self.visit_page: VisitPage | None = None
        self.signed_page: SignedPage | None = None
        self.file_page: ClientFilePage | None = None
        self.trail_page: TrailPage | None = None
        self.records_page: RecordsPage | None = None
        self.documents_page: DocumentsPage | None = None
        self.kept_page: KeptPaper | None = None
        self.people_page: PeoplePage | None = None
        self.thresholds_page: ThresholdsPage | None = None
        self.help_page: HelpPage | None = None
        self._shown: Shown | None = None
        self._before_help: Shown | None = None
        self._held: QWidget | None = None  # what had the focus before the help
        self.backing_up = None if store.read_alone else BySelf(store, self.status, self)
        self._rail = self._make_rail()
        self._lay()
        self.commands = CommandBox(self, lambda typed: commands.offered(self, typed))
        self.show_clients()

    def _lay(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.stack, 1)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self._rail)
        top.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(top, 1)
        rows.addWidget(self.status.frame)

    def _make_rail(self) -> QWidget:
        rail = ground("rail")
        rail.setFixedWidth(look.RAIL_WIDTH)
        rows = QVBoxLayout(rail)
        rows.setContentsMargins(4, 8, 3, 8)
        rows.setSpacing(4)
        does = {
            "clients": self.show_clients,
            "library": self.show_library,
            "documents": self.show_documents,
            "records": self.show_records,
            "settings": self.show_settings,
        }
        self.rail: dict[str, RailButton] = {}
        for number, (place, icon) in enumerate(RAIL, start=1):
            keys = f"Ctrl+{number}"
            button = RailButton(place, icon, say("rail.tip", place=say(f"rail.{place}"), keys=keys))
            QShortcut(QKeySequence(keys), button).activated.connect(button.click)
            button.clicked.connect(does[place])
            self.rail[place] = button
            rows.addWidget(button)
        rows.addStretch(1)
        QShortcut(QKeySequence("Ctrl+B"), self).activated.connect(self._flip_big_targets)
        lock = RailButton(
            "lock", "lock-outline", say("rail.tip", place=say("rail.lock"), keys="Ctrl+L, Ctrl+L")
        )
        lock.setCheckable(False)
        QShortcut(QKeySequence("Ctrl+L"), lock).activated.connect(self.covered)
        lock.clicked.connect(self.locked)
        self.rail["lock"] = lock
        rows.addWidget(lock)
        return rail

    # -- by name, and help

    def _flip_big_targets(self) -> None:
        self.show_big_targets(big=not look.big_targets())

    def ask_command(self) -> None:
        """The command box."""
        self.settle()
        self.commands.open()

    def new_client(self) -> None:
        """The list, with the four fields of a new client."""
        self.show_clients()
        self.clients.new_client()

    def show_big_targets(self, *, big: bool) -> None:
        """Large buttons and text in the visit, from now on."""
        look.choose_big_targets(big=big)
        if self.visit_page is not None:
            self.visit_page.show_big(big=big)

    def visit_in_front(self) -> VisitPage | None:
        """The visit on the screen, if one is."""
        return self.visit_page if self.stack.currentWidget() is self.visit_page else None

    def show_help(self, name: str = "") -> None:
        """A page of the help by its name, else the page of the guide that fits what is on the screen."""
        from runclinic.ui.help import USUAL, HelpPage

        self.commands.close_again()
        if self.help_page is None:
            self.help_page = HelpPage(self.store.home / "log")
            self.stack.addWidget(self.help_page)
        if self.stack.currentWidget() is not self.help_page:
            self._before_help, self._held = self._shown, self.window().focusWidget()
        self.help_page.show_page(name or getattr(self._in_hand(), "guide", USUAL))
        self._show(self.help_page, "", Heading(say("help.title"), back=True))

    def _in_hand(self) -> QWidget | None:
        """The page in front, or the one that the help was opened from."""
        page = self.stack.currentWidget()
        return self._before_help[0] if page is self.help_page and self._before_help else page

    def _leave_help(self) -> None:
        """Back to the page and the field where she was."""
        if self._before_help is None or (self.help_page is not None and self.help_page.back()):
            return
        page, place, heading = self._before_help
        held, self._held = self._held, None
        stays = held is not None and isValid(held) and page.isAncestorOf(held)
        self._show(page, place, heading, anew=not stays)
        if self.visit_page is not None:
            self._head_visit(self.visit_page.visit)
        if stays and held is not None:
            held.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1: the guide; Shift+F1: the keys, where no part of the page has its own."""
        if event.key() == Qt.Key.Key_F1:
            self.show_help("keys" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "")
        else:
            super().keyPressEvent(event)

    # -- pages

    def _show(self, page: QWidget, place: str, heading: Heading, *, anew: bool = True) -> None:
        self.settle()
        self._shown = (page, place, heading)
        if page is not self.help_page:
            self._before_help = self._held = None  # a visit that was left is let go of
        self.stack.setCurrentWidget(page)
        self.header.show_heading(heading)
        for name, button in self.rail.items():
            button.setChecked(name == place)
        self.status.hint(say("status.undo_hint") if page is self.visit_page else "")
        start = getattr(page, "start", None)
        if callable(start) and anew:
            start()

    def show_clients(self) -> None:
        """The list, ready to be searched."""
        self._show(self.clients, "clients", Heading(say("rail.clients")))

    def show_library(self) -> "LibraryPage":
        """Exercises, cues and texts."""
        from runclinic.ui.library import LibraryPage

        if self.library_page is None:
            self.library_page = LibraryPage(self.store, self.status)
            self.stack.addWidget(self.library_page)
        self._show(self.library_page, "library", Heading(say("rail.library")))
        return self.library_page

    def show_settings(self) -> None:
        """The clinic's settings."""
        if self.settings_page is None:
            self.settings_page = SettingsPage(self.store)
            self.settings_page.settings.saved.connect(self.status.show_saved)
            self.settings_page.settings.not_saved.connect(self.status.show_not_saved)
            self.settings_page.people_wanted.connect(self.show_people)
            self.settings_page.thresholds_wanted.connect(self.show_thresholds)
            self.settings_page.targets_chosen.connect(lambda big: self.show_big_targets(big=big))
            self.settings_page.people.setEnabled(not self.store.read_alone)
            self.stack.addWidget(self.settings_page)
        self.settings_page.show_screen()
        self._show(self.settings_page, "settings", Heading(say("rail.settings")))

    def show_thresholds(self) -> None:
        """The clinic's own numbers."""
        from runclinic.ui.thresholds import ThresholdsPage

        page = ThresholdsPage(self.store)
        self._replace("thresholds_page", page)
        page.settings.saved.connect(self.status.show_saved)
        page.settings.not_saved.connect(self.status.show_not_saved)
        page.judged_anew.connect(self._judge_anew)
        self._show(page, "settings", Heading(say("thresholds.title"), back=True))

    def _judge_anew(self) -> None:
        if self.visit_page is not None:
            self.visit_page.visit.judge_anew()

    def show_people(self) -> None:
        """Who unlocks, own password, recovery key."""
        from runclinic.ui.people import PeoplePage

        page = PeoplePage(self.store, self.status)
        self._replace("people_page", page)
        page.sheet_wanted.connect(self.sheet_wanted)
        page.locked.connect(self.locked)
        page.failed.connect(raise_it)
        self._show(page, "settings", Heading(say("people.title"), back=True))

    def show_client(self, client: Client) -> None:
        """A client's page."""
        client = self.store.clients.get(client.id)
        self._replace("client_page", ClientPage(self.store, client))
        page = self.client_page
        if page is not None:
            page.visit_wanted.connect(lambda visit: self.show_visit(client, visit))
            page.document_wanted.connect(self._save_document)
            page.file_wanted.connect(lambda section: self.show_file(client, section))
            page.trail_wanted.connect(lambda: self.show_trail(client))
            self._show(page, "clients", Heading(client.name, _who(client), back=True))

    def show_documents(self) -> None:
        """The papers of all clients that were given out."""
        from runclinic.ui.documents import DocumentsPage

        if self.documents_page is None:
            self.documents_page = DocumentsPage(self.store)
            self.documents_page.opened.connect(self._show_kept)
            self.stack.addWidget(self.documents_page)
        self._show(self.documents_page, "documents", Heading(say("rail.documents")))

    def _show_kept(self, kept: Listed, pdf: bytes) -> None:
        from runclinic.ui.documents import kind_words, when
        from runclinic.ui.kept_paper import KeptPaper

        page = KeptPaper(self.store, kept, pdf, self.status)
        self._replace("kept_page", page)
        page.left.connect(self.show_documents)
        page.visit_wanted.connect(lambda: self._show_visit_of(kept.document))
        about = f"{kind_words(kept.document.kind)} · {when(kept.document.at)}"
        self._show(page, "documents", Heading(kept.client, about, back=True))

    def _show_visit_of(self, document: Document) -> None:
        client = self.store.clients.get(document.client_id)
        self.show_visit(client, self.store.visits.get(document.visit_id))

    def show_records(self) -> None:
        """What is of no single client: taking one in, the time of keeping, the trail of the clinic."""
        from runclinic.ui.records_page import RecordsPage

        if self.records_page is None:
            self.records_page = RecordsPage(self.store, self.status)
            self.records_page.client_wanted.connect(self.show_client)
            self.records_page.trail_wanted.connect(lambda: self.show_trail(None))
            self.stack.addWidget(self.records_page)
        self._show(self.records_page, "records", Heading(say("rail.records")))

    def show_file(self, client: Client, section: str) -> None:
        """Export, transfer, keeping and erasure of a client."""
        from runclinic.ui.client_file import ClientFilePage

        page = ClientFilePage(self.store, client, self.status)
        self._replace("file_page", page)
        page.gone.connect(lambda: self.header.show_heading(Heading(say("client_file.title"), back=True)))
        page.erased.connect(self.show_clients)
        page.opened.connect(self.show_client)
        self._show(page, "clients", Heading(client.name, say("client_file.title"), back=True))
        page.go_to(section)

    def show_trail(self, client: Client | None) -> None:
        """Who did what: with one client, or (for an owner) in the clinic."""
        from runclinic.ui.trail import TrailPage

        page = TrailPage(self.store, client)
        self._replace("trail_page", page)
        name = client.name if client else say("rail.records")
        self._show(page, "clients" if client else "records", Heading(name, say("trail.title"), back=True))

    def show_signed(self, client: Client, visit: VisitRow) -> None:
        """A visit that is signed: what stood, and what was amended."""
        from runclinic.ui.signing import SignedPage

        page = SignedPage(self.store, client, visit, self.status)
        self._replace("signed_page", page)
        page.document_wanted.connect(self._save_document)
        self._show(page, "clients", _visit_heading(page.opened()))

    def show_visit(self, client: Client, visit: VisitRow) -> None:
        """One visit of a client."""
        if visit.state != "draft":
            self.show_signed(client, visit)
            return
        opened = OpenVisit(self.store, client, visit)
        opened.closed.connect(lambda: self._signed(client, visit), Qt.ConnectionType.QueuedConnection)
        opened.saved.connect(self.status.show_saved)
        opened.not_saved.connect(self.status.show_not_saved)
        opened.changed.connect(lambda _keys: self._head_visit(opened))
        self._replace("visit_page", VisitPage(opened, pages(self.store, self.status)))
        if self.visit_page is not None:
            self.visit_page.handed_over.connect(lambda forms: self.handed_over.emit(opened, forms))
            self._show(self.visit_page, "clients", _visit_heading(opened))

    def _signed(self, client: Client, visit: VisitRow) -> None:
        """What stands from now on, unless the records were locked in the same moment."""
        with suppress(Locked):
            self.show_signed(client, self.store.visits.get(visit.id))

    def _head_visit(self, opened: OpenVisit) -> None:
        if self.stack.currentWidget() is self.visit_page:
            self.header.show_heading(_visit_heading(opened))

    def _replace(self, name: str, page: QWidget) -> None:
        former = getattr(self, name)
        if former is not None:
            shut = getattr(former, "shut", None)
            if callable(shut):
                shut()
            self.stack.removeWidget(former)
            former.deleteLater()
        setattr(self, name, page)
        self.stack.addWidget(page)

    def back(self) -> None:
        """From a visit to its client, from a client to the list."""
        page = self.stack.currentWidget()
        if page is self.visit_page and self.visit_page is not None:
            self.show_client(self.visit_page.visit.client)
        elif page is self.help_page:
            self._leave_help()
        elif page in (self.people_page, self.thresholds_page):
            self.show_settings()
        elif page is self.kept_page:
            self.show_documents()
        elif page is self.trail_page and self.trail_page is not None and self.trail_page.client is None:
            self.show_records()
        else:
            self._back_to_client(getattr(page, "client", None) if page is not self.client_page else None)

    def _back_to_client(self, client: Client | None) -> None:
        """Her page, unless she was erased meanwhile."""
        gone = self.file_page is not None and self.file_page.erased_as is not None
        if client is None or (gone and self.stack.currentWidget() is self.file_page):
            self.show_clients()
        else:
            self.show_client(client)

    def _save_document(self, document: Document) -> None:
        from runclinic.ui.saving import save_pdf  # loads what draws paper

        save_pdf(self, document.name, self.store.documents.read(document.id))

    def busy(self) -> bool:
        """Whether a film plays or is being made: nobody need touch anything."""
        page = self.visit_page
        return page is not None and page.busy()

    def where(self) -> Where:
        """What is in front, or what the help was opened from."""
        page = self._in_hand()
        if page is self.visit_page and self.visit_page is not None:
            visit = self.visit_page.visit
            return Where(visit.client.id, visit.visit.id, self.visit_page.part)
        if page is self.library_page and self.library_page is not None:
            return Where(draft=self.library_page.draft())
        client: Client | None = getattr(page, "client", None)
        return Where(client.id if client is not None else "")

    def go_back_to(self, where: Where) -> None:
        """Where she was before it was locked, as far as that is still there."""
        client_id, visit_id, part, draft = where
        if draft is not None:
            self.show_library().take_up(draft)
        if not client_id:
            return
        try:
            client = self.store.clients.get(client_id)
            if not visit_id:
                self.show_client(client)
                return
            self.show_visit(client, self.store.visits.get(visit_id))
        except Refused:
            self.show_clients()
            return
        if self.visit_page is not None and part:
            self.visit_page.go_to(part)

    def put_away(self) -> None:
        """Everything typed is handed over, everything in the background ends."""
        if self.backing_up is not None:
            self.backing_up.stop()
        self.settle()
        for page in (self.visit_page, self.signed_page, self.records_page, self.kept_page):
            if page is not None:
                page.shut()

    def shut(self) -> None:
        """The same, and the store is locked."""
        self.put_away()
        self.store.close()

    def all_saved(self) -> bool:
        """Everything typed is handed over, and nothing waits for the disk any more."""
        self.settle()
        return self.visit_page is None or self.visit_page.visit.save_again()

    def settle(self) -> None:
        """Hand over what is typed on the page in front."""
        page = self.stack.currentWidget()
        settle = getattr(page, "settle", None)
        if callable(settle):
            settle()


def raise_it(error: Exception) -> None:
    """A fault that nobody expected: the window tells it."""
    raise error


def _who(client: Client) -> str:
    if client.born is None:
        return client.clinic_no
    age = client.age_on(date.today())
    return say("header.client", age=age or 0, born=words().date(client.born))


def _visit_heading(visit: OpenVisit) -> Heading:
    age = visit.client.age_on(visit.day)
    detail = [] if age is None else [str(age)]
    weeks = visit.facts().get("weeks_pp")
    if isinstance(weeks, int):
        detail.append(say("header.weeks", n=weeks))
    detail.append(say("header.visit", n=visit.visit.number, day=words().date(visit.day, "full")))
    alerts = []
    if visit.answers().get("history/H35_latex") == "yes":
        alerts.append((say("header.latex"), "alert", "amber"))
    return Heading(visit.client.name, " · ".join(detail), tuple(alerts), back=True)
