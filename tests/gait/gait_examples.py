"""Event lists whose measures were worked out by hand, as frames of a constant rate."""

from runclinic.gait.analyse import Analysis, analysis
from runclinic.gait.contacts import Event
from runclinic.gait.filming import ClipFacts, Filming

AT_60 = {
    "left": (
        (10, 51, 92, 133, 174, 215),
        (25, 66, 107, 148, 189),
    ),
    "right": (
        (31, 72, 113, 154, 195),
        (46, 88, 129, 170, 211),
    ),
}
AT_120 = {
    "left": (
        (12, 97, 180, 266, 350, 436, 519, 604),
        (43, 129, 211, 298, 381, 468, 549),
    ),
    "right": (
        (54, 139, 223, 308, 393, 478, 561),
        (87, 171, 256, 340, 426, 510, 594),
    ),
}


def events(marks, fps, source="hand"):
    """Events of {side: (landings, toe-offs)} at a constant rate."""
    return [
        Event(frame, frame / fps, side, kind, source)
        for side, (landings, toe_offs) in marks.items()
        for kind, frames in (("initial_contact", landings), ("toe_off", toe_offs))
        for frame in frames
    ]


def measured(marks, fps, frames=700, **told) -> Analysis:
    """Everything measured in a clip of these marks."""
    film = ClipFacts([k / fps for k in range(frames)], fps)
    return analysis(film, Filming("side_left", **told), events(marks, fps))
