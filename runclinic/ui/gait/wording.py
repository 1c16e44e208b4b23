"""What the gait page says of a film: over its picture, in its tab, and of its file."""

from collections.abc import Mapping, Sequence

from runclinic.gait import filming as film
from runclinic.gait.analyse import Analysis
from runclinic.measured import shown as written
from runclinic.records.films import Film
from runclinic.ui.gait.clip_bar import Tab
from runclinic.ui.gait.lanes import Bar
from runclinic.ui.gait.projector import Reel
from runclinic.ui.say import say
from runclinic.visit import stride
from runclinic.visit.entry import Json
from runclinic.visit.stride import Mark


def caption(marks: Sequence[Mark], bars: Sequence[Bar], *, damaged: bool) -> str:
    """What is marked on the frame on the screen, by whom, and which contact of how many it is."""
    words = [say("gait.damaged")] if damaged else []
    for mark in marks:
        own = [bar for bar in bars if bar.side == mark.side]
        ends = ((n, bar.start.number, bar.end.number) for n, bar in enumerate(own, 1))
        at = next((n for n, *numbers in ends if mark.number in numbers), 0)
        what = say(f"gait.mark_{mark.side}_{mark.kind}")
        said = say("gait.caption_of", what=what, n=at, all=len(own)) if at else what
        words.append(by_whom(said, mark))
    return "\n".join(words)


def by_whom(what: str, mark: Mark) -> str:
    """An event, and whether a hand set it or the program found it, and how sure that is."""
    if mark.source == stride.DRAWN:
        return say("gait.drawn_with", what=what)
    if mark.by_hand:
        return say("gait.set_with", what=what)
    return say("gait.found_with", what=what, sure=round(100 * mark.confidence))


def who_marked(marks: Sequence[Mark]) -> str:
    """Whether a hand set the marks, or the program found them, or they are known from a drawing."""
    if marks and all(mark.source == stride.DRAWN for mark in marks):
        return say("gait.drawn_all")
    by_hand = sum(mark.by_hand for mark in marks)
    if by_hand == 0 and marks:
        return say("gait.found_all")
    return say("gait.by_hand_all") if by_hand == len(marks) else say("gait.by_hand_some", n=by_hand)


def of_mark(mark: Mark) -> str:
    """A mark under the pointer: what, where, by whom, and what can be done with it."""
    what, frame = say(f"gait.mark_{mark.side}_{mark.kind}"), str(mark.frame)
    if mark.by_hand:
        return say("gait.mark_at", what=what, frame=frame)
    return say("gait.found_at", what=what, frame=frame, sure=round(100 * mark.confidence))


def about_file(reel: Reel, name: str) -> str:
    """What the file says of itself."""
    wide, high = reel.size
    fps = f"{reel.times.nominal_fps:.4g}"
    return say("gait.file_words", name=name, wide=wide, high=high, count=str(len(reel.times)), fps=fps)


def tabs(films: Sequence[Film], now: Mapping[str, Json]) -> tuple[Tab, ...]:
    """A film by the side it was taken from, as far as that was told."""
    made: list[Tab] = []
    for number, each in enumerate(films, start=1):
        view = stride.recorded(now, each.id).told.get("view")
        words = say(f"gait.view_{view}") if view in film.VIEWS else say("gait.clip", n=number)
        made.append(Tab(each.id, words, each.name))
    return tuple(made)


def drawer(analysis: Analysis | None) -> str:
    """On the button that pulls out the panel: the step rate, once there is one."""
    cadence = analysis.timing.get("cadence") if analysis else None
    if cadence is None:
        return say("gait.panel_measures")
    value, error = written(cadence.both.value, 0), written(cadence.both.plus_minus, 1)
    return say("gait.steps_a_minute", value=value, error=error)
