"""How a part of a visit is said: its title, the icon of its state, what is left in it."""

from runclinic.ui.say import say
from runclinic.visit.parts import PartState, parts

_ICONS = {
    "empty": ("circle-outline", "text3"),
    "begun": ("circle-slice-4", "accent"),
    "complete": ("check-circle", "green"),
    "flagged": ("flag", "red"),
}

PAGES = ("gait", "readiness", "plan", "print", "sign")  # the parts that are more than a form and have a page


def on_screen(states: tuple[PartState, ...]) -> tuple[PartState, ...]:
    """The parts that the window can show."""
    return tuple(state for state in states if state.forms or state.id in PAGES)


def part_title(part_id: str) -> str:
    """Its title."""
    return next(part.title for part in parts() if part.id == part_id)


def state_icon(state: PartState) -> tuple[str, str]:
    """Icon and colour of its state."""
    return _ICONS[state.state]


def left_of(state: PartState) -> str:
    """How many required answers are left, once it is begun."""
    return say("visit.left", n=state.left) if state.left and state.state in ("begun", "flagged") else ""
