"""What goes to other programs and comes from them, by one menu: pictures, tables, films, points, Kinovea."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QMenu

from runclinic.documents.of_case import put
from runclinic.exports import kva
from runclinic.exports.kva import Picture, Taken, Work
from runclinic.refused import Refused
from runclinic.ui.gait import exchange_work as work
from runclinic.ui.gait import key_frames
from runclinic.ui.gait.exchange_work import Arrived, Hand, Marked, refuse_lying
from runclinic.ui.gait.exporting import asked_file
from runclinic.ui.gait.film_page import RIGHTS_WITHIN_S, FilmPage
from runclinic.ui.gait.finding import POINTS
from runclinic.ui.gait.in_turns import InTurns
from runclinic.ui.gait.marks import Marks
from runclinic.ui.gait.projector import Reel
from runclinic.ui.gait.work_line import WorkLine
from runclinic.ui.job import Job
from runclinic.ui.job import Work as LongWork
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import drawings, stride
from runclinic.visit.entry import Json
from runclinic.visit.key_frames import MOST_LETTERS, KeyFrame

KEYS = "Ctrl+Shift+E"
FILES = "*.kva *.xml"
READING = 0.8  # of the line; writing down what was read is the rest


class Exchange(InTurns):
    """The menu of one gait page, and its long work, one piece at a time on a line of its own."""

    def __init__(
        self,
        page: FilmPage,
        visit: OpenVisit,
        name: Callable[[], str],
        marks_given: Callable[[Iterable[str]], None],
    ) -> None:
        """`name` of a file that is written; `marks_given(keys)` when marks were given these numbers."""
        super().__init__(self._write_one, page)
        self._page, self._visit = page, visit
        self._name, self._marks_given = name, marks_given
        self._films = visit.store.films
        self.line = WorkLine("export-variant", say("gait.exchange_bar"))
        self.line.cancelled.connect(self.cancel)
        page.stage.exchange.clicked.connect(self.ask)
        shortcut = QShortcut(QKeySequence(KEYS), page.desk)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.ask)

    def menu(self) -> QMenu:
        """What can be done with the film on the screen."""
        made = QMenu(self._page)
        for name, keys, does in (
            ("picture", "Ctrl+G", lambda: self._page.stage.tool.emit("save_frame")),
            ("table", "Ctrl+E", lambda: self._page.stage.tool.emit("save_values")),
            ("film", "", self.save_film),
            ("points", "", self.save_points),
            ("to_kinovea", "", self.save_kva),
            ("", "", None),
            ("from_kinovea", "", self.take_kva),
        ):
            if does is None:
                made.addSeparator()
                continue
            words = say(f"gait.exchange_{name}")
            action = made.addAction(f"{words}\t{keys}" if keys else words)
            action.triggered.connect(self._told(does))
        return made

    def ask(self) -> None:
        """Show the menu beside its button."""
        if self._page.reel is None:
            return
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        button = self._page.stage.exchange
        menu.popup(button.mapToGlobal(QPoint(button.width() + 4, 0)))

    # -- out

    def save_film(self) -> None:
        """The film with all that is drawn, from the in to the out point where they are set."""
        reel, page = self._ready(), self._page
        out = asked_file(page, self._name(), ".mp4")
        if out is None:
            return
        loop, count = page.stage.player.loop, len(reel.times)
        frames = range(count) if loop is None else range(loop.first, loop.last + 1)
        drawing = work.over_the_film(page.analysis, page.by_points, self._hand(reel))
        drawing = replace(drawing, times_s=page.stage.player.times_s)
        film_id = reel.film_id
        self._start(
            "film", lambda: work.film_with(self._films, film_id, out, drawing, frames), self._left_as_file
        )

    def save_points(self) -> None:
        """The body points as TRC: in metres where a known length is drawn, else in pixels."""
        reel, page = self._ready(), self._page
        if self._films.beside(reel.film_id, POINTS) is None:
            raise Refused(*work.NO_POINTS)
        out = asked_file(page, self._name(), ".trc")
        if out is None:
            return
        told = stride.recorded(self._visit.now(), reel.film_id).told
        filming, scale = stride.filming(told), work.metres_a_pixel(page.sketch.scale(), reel.pixel_aspect)
        self._start(
            "points",
            lambda: work.points_to(self._films, reel.film_id, out, reel.times.facts, filming, scale),
            self._left_as_file,
        )

    def save_kva(self) -> None:
        """Drawings, marks and key frames for Kinovea."""
        reel = self._ready()
        standing = stride.recorded(self._visit.now(), reel.film_id)
        told = standing.told.get("capture_fps")
        made = Work(
            self._hand(reel).drawings,
            standing.marks,
            tuple((each.frame, each.words) for each in key_frames.of_film(self._visit, reel.film_id)),
            float(told) if isinstance(told, int | float) else None,
        )
        if not made.frames():
            raise Refused("Nothing is drawn or marked on this film yet.", "Draw or mark something first.")
        refuse_lying(turned=reel.rotation, mirrored=reel.mirrored)
        out = asked_file(self._page, self._name(), kva.ENDING)
        if out is not None:
            picture = Picture(reel.size, reel.times.times_s, reel.pixel_aspect, mirrored=reel.mirrored)
            self._left_as_file(put(kva.write(made, picture), out))

    def _left_as_file(self, out: object) -> None:
        """It stands outside the records now: that is kept in the trail, and said."""
        self._visit.store.access.exported("media", self._page.film_id, self._visit.client.id)
        self.line.tell(say("gait.exchange_saved", name=Path(str(out)).name))

    # -- in

    def take_kva(self) -> None:
        """Take in what was drawn on this film in Kinovea."""
        reel = self._ready()
        files = say("gait.exchange_files") + f" ({FILES})"
        chosen, _ = QFileDialog.getOpenFileName(self._page, say("gait.exchange_from_kinovea"), "", files)
        if chosen:
            self._read(reel, Path(chosen))

    def _read(self, reel: Reel, path: Path) -> None:
        standing, times = self._hand(reel).drawings, reel.times.times_s
        self._start(
            "reading", lambda: work.reading(self._films, reel.film_id, path, times, standing), self._arrived
        )

    def _arrived(self, arrived: Arrived) -> None:
        """Write it down, a piece at a turn; one step of undo."""
        reel = self._page.reel
        if reel is None or reel.film_id != arrived.film_id:
            self.line.tell(say("gait.exchange_other_film"))
            return
        self.line.follow(say("gait.exchange_writing"), can_cancel=False)
        self._write(self._written(reel, arrived))

    def _written(self, reel: Reel, arrived: Arrived) -> Generator[float, None, None]:
        film_id, taken = reel.film_id, arrived.taken
        drawn = work.news(taken.work.drawings, self._hand(reel).drawings)
        changes = self._page.sketch.numbered(drawn)
        marked = self._changed_marks(reel, taken, changes)
        chosen = self._new_key_frames(film_id, arrived)
        for each in chosen:
            self._films.keep_beside(film_id, each.picture, arrived.pictures[each.frame])
            changes[each.key] = each.value
            yield READING
        told = dict(stride.recorded(self._visit.now(), film_id).told)
        if taken.work.capture_fps is not None and "capture_fps" not in told:
            changes[stride.filming_key(film_id)] = told | {"capture_fps": taken.work.capture_fps}
        for share in self._visit.recording(changes, "imported"):
            yield READING + (1 - READING) * share
        self.line.tell(said_of(taken, len(drawn), marked, len(chosen)))

    def _changed_marks(self, reel: Reel, taken: Taken, changes: dict[str, Json]) -> Marked:
        marks = Marks(self._visit, reel.film_id)
        found = work.marked(taken.work.marks, marks.film().marks, reel.times.times_s, RIGHTS_WITHIN_S)
        number = marks.last_number
        for before, mark in found.instead:
            changes[stride.mark_key(reel.film_id, before.number)] = replace(mark, number=before.number).value
        for mark in found.new:
            number += 1
            changes[stride.mark_key(reel.film_id, number)] = replace(mark, number=number).value
        self._marks_given(changes)
        return found

    def _new_key_frames(self, film_id: str, arrived: Arrived) -> list[KeyFrame]:
        there = {each.frame for each in key_frames.of_film(self._visit, film_id)}
        number = key_frames.next_number(self._visit, film_id)
        made: list[KeyFrame] = []
        for frame, words in arrived.taken.work.chosen:
            if frame in arrived.pictures and frame not in there:
                made.append(KeyFrame(film_id, number + len(made), frame, words[:MOST_LETTERS]))
                there.add(frame)
        return made

    def _write_one(self) -> None:
        if self._writing is None:
            return
        try:
            self.line.progress(next(self._writing))
        except StopIteration:
            self._stop_writing()
        except Refused as refused:
            self._stop_writing()
            self.line.refuse(str(refused))

    # -- what is on its way

    def _ready(self) -> Reel:
        """The film on the screen. Refused while it is looked through, or other work is on its way."""
        if self.busy:
            raise Refused("Something else is still on its way.", "Wait for it, or cancel it.")
        reel = self._page.reel
        if reel is None or not reel.verified:
            raise Refused("The film is still being looked through.", "Try again in a moment.")
        return reel

    def _hand(self, reel: Reel) -> Hand:
        return Hand(drawings.recorded(self._visit.now(), reel.film_id), reel.size, reel.pixel_aspect)

    def _told(self, does: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            try:
                does()
            except Refused as refused:
                self.line.refuse(str(refused))

        return act

    def _start(self, name: str, making: Callable[[], LongWork], done: Callable[..., None]) -> None:
        title = say(f"gait.exchange_{name}_busy")
        job = Job(title, making)
        job.progress.connect(lambda share: job is self._job and self.line.progress(share))
        job.done.connect(lambda found: self._ends(job) and self._told(lambda: done(found))())
        job.failed.connect(lambda error: self._ends(job) and self._failed(error))
        job.cancelled.connect(lambda: self._ends(job))
        self._job = job
        self.line.follow(title)
        job.start()

    def _ends(self, job: Job) -> bool:
        if job is not self._job:
            return False
        self._job = None
        self.line.end()
        return True

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            raise error
        self.line.refuse(str(error))


def said_of(taken: Taken, drawn: int, marked: Marked, chosen: int) -> str:
    """What was taken in, and what was not."""
    counts = {"drawings": drawn, "marks": len(marked.new) + len(marked.instead), "key_frames": chosen}
    parts = [say(f"gait.exchange_took_{name}", n=n) for name, n in counts.items() if n]
    said = [say("gait.exchange_took", what=", ".join(parts)) if parts else say("gait.exchange_took_nothing")]
    if marked.stand:
        said.append(say("gait.exchange_stand", n=marked.stand))
    if taken.left_out:
        names = ", ".join(f"{name} ({n})" if n > 1 else name for name, n in taken.left_out.items())
        said.append(say("gait.exchange_left_out", what=names))
    if taken.outside:
        said.append(say("gait.exchange_outside", n=taken.outside))
    if taken.turned_over:
        said.append(say("gait.exchange_turned_over", n=taken.turned_over))
    return " ".join(said)
