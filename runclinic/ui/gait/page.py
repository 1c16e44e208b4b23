"""The gait page: the films of a visit, the picture, the strip under it, and the measures beside it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from runclinic.gait import filming as film
from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import KINDS, SIDES, Kind, Side
from runclinic.gait.filming import FloatArray
from runclinic.measured import shown as written
from runclinic.records import Store
from runclinic.records.films import Film
from runclinic.refused import Refused
from runclinic.ui.gait import take_in
from runclinic.ui.gait.arrival import ArrivalLine, EmptyPage, ask_for_files, dropped_files
from runclinic.ui.gait.awaited import Act, Awaited
from runclinic.ui.gait.clip_bar import ClipBar, Tab
from runclinic.ui.gait.filming import in_words
from runclinic.ui.gait.lanes import lanes
from runclinic.ui.gait.marks import Marks, said_of_moving
from runclinic.ui.gait.panel import PART, Panel
from runclinic.ui.gait.projector import Projector, Reel, Shown
from runclinic.ui.gait.stage import Stage
from runclinic.ui.gait.transport import MARKS
from runclinic.ui.job import Job
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import stride
from runclinic.visit.entry import Json
from runclinic.visit.stride import Body, Mark

PANEL, PANEL_NARROW = 412, 320
NARROW_BELOW, DRAWER_BELOW = 1130, 860
PLACE_AFTER_MS = 1500
PANEL_AFTER_MS = 40
OPENING_AFTER_MS, LOOKING_AFTER_MS = 200, 40


class GaitPage(QWidget):
    """Every film of a visit. What is marked or told is an entry before the next event is handled."""

    own_title = True
    whole_width = True
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
        self._job: Job | None = None
        self._waiting: list[Path] = []
        self.projector = Projector(store.films)
        self.empty = EmptyPage()
        self.line = ArrivalLine()
        self.bar = ClipBar()
        self.stage = Stage()
        self.panel = Panel(visit.day)
        self._place_timer = self._timer(PLACE_AFTER_MS, self._keep_place)
        self._panel_timer = self._timer(PANEL_AFTER_MS, self._put_panel)
        self._patience = self._timer(OPENING_AFTER_MS, self._say_waiting)
        self.setAcceptDrops(True)
        self._lay()
        self._connect()
        self._bind_keys()

    def _timer(self, after_ms: int, does: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(does)
        return timer

    # -- laying out

    def _lay(self) -> None:
        self._line_place = QVBoxLayout()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(self._line_place)
        column.addWidget(self.stage, 1)
        self._with_film = QWidget()
        self._columns = QHBoxLayout(self._with_film)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(left, 1)
        self._columns.addWidget(self.panel)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._with_film)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._stack)
        self.empty.hold(self.line)

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
        self.bar.add_wanted.connect(self.choose_films)
        self.bar.filming_wanted.connect(lambda: self.ask_filming(shown=not self.panel.asking))
        self.bar.panel_wanted.connect(self._pull_drawer)
        self.empty.choose_wanted.connect(self.choose_films)
        self.line.cancelled.connect(lambda: self._job and self._job.cancel())
        self.panel.form.told.connect(self._tell)
        self.panel.form_done.connect(lambda: self.ask_filming(shown=False))
        self.panel.next_wanted.connect(self.part_finished)
        self.panel.measures.went.connect(player.go)
        self.panel.measures.rate_chosen.connect(lambda fps: self._tell("capture_fps", fps, typing=False))
        self._visit.changed.connect(self._changed)

    def _bind_keys(self) -> None:
        player, jump = self.stage.player, self.stage.transport.jump
        does = self.stage.keys() | {
            "Left": lambda: player.step(-1, repeating=self._repeating),
            "Right": lambda: player.step(1, repeating=self._repeating),
            "Shift+Left": lambda: player.step(-jump.value(), repeating=self._repeating),
            "Shift+Right": lambda: player.step(jump.value(), repeating=self._repeating),
            "[": lambda: self._press("previous_event"),
            "]": lambda: self._press("next_event"),
            "Delete": self.remove,
            "F": lambda: self.ask_filming(shown=True),
        }
        does |= {key: lambda side=side, kind=kind: self.mark(side, kind) for key, side, kind in MARKS}
        for keys, action in does.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._if_there_is_a_film(action))

    def _if_there_is_a_film(self, action: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            if self.reel is not None:
                action()

        return act

    # -- what a part of a visit offers

    def refresh(self) -> None:
        """The films of the visit as they stand."""
        self.films = self._store.films.of(self._visit.visit.id)
        self._stack.setCurrentWidget(self._with_film if self.films else self.empty)
        self._put_line()
        if self.films and self.film_id not in {each.id for each in self.films}:
            self.open_film(self._last_seen())
        self._put_bar()

    def start(self) -> None:
        """What is next: choosing a film, or the picture."""
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

    def shut(self) -> None:
        """The visit is left: the place is kept, the thread ends. A film on its way goes on arriving."""
        self.settle()
        self.stage.player.pause()
        self._waiting.clear()
        if self._job is not None:
            self._job.disconnect(self)
        self._keep_place()
        self.projector.close()

    # -- films

    def _last_seen(self) -> str:
        """The film she looked at last; one that was never looked at counts as just taken in."""
        seen = {each.id: take_in.place(self._store.films, each.id).at for each in self.films}
        return max(reversed(self.films), key=lambda each: seen[each.id] or each.at).id

    def open_film(self, film_id: str) -> None:
        """Bring a film to the screen, where it was left."""
        self._keep_place()
        self.reel, self.analysis, self.film_id = None, None, film_id
        self._marks = Marks(self._visit, film_id)
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
        self.reel = reel
        self._load(min(self._start_at, len(reel.times) - 1))
        self._restate()

    def _verified(self, reel: Reel, moved: Mapping[int, int | None]) -> None:
        """Every frame was decoded once: damage is known, and marks go where their frames went."""
        if reel.film_id != self.film_id or self._marks is None:
            return
        player, before, self.reel = self.stage.player, self.reel, reel
        self.stage.strip.put_damaged(reel.damaged)
        went = self._marks.renumber(moved)
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

    def _body(self) -> Body:
        answers, client = self._visit.answers(), self._visit.client
        height_cm, mass_kg = answers.get("history/H38_height_cm"), answers.get("history/H38_mass_kg")
        height_m = height_cm / 100 if isinstance(height_cm, int | float) else None
        mass = float(mass_kg) if isinstance(mass_kg, int | float) else None
        return Body(client.height_m or height_m, client.mass_kg or mass)

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
        self._panel_timer.start()

    def _hold(self) -> None:
        """Where the hand returns: the loop, and the frames around each mark."""
        self.projector.hold(self.stage.strip.returns())

    def _put_panel(self) -> None:
        """What stands in words: a moment later, so that marking in a row never waits for it."""
        if self.reel is None or self._marks is None:
            return
        damaged = sum(mark.frame in self.reel.damaged for mark in self._marks.film().marks)
        on_damage = say("gait.marks_on_damage", n=damaged) if damaged else ""
        notices = [*self.reel.warnings, self._note, on_damage, self._why_not]
        self.panel.measures.put(self.analysis, self.reel.times.facts, [each for each in notices if each])
        self.panel.form.put(self._marks.film().told, self._about_file())
        self._put_bar()

    def _about_file(self) -> str:
        if self.reel is None:
            return ""
        name = next((each.name for each in self.films if each.id == self.film_id), "")
        wide, high = self.reel.size
        fps = f"{self.reel.times.nominal_fps:.4g}"
        return say(
            "gait.file_words", name=name, wide=wide, high=high, count=str(len(self.reel.times)), fps=fps
        )

    def _caption(self, frame: int) -> str:
        """What is marked at the frame on the screen, and which contact of how many it is."""
        if self._marks is None:
            return ""
        words: list[str] = []
        if self.reel is not None and frame in self.reel.damaged:
            words.append(say("gait.damaged"))
        bars = self.stage.strip.lanes.bars
        for mark in self._marks.at(frame):
            what = say(f"gait.mark_{mark.side}_{mark.kind}")
            own = [bar for bar in bars if bar.side == mark.side]
            at = next(
                (n for n, bar in enumerate(own, 1) if mark.number in (bar.start.number, bar.end.number)), 0
            )
            words.append(say("gait.caption_of", what=what, n=at, all=len(own)) if at else what)
        return "\n".join(words)

    def _put_bar(self) -> None:
        now = self._visit.now()
        told = {each.id: stride.recorded(now, each.id).told for each in self.films}
        tabs = []
        for number, each in enumerate(self.films, start=1):
            view = told[each.id].get("view")
            words = say(f"gait.view_{view}") if view in film.VIEWS else say("gait.clip", n=number)
            tabs.append(Tab(each.id, words, each.name))
        self.bar.put(tabs, self.film_id)
        if self.reel is not None:
            self.bar.told.setText(in_words(told.get(self.film_id, {}), self._capture_fps()))
        cadence = self.analysis.timing.get("cadence") if self.analysis else None
        words = say("gait.panel_measures")
        if cadence is not None:
            value, error = written(cadence.both.value, 0), written(cadence.both.plus_minus, 1)
            words = say("gait.steps_a_minute", value=value, error=error)
        self.bar.panel.become(words)

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
            mark = self._marks.set(side, kind, frame) if self._marks else None
            if mark is not None:
                self.stage.strip.select(mark)

        self._when_exact(self.stage.player.in_hand, act)

    def _move(self, mark: Mark, frame: int) -> None:
        """The end of a drag."""
        self._when_exact(frame, lambda there: self._marks and self._marks.move(mark, there))

    def remove(self) -> None:
        """Take away the mark that is chosen on the strip, or else the newest at the frame in hand."""
        if self._marks is None:
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

    def _use(self, tool: str) -> None:
        does: dict[str, Callable[[], object]] = {
            "remove": self.remove,
            "undo": lambda: self._visit.undo(PART),
            "redo": lambda: self._visit.redo(PART),
            "keys": self.stage.show_keys,
        }
        does[tool]()

    def _tell(self, field: str, value: Json, typing: bool) -> None:
        told = {**stride.recorded(self._visit.now(), self.film_id).told, field: value}
        kept: Json = {name: each for name, each in told.items() if each is not None} or None
        self._visit.record(stride.filming_key(self.film_id), kept, typing=typing)

    def ask_filming(self, *, shown: bool) -> None:
        """The questions on how the clip was filmed, or back to the measures."""
        if not shown:
            self.panel.form.settle()
        self.panel.show_form(shown=shown)
        if self.bar.panel.isVisible() and self.panel.isHidden() == shown:
            self._pull_drawer()
        if not shown:
            self.stage.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- taking films in

    def choose_films(self) -> None:
        """Ask for files."""
        self.take_in(ask_for_files(self))

    def take_in(self, paths: Sequence[Path]) -> None:
        """Take films in, one after the other."""
        self._waiting.extend(paths)
        if self._job is None:
            self._take_next()

    def _take_next(self) -> None:
        if not self._waiting:
            return
        path = self._waiting.pop(0)
        client, visit = self._visit.client.id, self._visit.visit.id
        job = Job(
            say("gait.taking_in", name=path.name), lambda: take_in.taking_in(self._store, client, visit, path)
        )
        job.progress.connect(self.line.progress)
        job.done.connect(self._taken)
        job.failed.connect(lambda error: self._not_taken(path, error))
        job.cancelled.connect(self._given_up)
        self._job = job
        self.line.follow(path.name)
        job.start()

    def _taken(self, film_id: object) -> None:
        self._job = None
        self.line.hide()
        self.films = self._store.films.of(self._visit.visit.id)
        self.open_film(str(film_id))
        self.refresh()
        self.ask_filming(shown="view" not in stride.recorded(self._visit.now(), self.film_id).told)
        self._take_next()

    def _not_taken(self, path: Path, error: Exception) -> None:
        self._job = None
        if not isinstance(error, Refused):
            self.line.hide()
            raise error
        self.line.refuse(f"{path.name}: {error}")
        self._take_next()

    def _given_up(self) -> None:
        self._job = None
        self._waiting.clear()
        self.line.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: files may be dropped anywhere on the page."""
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: files were dropped."""
        event.acceptProposedAction()
        self.take_in(dropped_files(event.mimeData()))

    # -- keys and width

    def event(self, event: QEvent) -> bool:
        """Qt: remember whether the key that comes is a held one that repeats."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._repeating = event.isAutoRepeat()
        return super().event(event)

    def _put_line(self) -> None:
        if self.films:
            self._line_place.addWidget(self.line)
        else:
            self.empty.hold(self.line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the panel gives way, and becomes a drawer where there is no room."""
        super().resizeEvent(event)
        drawer = self.width() < DRAWER_BELOW
        self.panel.setFixedWidth(PANEL_NARROW if self.width() < NARROW_BELOW else PANEL)
        self.bar.told.setVisible(self.width() >= NARROW_BELOW)
        self.bar.panel.setVisible(drawer)
        if drawer:
            self._columns.removeWidget(self.panel)
            self.panel.setVisible(self.panel.asking)
            self._place_drawer()
        else:
            self._columns.addWidget(self.panel)
            self.panel.show()

    def _place_drawer(self) -> None:
        top = self.bar.height()
        self.panel.setGeometry(
            self.width() - self.panel.width(), top, self.panel.width(), self.height() - top
        )
        self.panel.raise_()

    def _pull_drawer(self) -> None:
        self.panel.setVisible(self.panel.isHidden())
        self._place_drawer()
