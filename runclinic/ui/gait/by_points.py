"""What the body points of the film on the screen give: angles, the skeleton over it, the curve under it."""

from PySide6.QtCore import QObject, Signal

from runclinic.film_analysis import FilmAnalysis
from runclinic.gait.analyse import Analysis
from runclinic.gait.contacts import Side
from runclinic.records.films import Films
from runclinic.ui.gait.body import Asked, Body
from runclinic.ui.gait.projector import Reel
from runclinic.ui.gait.stage import Stage
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import points_by_hand
from runclinic.visit.points_by_hand import PointByHand, point_key


class ByPoints(QObject):
    """Asks for the angles of the marks as they stand; the former ones stay until the new ones are there."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, visit: OpenVisit, films: Films, stage: Stage) -> None:
        super().__init__()
        self._visit, self._stage = visit, stage
        self._film_id = ""
        self._body = Body(films)
        self.result: FilmAnalysis | None = None
        self._body.measured.connect(self._measured)
        stage.skeleton.moved.connect(self._put_right)

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way."""
        return self._body.busy

    def open_film(self, film_id: str) -> None:
        """Another film: nothing is known of it yet."""
        self._film_id, self.result = film_id, None
        self._body.forget()
        self._show()

    def ask(self, reel: Reel | None, analysis: Analysis | None) -> None:
        """Work it out for these marks and the points that a hand put right."""
        if reel is None or analysis is None or not reel.verified:
            self.result = None
            self._show()
            return
        by_hand = points_by_hand.recorded(self._visit.now(), self._film_id)
        facts, filming, events = reel.times.facts, analysis.filming, analysis.feet.events
        put_right = tuple((each.frame, each.name, each.x, each.y) for each in by_hand)
        self._show_skeleton(by_hand)
        self._body.ask(Asked(self._film_id, facts, filming, events, put_right))

    def close(self) -> None:
        """The visit is left."""
        self._body.close()

    def next_point(self) -> None:
        """Choose the next body point, to be moved by keys; its name is said."""
        name = self._stage.skeleton.next()
        if name:
            self._stage.player.pause()
            self.said.emit(say("gait.point_chosen", point=point_words(name)))

    def _measured(self, film_id: str, done: FilmAnalysis | None) -> None:
        if film_id == self._film_id:
            self.result = done
            self._show()
            self.changed.emit()

    def _put_right(self, name: str, x: float, y: float) -> None:
        """A hand saw this point of the frame on the screen there."""
        point = PointByHand(self._stage.skeleton.frame, name, x, y)
        self._visit.record(point_key(self._film_id, point.frame, name), point.value)

    def _show(self) -> None:
        self._show_skeleton(points_by_hand.recorded(self._visit.now(), self._film_id))
        done = self.result
        if done is None or done.done is None or not done.lines:
            self._stage.curve.put((), self._stage.player.times_s, ())
            return
        side = done.lines[0].side
        spans = [
            (contact.start.time_s, contact.end.time_s)
            for contact in done.done.feet.contacts
            if contact.side == side
        ]
        self._stage.curve.put(done.lines, done.done.clock.times_s, spans)

    def _show_skeleton(self, by_hand: tuple[PointByHand, ...]) -> None:
        done = self.result
        track = None if done is None or done.put_right is None or done.put_right.in_metres else done.put_right
        near: Side = "right" if done is not None and done.measured_as.view == "side_right" else "left"
        self._stage.skeleton.put(track, near, by_hand)
        self._stage.picture.offer_skeleton(self._stage.skeleton)


def point_words(name: str) -> str:
    """A body point in the user's words: "left knee"."""
    side, _, joint = name.partition("_")
    return f"{say(f'gait.{side}')} {say(f'gait.joint_{joint}')}"
