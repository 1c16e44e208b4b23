"""One film on the screen: the picture, the strip under it, and the measures beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QInputDialog, QWidget

from runclinic.film_analysis import FilmAnalysis
from runclinic.gait import filming as film
from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import KINDS, SIDES, Kind, Side
from runclinic.gait.filming import FloatArray
from runclinic.records import Store
from runclinic.records.films import Film
from runclinic.refused import Refused
from runclinic.ui.follow_up import stride_before
from runclinic.ui.gait import finding, key_frames, search, take_in, wording
from runclinic.ui.gait.awaited import Act, Awaited
from runclinic.ui.gait.by_hand import ByHand
from runclinic.ui.gait.by_points import ByPoints
from runclinic.ui.gait.clip_bar import ClipBar
from runclinic.ui.gait.copies import Copies, SteppingFilms
from runclinic.ui.gait.desk import Desk
from runclinic.ui.gait.exporting import file_name, save_picture, save_table
from runclinic.ui.gait.filming import in_words
from runclinic.ui.gait.lanes import doubtful, lanes
from runclinic.ui.gait.marks import Marks, said_of_moving
from runclinic.ui.gait.meaning import since
from runclinic.ui.gait.panel import PART, Offer, Panel
from runclinic.ui.gait.projector import Projector, Reel, Shown
from runclinic.ui.gait.search import Search
from runclinic.ui.gait.stage import Stage
from runclinic.ui.gait.transport import MARKS
from runclinic.ui.gait.work_line import WorkLine
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say, words
from runclinic.visit import stride
from runclinic.visit.drawings import drawing_key
from runclinic.visit.entry import Json
from runclinic.visit.stride import Mark

PLACE_AFTER_MS = 1500
PANEL_AFTER_MS = 40
OPENING_AFTER_MS, LOOKING_AFTER_MS = 200, 40
RIGHTS_WITHIN_S = 0.12  # a mark of the hand so near to one that was found sets that one right (choice)
SEARCHED_BY = ("view", "capture_fps", "incline_percent", "mirrored")
SEARCH_AFTER_MS = 700  # the digits of a rate come one by one


class FilmPage(QWidget):
    """One film on the screen. What is marked or told is an entry before the next event is handled."""

    part_finished = Signal()

    def __init__(self, visit: OpenVisit, store: Store) -> None:
        super().__init__()
        self._visit, self._store = visit, store
        self.films: tuple[Film, ...] = ()
        self.film_id = ""
        self.reel: Reel | None = None
        self.analysis: Analysis | None = None
        self._marks: Marks | None = None
        self._why_not = ""
        self._start_at = 0
        self._kept_place = -1
        self._repeating = False
        self._awaited, self._note = Awaited(), ""
        self._stepping = SteppingFilms(store.films)
        self.projector = Projector(self._stepping.as_films())
        self.search = Search(visit, store)
        self._before: tuple[date | None, Analysis | None] | None = None  # of an earlier visit, once asked for
        self.copies = Copies(store)
        self.line = WorkLine("filmstrip", say("gait.taking_in_bar"))
        self.bar = ClipBar()
        self.stage = Stage()
        self.panel = Panel(visit.day)
        self.by_hand = ByHand(visit, self.stage)
        self.sketch = self.by_hand.sketch
        self.body = ByPoints(visit, store.films, self.stage)
        self._place_timer = self._timer(PLACE_AFTER_MS, self._keep_place)
        self._panel_timer = self._timer(PANEL_AFTER_MS, self._put_panel)
        self._search_timer = self._timer(SEARCH_AFTER_MS, self._find_anew)
        self._patience = self._timer(OPENING_AFTER_MS, self._say_waiting)
        lines = (self.search.line, self.copies.line)
        self.desk = Desk(self.bar, lines, self.stage, self.panel)
        self._connect()
        self._bind_keys()

    def _timer(self, after_ms: int, does: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(does)
        return timer

    def _connect(self) -> None:
        self.projector.opened.connect(self._opened)
        self.projector.shown.connect(self._shown)
        self.projector.verified.connect(self._verified)
        self.projector.failed.connect(self._not_opened)
        player, strip, transport = self.stage.player, self.stage.strip, self.stage.transport
        player.wanted.connect(self._want)
        player.loop_changed.connect(lambda _loop: self._hold())
        strip.moved.connect(self._move)
        transport.pressed.connect(self._press)
        self.stage.marked.connect(self.mark)
        self.stage.tool.connect(self._use)
        self.bar.chosen.connect(self._switch)
        self.bar.filming_wanted.connect(lambda: self.ask_filming(shown=not self.panel.asking))
        self.copies.made.connect(self._step_in_copy)
        self.search.found.connect(self._record_found)
        self.search.ended.connect(self._search_ended)
        self.body.changed.connect(self._put_panel)
        self.body.said.connect(self.line.tell)
        self.panel.find_wanted.connect(self.find_contacts)
        self.panel.form.told.connect(self._tell)
        self.panel.form_done.connect(lambda: self.ask_filming(shown=False))
        self.panel.next_wanted.connect(self.part_finished)
        self.panel.measures.went.connect(player.go)
        self.panel.measures.rate_chosen.connect(lambda fps: self._tell("capture_fps", fps, typing=False))
        self.panel.measures.rate_wanted.connect(lambda: self.ask_filming(shown=True, first="capture_fps"))
        self._visit.changed.connect(self._changed)
        self.by_hand.said.connect(self.line.tell)

    def _bind_keys(self) -> None:
        player, jump = self.stage.player, self.stage.transport.jump
        does = (
            self.stage.keys()
            | self.by_hand.keys()
            | {
                "Left": lambda: player.step(-1, repeating=self._repeating),
                "Right": lambda: player.step(1, repeating=self._repeating),
                "Shift+Left": lambda: player.step(-jump.value(), repeating=self._repeating),
                "Shift+Right": lambda: player.step(jump.value(), repeating=self._repeating),
                "[": lambda: self._press("previous_event"),
                "]": lambda: self._press("next_event"),
                "Delete": self.remove,
                "M": lambda: self._use("key_frame"),
                "Ctrl+G": lambda: self._use("save_frame"),
                "Ctrl+E": lambda: self._use("save_values"),
                "F": lambda: self.ask_filming(shown=True),
                "C": self.find_contacts,
                "X": self.body.next_point,
                "Q": lambda: self._look_at_doubt(later=True),
                "Shift+Q": lambda: self._look_at_doubt(later=False),
                "Y": lambda: self.panel.measures.answer_rate(slow=True),
                "N": lambda: self.panel.measures.answer_rate(slow=False),
            }
        )
        does |= {key: lambda side=side, kind=kind: self.mark(side, kind) for key, side, kind in MARKS}
        for keys, action in does.items():
            shortcut = QShortcut(QKeySequence(keys), self.desk)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._if_a_film_is_open(action))

    def _if_a_film_is_open(self, action: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            if self.reel is not None:
                action()

        return act

    # -- films

    def open_film(self, film_id: str) -> None:
        """Bring a film to the screen, where it was left."""
        self._keep_place()
        self.reel, self.analysis, self.film_id = None, None, film_id
        self.body.open_film(film_id)
        self._marks = Marks(self._visit, film_id)
        self.sketch.open_film(film_id)
        self._awaited.clear()
        self._note = ""
        self.stage.player.pause()
        self.stage.player.forget_loop()
        self.stage.picture.clear()
        self._start_at = take_in.place(self._store.films, film_id).frame
        self._kept_place = self._start_at
        self.projector.open(film_id, self._start_at)
        self._patience.start(OPENING_AFTER_MS)
        self._put_bar()

    def _switch(self, film_id: str) -> None:
        self.open_film(film_id)
        self.ask_filming(shown=False)

    def _opened(self, reel: Reel) -> None:
        if reel.film_id != self.film_id:
            return
        again = self.reel is not None  # in its working copy: the same frames at the same times
        self.reel = reel = self._by_own_times(reel)
        if again:
            self._want(self.stage.player.target)
        else:
            self._load(min(self._start_at, len(reel.times) - 1))
        self._restate()
        self._looked_through(reel)

    def _by_own_times(self, reel: Reel) -> Reel:
        """What is measured goes by the film's own time stamps, also when it is stepped in its copy."""
        if not self._stepping.on_copy(reel.film_id):
            return reel
        times = take_in.frame_times(self._store.films, reel.film_id)
        return replace(reel, times=times) if len(times) == len(reel.times) else reel

    def _looked_through(self, reel: Reel) -> None:
        """What had to wait until the frames are numbered for certain."""
        if reel.verified:
            self._record_found(reel.film_id)
            self.copies.consider(reel.film_id)

    def _step_in_copy(self, film_id: str) -> None:
        """The working copy is there: go on in it, at the frame in hand."""
        if film_id == self.film_id and self.reel is not None:
            self.projector.open(film_id, self.stage.player.target)

    def _verified(self, reel: Reel, moved: Mapping[int, int | None]) -> None:
        """Every frame was decoded once: damage is known, and marks go where their frames went."""
        if reel.film_id != self.film_id or self._marks is None:
            return
        reel = self._by_own_times(reel)
        player, before, self.reel = self.stage.player, self.reel, reel
        self.stage.strip.put_damaged(reel.damaged)
        went = self._marks.renumber(moved)
        self.sketch.renumber(moved)
        if moved:
            frame = moved.get(player.target, player.target)
            self._awaited.renumber(moved)
            player.forget_loop()
            self._load(player.target if frame is None else frame)
            self._note = said_of_moving(moved, went or (0, 0))
        if moved or player.target in reel.damaged:
            self._want(player.target)
        if went is not None:
            self.projector.keep_index()
        if before is None or moved or (reel.damaged, reel.warnings) != (before.damaged, before.warnings):
            self._restate()
        self._looked_through(reel)

    def _load(self, frame: int) -> None:
        """True times to the player and the strip."""
        times_s = self._true_times()
        self.stage.player.load(times_s, frame)
        self.stage.strip.load(times_s)
        self.stage.strip.put_damaged(self.reel.damaged if self.reel else ())
        self.stage.transport.allow(steps=len(times_s) > 1)

    def _true_times(self) -> FloatArray:
        if self.reel is None:
            return self.stage.player.times_s
        try:
            return film.clock(self.reel.times.facts, self._filming()).times_s
        except Refused:
            return self.reel.times.times_s

    def _filming(self) -> film.Filming:
        return stride.filming(stride.recorded(self._visit.now(), self.film_id).told, self._body())

    def _body(self) -> stride.Body:
        return stride.Body.of(self._visit.client, self._visit.answers())

    def _not_opened(self, film_id: str, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        if film_id == self.film_id:
            name = next((each.name for each in self.films if each.id == film_id), film_id)
            self.stage.picture.clear()
            self._patience.stop()
            words = say("gait.not_opened" if self.reel is None else "gait.stopped", name=name, why=str(error))
            self.line.refuse(words)

    def _want(self, frame: int) -> None:
        """Ask for a frame; one that something waits to be done on comes first."""
        first = self._awaited.frame
        ask = self.projector.scrub if self.stage.strip.held else self.projector.show
        ask(self.film_id, frame if first is None else first)
        if self.stage.player.on_screen == frame:
            self._patience.stop()
        elif self.stage.picture.waiting:
            self._say_waiting()
        elif not self._patience.isActive() and not self.stage.player.playing:
            self._patience.start(LOOKING_AFTER_MS)

    def _say_waiting(self) -> None:
        """Working, and it shows: no press is left without an answer for longer than a blink."""
        player = self.stage.player
        if self.reel is None:
            name = next((each.name for each in self.films if each.id == self.film_id), "")
            self.stage.picture.wait(say("gait.opening", name=name))
        elif player.target != player.on_screen:
            self.stage.picture.wait(say("gait.looking_for", frame=str(player.target)))

    def _shown(self, shown: Shown) -> None:
        if shown.film_id != self.film_id or self.reel is None:
            return
        caption = self._caption(shown.frame)
        if self._awaited.frame == shown.frame and shown.exact:
            self._shown_awaited(shown, caption, self.reel.pixel_aspect)
        elif self.stage.put(shown, caption, self.reel.pixel_aspect):
            self._place_timer.start()

    def _shown_awaited(self, shown: Shown, caption: str, aspect: float) -> None:
        """The exact picture that something waited for: do it there, then go on to what is wanted."""
        self.stage.put_passing(shown, caption, aspect)
        if shown.image is None:
            self._awaited.lost(shown.frame)
        else:
            self._awaited.came(shown.frame)
        if self.stage.player.target != shown.frame or self._awaited.frame is not None:
            self._want(self.stage.player.target)
        self._place_timer.start()

    def _when_exact(self, frame: int, act: Act) -> None:
        """Do something on a frame: at once if its exact picture is on the screen, else when it is."""
        player = self.stage.player
        if self._awaited.frame is None and player.sharp and player.on_screen == frame:
            act(frame)
            return
        if player.playing:
            player.go(frame)
        self._awaited.add(frame, act)
        self._want(player.target)

    def _keep_place(self) -> None:
        frame = self.stage.player.on_screen
        if self.reel is None or frame < 0 or frame == self._kept_place:
            return
        self._kept_place = frame
        take_in.keep_place(self._store.films, self.film_id, frame)

    # -- what stands

    def _changed(self, keys: Sequence[str]) -> None:
        if not any(key.startswith(f"{stride.ROOM}/{self.film_id}/") for key in keys):
            return
        if any(key.startswith(drawing_key(self.film_id, 0).removesuffix("0")) for key in keys):
            self.sketch.refresh()
        told_anew = stride.filming_key(self.film_id) in keys and self.reel is not None
        if told_anew and self._true_times()[-1] != self.stage.player.times_s[-1]:
            frame = max(self.stage.player.on_screen, 0)
            self._load(frame)
            self._want(frame)
        self._restate()

    def _restate(self) -> None:
        """Measures, lanes and words anew from what stands."""
        if self.reel is None or self._marks is None:
            return
        recorded = self._marks.film()
        self._why_not = ""
        try:
            self.analysis = stride.measured(recorded, self.reel.times.facts, self._body())
        except Refused as refused:
            self.analysis, self._why_not = None, str(refused)
        self.stage.strip.put_lanes(lanes(recorded.marks, self.analysis))
        self._hold()
        self.stage.picture.say_caption(self._caption(self.stage.player.on_screen))
        self.body.ask(self.reel, self.analysis)
        self._panel_timer.start()

    @property
    def by_points(self) -> FilmAnalysis | None:
        """What the body points of the film give."""
        return self.body.result

    def _search_ended(self) -> None:
        self.body.ask(self.reel, self.analysis)
        self._put_panel()

    def _hold(self) -> None:
        """Where the hand returns: the loop, and the frames around each mark."""
        self.projector.hold(self.stage.strip.returns())

    def _put_panel(self) -> None:
        """What stands in words: a moment later, so that marking in a row never waits for it."""
        if self.reel is None or self._marks is None:
            return
        film_now = self._marks.film()
        damaged = sum(mark.frame in self.reel.damaged for mark in film_now.marks)
        on_damage = say("gait.marks_on_damage", n=damaged) if damaged else ""
        doubts = film_now.doubts if any(not mark.by_hand for mark in film_now.marks) else ()
        notices = [*self.reel.warnings, self._note, on_damage, self._why_not, *doubts]
        marks = film_now.marks
        said = [each for each in notices if each]
        self.panel.measures.put(self.analysis, self.reel.times.facts, said, wording.who_marked(marks))
        self.panel.measures.put_points(self.by_points)
        self.panel.measures.put_since(self._since())
        name = next((each.name for each in self.films if each.id == self.film_id), "")
        self.panel.form.put(film_now.told, wording.about_file(self.reel, name))
        self._put_bar()
        self.panel.offer(
            Offer(
                possible=film_now.told.get("view", stride.ANY_VIEW) in finding.VIEWS
                and len(self.reel.times) > 1,
                busy=self.search.busy,
                again=search.already(self._visit, self.film_id),
                marked=bool(marks),
            )
        )

    def _since(self) -> str:
        """What changed since the last visit with a film."""
        if self._before is None:
            self._before = stride_before(self._visit)
        day, before = self._before
        return since(before, self.analysis, words().date(day)) if day is not None else ""

    def _caption(self, frame: int) -> str:
        if self._marks is None:
            return ""
        damaged = self.reel is not None and frame in self.reel.damaged
        return wording.caption(self._marks.at(frame), self.stage.strip.lanes.bars, damaged=damaged)

    def _put_bar(self) -> None:
        now = self._visit.now()
        self.bar.put(wording.tabs(self.films, now), self.film_id)
        if self.reel is not None:
            told = stride.recorded(now, self.film_id).told
            self.bar.told.setText(in_words(told, self._capture_fps()))
        self.bar.panel.become(wording.drawer(self.analysis))

    def _capture_fps(self) -> float:
        if self.analysis is not None:
            return self.analysis.filming.capture_fps or self.analysis.clock.fps
        return self.reel.times.nominal_fps if self.reel else 0.0

    # -- what the hand wants

    def mark(self, side: Side, kind: Kind) -> None:
        """Mark an event at the frame in hand."""
        if self.reel is None or side not in SIDES or kind not in KINDS or self._why_not:
            return

        def act(frame: int) -> None:
            mark = self._marks.set(side, kind, frame, self._near(frame)) if self._marks else None
            if mark is not None:
                self.stage.strip.select(mark)

        self._when_exact(self.stage.player.in_hand, act)

    def _near(self, frame: int) -> range:
        """The frames so near to one that a mark found there can only mean the same contact."""
        times = self.stage.player.times_s
        first, last = np.searchsorted(
            times, [times[frame] - RIGHTS_WITHIN_S, times[frame] + RIGHTS_WITHIN_S], side="right"
        )
        return range(int(first), int(last))

    def _move(self, mark: Mark, frame: int) -> None:
        """The end of a drag."""
        self._when_exact(frame, lambda there: self._marks and self._marks.move(mark, there))

    def remove(self) -> None:
        """Take away the drawing or the mark that is chosen, or else the newest mark at the frame in hand."""
        if self._marks is None or self.sketch.remove():
            return
        here = self._marks.at(self.stage.player.in_hand)
        chosen = self.stage.strip.selected
        if here:
            numbers = {mark.number: mark for mark in here}
            self._marks.remove(numbers.get(chosen.number, here[-1]) if chosen else here[-1])

    def _press(self, name: str) -> None:
        player, marks = self.stage.player, self._marks
        if name == "play":
            player.toggle()
        elif name == "loop":
            self.stage.toggle_loop()
        elif name in ("back", "on"):
            player.step(1 if name == "on" else -1)
        elif marks is not None:
            later = name == "next_event"
            frame = marks.next_after(player.target) if later else marks.next_before(player.target)
            player.go(frame if frame is not None else player.last if later else 0)

    def _look_at_doubt(self, *, later: bool) -> None:
        """Go to the next frame (or the one before) that wants a look."""
        here, frames = self.stage.player.target, doubtful(self.stage.strip.lanes)
        way = [each for each in frames if (each > here if later else each < here)]
        if way:
            self.stage.player.go(way[0] if later else way[-1])
        else:
            self.line.tell(say("gait.no_doubt_later" if later else "gait.no_doubt_before"))

    def _use(self, tool: str) -> None:
        name = file_name(self._visit)
        does: dict[str, Callable[[], object]] = {
            "remove": self.remove,
            "undo": lambda: self._visit.undo(PART),
            "redo": lambda: self._visit.redo(PART),
            "key_frame": self._key_frame,
            "save_frame": lambda: save_picture(self, name, self.stage.picture.shown, self.sketch),
            "save_values": lambda: save_table(self, name, self.panel.measures.metrics()),
            "keys": self.stage.show_keys,
        }
        try:
            does[tool]()
        except Refused as refused:
            self.line.refuse(str(refused))

    def _key_frame(self) -> None:
        """Choose the frame in hand for paper, with a sentence; chosen before, it is given up."""
        frame = self.stage.player.on_screen
        for each in key_frames.of_film(self._visit, self.film_id):
            if each.frame == frame:
                key_frames.give_up(self._visit, each)
                self.line.tell(say("gait.key_frame_gone", frame=frame))
                return
        words_, given = QInputDialog.getText(self, say("gait.key_frame"), say("gait.key_frame_ask"))
        if given:
            shown = self.stage.picture.shown
            key_frames.choose(self._visit, self.film_id, shown, self.sketch, words_.strip())
            self.line.tell(say("gait.key_frame_kept", frame=frame))

    def _tell(self, field: str, value: Json, typing: bool) -> None:
        told = {**stride.recorded(self._visit.now(), self.film_id).told, field: value}
        kept: Json = {name: each for name, each in told.items() if each is not None} or None
        self._visit.record(stride.filming_key(self.film_id), kept, typing=typing)
        if field in SEARCHED_BY and search.already(self._visit, self.film_id):
            self._search_timer.start()

    def ask_filming(self, *, shown: bool, first: str = "") -> None:
        """The questions on how the clip was filmed (beginning with one of them), or back to the measures."""
        if not shown:
            self.panel.form.settle()
        self.panel.show_form(shown=shown)
        if shown and first:
            self.panel.form.go_to(first)
        self.desk.show_drawer(shown=shown)
        if not shown:
            self.stage.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- finding contacts

    def find_contacts(self) -> None:
        """Let the program look for the contacts of the film on the screen."""
        if self.reel is None or self.search.busy or not self.panel.look.isVisibleTo(self.panel):
            return
        told = stride.recorded(self._visit.now(), self.film_id).told
        if "view" not in told:
            self.search.line.refuse(say("gait.finding_needs_view"))
            self.ask_filming(shown=True, first="view")
            return
        self.search.start(self.film_id, self._filming())
        self._put_panel()

    def _find_anew(self) -> None:
        """What was told changes what is found: read anew from the body points, which are there."""
        if self.search.busy:
            self._search_timer.start()
        elif self._store.films.beside(self.film_id, finding.POINTS) is not None:
            self.find_contacts()

    def _record_found(self, film_id: str) -> None:
        """Once its frames are numbered for certain, a film has the marks that were found."""
        if film_id not in self.search.waiting:
            return
        if film_id != self.film_id:
            name = next((each.name for each in self.films if each.id == film_id), "")
            self.search.put_off(say("gait.found_elsewhere", name=name))
        elif self.reel is not None and self.reel.verified and self._marks is not None:
            self.search.record(self._marks, film_id)

    def event(self, event: QEvent) -> bool:
        """Qt: remember whether the key that comes is a held one that repeats."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._repeating = event.isAutoRepeat()
        return super().event(event)
