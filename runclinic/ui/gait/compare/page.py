"""Two films compared: beside, over or against one another, on one clock, with what really changed."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLabel, QStackedWidget, QVBoxLayout, QWidget

from runclinic.gait.aligned import Aligned, near_to
from runclinic.gait.contacts import SIDES as FEET
from runclinic.gait.contacts import Side as Foot
from runclinic.refused import Refused
from runclinic.ui.gait.compare import films as compared_films
from runclinic.ui.gait.compare.bar import SHOWN, At, Bar
from runclinic.ui.gait.compare.curves import Curves
from runclinic.ui.gait.compare.films import Comparable, Taken
from runclinic.ui.gait.compare.half import Half
from runclinic.ui.gait.compare.keep import keep_pair
from runclinic.ui.gait.compare.side import WIDTH, Side
from runclinic.ui.gait.compare.steps import MOVES, Steps
from runclinic.ui.gait.compare.timeline import Timeline, spans
from runclinic.ui.gait.compare.together import Together
from runclinic.ui.gait.stage import KEYS_LOOK
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.video import budget
from runclinic.visit import stride

JUMP = 10
TICK_MS, LATE_MS = 8, 250
NARROW_BELOW, NARROW = 1130, 340
SHARES = 3  # of the memory for pictures: one each, one for the film that waits behind
PULL = 0.05
DRAWER_BELOW = 860
CURVES_FROM, LANES_FROM = 560, 420  # lower there is no room for them


class ComparePage(QWidget):
    """`begin` opens two films; `left` when she goes back."""

    left = Signal()

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self.halves: tuple[Half, ...] = ()
        self.films: tuple[Comparable, ...] = ()
        self.aligned: Aligned | None = None
        self.at_s = 0.0
        self.moves = "both"  # or the letter of the one film that a step moves
        self.at: At = "frame"
        self.number = 1  # what is 0 s: the contact of a foot by its number, or two frames
        self._was_s, self._speed = 0.0, 0.25
        self._watch, self._asked = QElapsedTimer(), QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.bar, self.side, self.steps = Bar(), Side(), Steps()
        self.timeline, self.curves = Timeline(), Curves()
        self._place = QStackedWidget()
        self.how = "beside"
        self._beside = QWidget()
        self._row = QHBoxLayout(self._beside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._place.addWidget(self._beside)
        self._over: Together | None = None
        self._keys = QLabel(say("gait.compare_keys"), self)
        self._keys.setStyleSheet(KEYS_LOOK)
        self._keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._keys.hide()
        self._lay()
        self._connect()

    def _lay(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._place, 1)
        self._lower = QWidget()
        lower = QVBoxLayout(self._lower)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.addWidget(self.curves)
        for widget in (self.steps, self.timeline, self._lower):
            column.addWidget(widget)
        self._columns = QHBoxLayout(self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(0)
        self._columns.addWidget(left, 1)
        self._columns.addWidget(self.side)

    def _connect(self) -> None:
        self._visit.changed.connect(self._changed)
        self.bar.left.connect(self.leave)
        self.bar.panel_wanted.connect(lambda: self._pull(shown=self.side.isHidden()))
        self.bar.chosen.connect(self._choose)
        self.bar.swapped.connect(self._swap)
        self.bar.showing.connect(self._show_as)
        self.bar.aligned.connect(self.align)
        self.side.keep_wanted.connect(self.keep)
        self.steps.pressed.connect(self._press)
        self.steps.speed_chosen.connect(self._set_speed)
        self.steps.moves_chosen.connect(self.step_only)
        self.timeline.went.connect(self.go)
        self.timeline.looked_at.connect(self.curves.put_window)
        self.curves.went.connect(self.go)
        does: dict[str, Callable[[], object]] = {
            "Left": lambda: self.step(-1),
            "Right": lambda: self.step(1),
            "Shift+Left": lambda: self.step(-JUMP),
            "Shift+Right": lambda: self.step(JUMP),
            "Space": self.toggle,
            "[": lambda: self.to_contact(-1),
            "]": lambda: self.to_contact(1),
            "B": self._toggle_points,
            "T": lambda: self.step_only(MOVES[(MOVES.index(self.moves) + 1) % len(MOVES)]),
            "1": lambda: self._align_here("left"),
            "3": lambda: self._align_here("right"),
            "0": lambda: self.align("frame"),
            "S": self._swap,
            "V": lambda: self._show_as(SHOWN[(SHOWN.index(self.how) + 1) % len(SHOWN)]),
            "Ctrl+Left": lambda: self._share(-PULL),
            "Ctrl+Right": lambda: self._share(PULL),
            "M": self.keep,
            "Shift+F1": self.show_keys,
            "Esc": self.esc,
        }
        for keys, action in does.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    # -- films

    def begin(self, now: str) -> None:
        """Compare the film on the screen with an earlier one. ValueError with fewer than two films."""
        self.films = compared_films.films_of(self._visit)
        first, second = compared_films.usual(self.films, now)
        store, client = self._visit.store, self._visit.client
        share = budget.total_bytes() // SHARES
        self.halves = tuple(Half(letter, store, client, share) for letter in "AB")
        for half in self.halves:
            half.ready.connect(self._perhaps_align)
            half.arrived.connect(self._arrived)
            half.picture.clicked.connect(lambda letter=half.letter: self._take(letter))
            self._row.addWidget(half.picture)
        self._over = Together(*self.halves)
        self._place.addWidget(self._over)
        self.side.tell("")
        self.step_only("both")
        self._show_as("beside")
        self._open(first, second)
        self.halves[1].picture.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def comparing(self) -> bool:
        """Whether two films are on the screen."""
        return bool(self.halves)

    def _open(self, first: Comparable, second: Comparable) -> None:
        self._pause()
        self.aligned = None
        self.bar.put(self.films, (first, second))
        self.side.wait()
        self.steps.allow(steps=False)
        self.steps.put(0.0, "", "")
        self.timeline.put((), ())
        self.curves.hide()
        for half, film in zip(self.halves, (first, second), strict=True):
            half.open(film)

    def _choose(self, place: int, film: Comparable) -> None:
        shown = [half.film for half in self.halves]
        shown[place] = film
        first, second = shown
        if first is not None and second is not None:
            self._open(first, second)

    def _swap(self) -> None:
        if self.halves:
            self._choose_both(self.halves[1].film, self.halves[0].film)

    def _choose_both(self, first: Comparable | None, second: Comparable | None) -> None:
        if first is not None and second is not None:
            self._open(first, second)

    def _changed(self, keys: Sequence[str]) -> None:
        """Undo took a mark, or something told, of a film that is on the screen: both are measured anew."""
        shown = [half.film for half in self.halves if half.film is not None]
        marks = [key for key in keys if "/keyframe/" not in key]
        if not any(key.startswith(f"{stride.ROOM}/{film.id}/") for key in marks for film in shown):
            return
        self.films = compared_films.films_of(self._visit)
        known = {film.id: film for film in self.films}
        self._choose_both(*(known.get(film.id) for film in shown))

    def esc(self) -> None:
        """The keys away, or back to the film."""
        if self._keys.isHidden():
            self.leave()
        else:
            self._keys.hide()

    def show_keys(self) -> None:
        """The keys over the pictures, or away."""
        self._keys.adjustSize()
        self._keys.move(12, self._place.y() + 12)
        self._keys.raise_()
        self._keys.setVisible(self._keys.isHidden())

    def leave(self) -> None:
        """Back to the film."""
        self._let_go(wait=False)
        self.left.emit()

    def shut(self) -> None:
        """The visit is left: both films are let go of."""
        self._let_go(wait=True)

    def _let_go(self, *, wait: bool) -> None:
        self._pause()
        self._keys.hide()
        self.aligned = None
        halves, self.halves = self.halves, ()
        for half in halves:
            half.close(wait=wait)
            self._row.removeWidget(half.picture)
            half.picture.deleteLater()
            half.deleteLater()
        if self._over is not None:
            self._place.removeWidget(self._over)
            self._over.deleteLater()
            self._over = None

    # -- on one clock

    def _perhaps_align(self) -> None:
        """Both are there: put upon one another at a contact in the middle, or at their first frames."""
        taken = self._taken()
        if taken is None:
            return
        self.aligned = Aligned((taken[0].times_s, taken[1].times_s), (0.0, 0.0))
        self.side.put(*taken)
        self.steps.allow(steps=True)
        foot: Foot | None = next((foot for foot in FEET if self._both_have(foot)), None)
        for half in self.halves:
            half.target = 0
        self.align(foot or "frame", (self._both_have(foot) + 1) // 2 if foot else 1)

    def _taken(self) -> tuple[Taken, Taken] | None:
        """Both films as they measure; None until both are known."""
        found = [half.taken for half in self.halves if half.is_ready]
        first, second = found if len(found) == 2 else (None, None)
        return None if first is None or second is None else (first, second)

    def _both_have(self, foot: Foot) -> int:
        """How many contacts of a foot both films have."""
        return min((len(half.landings(foot)) for half in self.halves), default=0)

    def align(self, at: At, number: int = 1) -> None:
        """At the contact of a foot ("left", "right") by its number, or at the frames on the screen ("frame").

        A film with too few contacts of that foot stays at its last one, one without any at its frame.
        """
        if self.aligned is None:
            return
        frames = [half.target for half in self.halves]
        most = 0
        if at != "frame":
            known = [half.landings(at) for half in self.halves]
            frames = [
                each[min(number, len(each)) - 1] if each else k for each, k in zip(known, frames, strict=True)
            ]
            most = self._both_have(at)
        self.at, self.number = at, number
        self.bar.show_aligned(at, number, most)
        self.aligned = self.aligned.put_upon((frames[0], frames[1]))
        self._put_lines()
        self.go(0.0)

    def _align_here(self, foot: Foot) -> None:
        """At the contact of a foot that is nearest to what B shows."""
        if self.aligned is None:
            return
        known, most = self.halves[1].landings(foot), self._both_have(foot)
        nearest = near_to(known, self.halves[1].target)
        self.align(foot, 1 if nearest is None else min(known.index(nearest) + 1, max(most, 1)))

    def _put_lines(self) -> None:
        aligned, taken = self.aligned, self._taken()
        if aligned is None or taken is None:
            return
        first, second = taken
        self.timeline.put(
            spans(first.analysis, aligned.origins_s[0]), spans(second.analysis, aligned.origins_s[1])
        )
        self.curves.put(first.lines, second.lines, aligned)
        self.curves.put_window(self.timeline.from_s, self.timeline.long_s)

    def go(self, at_s: float) -> None:
        """Both at this moment."""
        if self.aligned is None:
            return
        first, last = self.aligned.span_s
        self.at_s = min(max(at_s, first), last)
        for film, half in enumerate(self.halves):
            half.want(self.aligned.frame(film, self.at_s))
        self._asked.start()
        self._say_where()

    def _say_where(self) -> None:
        if self.aligned is None:
            return
        frames = say(
            "gait.compare_frames", first=str(self.halves[0].target), second=str(self.halves[1].target)
        )
        contact = say(f"gait.compare_from_{self.at}", n=str(self.number)) if self.at != "frame" else ""
        self.steps.put(self.at_s, contact or say("gait.compare_from_frame"), frames)
        self.timeline.put_cursor(self.at_s)
        self.curves.put_cursor(self.at_s)

    def step(self, frames: int) -> None:
        """So many frames of the finer film; or of the one film alone, which aligns both anew."""
        if self.aligned is None:
            return
        self._pause()
        if self.moves == "both":
            self.go(self.aligned.stepped(self.at_s, frames))
        else:
            self._move_one("AB".index(self.moves), frames)

    def _move_one(self, film: int, frames: int) -> None:
        half = self.halves[film]
        half.want(half.target + frames)
        self.align("frame")

    def to_contact(self, way: int) -> None:
        """To the next (or the former) contact of B (A where B has none), or of the film that moves alone."""
        if self.aligned is None:
            return
        order = (1, 0) if self.moves == "both" else ("AB".index(self.moves),)
        film = next((each for each in order if self.halves[each].contacts()), order[0])
        half = self.halves[film]
        further = [k for k in half.contacts() if (k > half.target if way > 0 else k < half.target)]
        if not further:
            return
        self._pause()
        frame = further[0] if way > 0 else further[-1]
        if self.moves == "both":
            self.go(self.aligned.at(film, frame))
        else:
            self._move_one(film, frame - half.target)

    def step_only(self, which: str) -> None:
        """Steps move "both", or the film of that letter until they are moved together again."""
        self.moves = which
        self.steps.show_moves(which)

    def _take(self, letter: str) -> None:
        """A film was clicked: it is the one that steps, where one steps alone."""
        if self.moves != "both":
            self.step_only(letter)

    # -- playing

    @property
    def playing(self) -> bool:
        """Whether they run."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play both at true time by the speed chosen, or stand still."""
        if self.playing or self.aligned is None:
            self._pause()
            return
        if self.at_s >= self.aligned.span_s[1]:
            self.go(self.aligned.span_s[0])
        self._was_s = self.at_s
        self._watch.start()
        self._asked.start()
        self._timer.start()
        self.steps.show_playing(playing=True)

    def _set_speed(self, speed: float) -> None:
        self._speed, self._was_s = speed, self.at_s
        self._watch.start()

    def _pause(self) -> None:
        self._timer.stop()
        self.steps.show_playing(playing=False)

    def _tick(self) -> None:
        """The moment that is due; a picture that is on its way is waited for, a quarter of a second."""
        if self.aligned is None:
            return
        if not all(half.settled or half.why_not for half in self.halves) and self._asked.elapsed() < LATE_MS:
            return
        self.go(self._was_s + self._speed * self._watch.nsecsElapsed() / 1e9)
        if self.at_s >= self.aligned.span_s[1]:
            self._pause()

    # -- how they are shown

    def _show_as(self, how: str) -> None:
        """Beside one another, the second over the first, or split by a line."""
        if self._over is None:
            return
        self.how = how
        self.bar.how.show_value(how)
        self._place.setCurrentWidget(self._beside if how == "beside" else self._over)
        if how != "beside":
            self._over.become(split=how == "split")
        front = self.halves[1].picture if how == "beside" else self._over
        front.setFocus(Qt.FocusReason.OtherFocusReason)

    def _share(self, more: float) -> None:
        """The line of the split, or how much of B is seen."""
        if self._over is not None and self.how != "beside":
            self._over.pull(self._over.share + more)

    def _toggle_points(self) -> None:
        for half in self.halves:
            half.skeleton.toggle()
            half.picture.offer_skeleton(half.skeleton)

    def _arrived(self) -> None:
        self.side.keep.setEnabled(self.aligned is not None and all(half.settled for half in self.halves))

    def keep(self) -> None:
        """Both pictures beside one another, with a sentence, to the frames that go to paper."""
        if not self.side.keep.isEnabled():
            return
        self._pause()
        words, given = QInputDialog.getText(self, say("gait.compare_keep"), say("gait.key_frame_ask"))
        if not given:
            return
        try:
            keep_pair(self._visit, self.halves, words.strip())
            self.side.tell(say("gait.compare_kept"))
        except Refused as refused:
            self.side.tell(str(refused))

    def _press(self, name: str) -> None:
        {
            "previous_event": lambda: self.to_contact(-1),
            "back": lambda: self.step(-1),
            "play": self.toggle,
            "on": lambda: self.step(1),
            "next_event": lambda: self.to_contact(1),
        }[name]()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the table gives way where it is narrow, and is a drawer where there is no room beside."""
        super().resizeEvent(event)
        self.side.setFixedWidth(NARROW if self.width() < NARROW_BELOW else WIDTH)
        drawer = self.width() < DRAWER_BELOW
        self.bar.panel.setVisible(drawer)
        self._lower.setVisible(self.height() >= CURVES_FROM)
        self.timeline.setVisible(self.height() >= LANES_FROM)
        if drawer:
            self._columns.removeWidget(self.side)
        else:
            self._columns.addWidget(self.side)
        self._pull(shown=not drawer)

    def _pull(self, *, shown: bool) -> None:
        """The drawer out, or away."""
        self.side.setVisible(shown)
        if shown and self.width() < DRAWER_BELOW:
            top = self.bar.height()
            self.side.setGeometry(self.width() - NARROW, top, NARROW, self.height() - top)
            self.side.raise_()
