"""The gait page: the films of a visit, how they come in, and one of them on the screen."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout

from runclinic.records import Store
from runclinic.records.growing import Pieces
from runclinic.ui.gait import take_in
from runclinic.ui.gait.arrival import EmptyPage, ask_for_files, dropped_files
from runclinic.ui.gait.arrivals import Arrivals
from runclinic.ui.gait.compare.films import earlier_visits
from runclinic.ui.gait.compare.page import ComparePage
from runclinic.ui.gait.cue_page import CuePage
from runclinic.ui.gait.exchange import Exchange
from runclinic.ui.gait.exporting import file_name
from runclinic.ui.gait.film_page import FilmPage
from runclinic.ui.gait.filmer import Filmed
from runclinic.ui.gait.range_page import RangePage
from runclinic.ui.gait.record_page import RecordPage
from runclinic.ui.gait.take_in import TooMuch
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import stride


class GaitPage(FilmPage):
    """Every film of a visit: dropped, chosen, filmed with a camera, and then looked at."""

    guide = "gait"
    own_title = True
    whole_width = True

    def __init__(self, visit: OpenVisit, store: Store) -> None:
        super().__init__(visit, store)
        self._looked_for_cut_off = False
        self.empty = EmptyPage()
        self.arrivals = Arrivals(visit, store, self.line)
        self.record_page = RecordPage(self._new_recording)
        self.range_page = RangePage()
        self.compare_page = ComparePage(visit)
        self.cue_page = CuePage(visit)
        self.panel.hold_cues(self.cue_page, self.cue_page.use, self.cue_page.done)
        self._earlier_films = sum(len(store.films.of(row.id)) for row in earlier_visits(visit))
        self.exchange = Exchange(self, visit, lambda: file_name(visit), self._marks_given)
        self.desk.hold(self.exchange.line)
        self._stack = QStackedWidget()
        for page in (self.empty, self.desk, self.record_page, self.range_page, self.compare_page):
            self._stack.addWidget(page)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._stack)
        self.empty.hold(self.line)
        self.setAcceptDrops(True)
        self._connect_doors()

    def _connect_doors(self) -> None:
        self.bar.add_wanted.connect(self.choose_films)
        self.bar.record_wanted.connect(self.record)
        self.empty.choose_wanted.connect(self.choose_films)
        self.empty.record_wanted.connect(self.record)
        self.arrivals.taken.connect(self._taken)
        self.arrivals.range_wanted.connect(self._ask_range)
        self.range_page.chosen.connect(self._take_part)
        self.range_page.given_up.connect(self._skip_range)
        self.record_page.filmed.connect(self._keep_recording)
        self.record_page.left.connect(self._back_to_films)
        self.bar.compare_wanted.connect(self.compare)
        self.compare_page.left.connect(self._back_to_films)
        self.panel.cue_wanted.connect(self.show_cues)
        self.cue_page.left.connect(self._leave_cues)
        compares = QShortcut(QKeySequence("Shift+C"), self.desk)
        compares.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        compares.activated.connect(self.compare)
        for place in (self.empty, self.desk):
            shortcut = QShortcut(QKeySequence("R"), place)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.record)

    # -- what a part of a visit offers

    def refresh(self) -> None:
        """The films of the visit as they stand."""
        self.films = self._store.films.of(self._visit.visit.id)
        self._show_films()
        if self.films and self.film_id not in {each.id for each in self.films}:
            self.open_film(self._last_seen())
        self._put_bar()
        self.bar.compare.setVisible(self._can_compare)
        if not self._looked_for_cut_off:
            self._looked_for_cut_off = True
            for folder in self._store.films.cut_off(self._visit.visit.id):
                self.arrivals.keep(folder, again=True)

    def _show_films(self) -> None:
        """The films, or the place to drop one, unless she films or chooses a part just now."""
        if not self._busy_elsewhere():
            self._stack.setCurrentWidget(self.desk if self.films else self.empty)
            self._put_line()

    def _back_to_films(self) -> None:
        self._show_films()
        self.start()

    def _busy_elsewhere(self) -> bool:
        elsewhere = self.range_page.asking or self.compare_page.comparing
        return self.record_page.filmer is not None or elsewhere

    def start(self) -> None:
        """What is next: choosing a film, or the picture."""
        if self._stack.currentWidget() in (self.record_page, self.range_page, self.compare_page):
            return
        if not self.films:
            self.empty.choose.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.panel.asking:
            self.panel.form.start()
        else:
            self.stage.picture.setFocus(Qt.FocusReason.TabFocusReason)

    def settle(self) -> None:
        """Hand over what is typed."""
        if self.panel.asking:
            self.panel.form.settle()
        self.cue_page.settle()

    def busy(self) -> bool:
        """Whether a film plays or is being made."""
        playing = self.stage.player.playing or self.compare_page.playing
        return playing or self.record_page.preview.filming

    def shut(self) -> None:
        """The visit is left: the place is kept, the thread ends. A film on its way goes on arriving."""
        self.settle()
        self.stage.player.pause()
        for timer in (self._place_timer, self._panel_timer, self._search_timer, self._patience):
            timer.stop()
        self.arrivals.shut()
        self.search.shut()
        self.body.close()
        self.copies.shut()
        self.exchange.shut()
        self.record_page.shut()
        self.range_page.shut()
        self.compare_page.shut()
        self.cue_page.shut()
        self._keep_place()
        self.projector.close()

    def _last_seen(self) -> str:
        """The film she looked at last; one that was never looked at counts as just taken in."""
        seen = {each.id: take_in.place(self._store.films, each.id).at for each in self.films}
        return max(reversed(self.films), key=lambda each: seen[each.id] or each.at).id

    # -- taking films in

    def choose_films(self) -> None:
        """Ask for files."""
        self.take_in(ask_for_files(self))

    def take_in(self, paths: Sequence[Path]) -> None:
        """Take films in, one after the other."""
        self.arrivals.take_in(paths)

    def _taken(self, film_id: str) -> None:
        self.films = self._store.films.of(self._visit.visit.id)
        self.open_film(film_id)
        self.refresh()
        self.ask_filming(shown="view" not in stride.recorded(self._visit.now(), film_id).told)

    def _ask_range(self, film: TooMuch) -> None:
        """A film of which only a part can be taken in."""
        self.stage.player.pause()
        self._stack.setCurrentWidget(self.range_page)
        self.range_page.ask(film)

    def _take_part(self, path: Path, from_s: float, to_s: float) -> None:
        self._back_to_films()
        self.arrivals.take_part(path, from_s, to_s)

    def _skip_range(self) -> None:
        self._back_to_films()
        self.arrivals.skip()

    # -- comparing

    @property
    def _can_compare(self) -> bool:
        return bool(self.films) and len(self.films) + self._earlier_films > 1

    def compare(self) -> None:
        """The film on the screen beside another one of hers."""
        if self._can_compare and not self._busy_elsewhere():
            self.settle()
            self.stage.player.pause()
            self._stack.setCurrentWidget(self.compare_page)
            self.compare_page.begin(self.film_id)

    # -- cues

    def open_film(self, film_id: str) -> None:
        """Another film, also on the page of cues."""
        super().open_film(film_id)
        self.cue_page.show_film(film_id)

    def show_cues(self) -> None:
        """The cue that the film on the screen was made with."""
        self.panel.show_cues()
        self.desk.show_drawer(shown=True)
        self.cue_page.show_film(self.film_id)
        self.cue_page.cue.setFocus(Qt.FocusReason.TabFocusReason)

    def _leave_cues(self) -> None:
        self._name_cue()
        self.ask_filming(shown=False)

    def _name_cue(self) -> None:
        """A beat that goes on while she is filmed is not forgotten."""
        beat = self.cue_page.beat.metronome
        words = say("cue_trial.button_beats", n=beat.per_minute) if beat.running else say("cue_trial.button")
        self.panel.cue.become(words)

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: another part of the visit has no beat."""
        super().hideEvent(event)
        self.cue_page.beat.stop()
        self._name_cue()

    # -- recording

    def record(self) -> None:
        """Film with a camera at this computer."""
        self.stage.player.pause()
        self._stack.setCurrentWidget(self.record_page)
        self.record_page.begin()

    def _new_recording(self) -> Pieces:
        now = datetime.now().astimezone()
        name = say("gait.recording_name", day=f"{now:%Y-%m-%d}", time=f"{now:%H.%M}")
        return self._store.films.filming(self._visit.client.id, self._visit.visit.id, name)

    def _marks_given(self, keys: Iterable[str]) -> None:
        if self._marks is not None:
            self._marks.give(keys)

    def _keep_recording(self, film: Filmed) -> None:
        self._back_to_films()
        self.arrivals.keep(film.folder, why=film.why)

    # -- hands and room

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: files may be dropped anywhere on the page."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: files were dropped."""
        event.acceptProposedAction()
        self.take_in(dropped_files(event.mimeData()))

    def _put_line(self) -> None:
        if self.films:
            self.desk.hold(self.line)
        else:
            self.empty.hold(self.line)
