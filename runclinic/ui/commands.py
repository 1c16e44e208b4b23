"""What the command box offers on a page: clients once something is typed, parts of the visit, actions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runclinic import guide
from runclinic.refused import Refused
from runclinic.ui import look
from runclinic.ui.command_box import Command, fitting
from runclinic.ui.part_words import state_icon
from runclinic.ui.say import say, words

if TYPE_CHECKING:
    from runclinic.ui.workplace import Workplace

CLIENTS_OFFERED = 5


def offered(place: "Workplace", typed: str) -> list[Command]:
    """The best first; all that can be done here when nothing is typed."""
    clients = [*_clients(place, typed)] if typed.strip() else []
    return clients + fitting(typed, [*_of_visit(place), *_everywhere(place), *_guide(place)])


def _clients(place: "Workplace", typed: str) -> Iterator[Command]:
    for each in place.store.clients.search(typed, CLIENTS_OFFERED):
        born = words().date(each.born, "short") if each.born else each.clinic_no
        kind = f"{say('command.kind_client')} · {born}"
        yield Command(each.name, kind, "account", lambda each=each: place.show_client(each))


def _of_visit(place: "Workplace") -> Iterator[Command]:
    page = place.visit_in_front()
    if page is None:
        return
    for state in page.visit.part_states():
        go = lambda part=state.id: page.go_to(part)  # noqa: E731 -- one for each part
        yield Command(state.part.title, say("command.kind_part"), state_icon(state)[0], go)
    yield Command(say("command.undo"), say("command.kind_action"), "undo", page.undo)
    yield Command(say("command.redo"), say("command.kind_action"), "redo", page.redo)


def _everywhere(place: "Workplace") -> Iterator[Command]:
    action, go = say("command.kind_action"), say("command.kind_place")
    store = place.store
    if not store.read_alone:
        yield Command(say("command.new_client"), action, "account-plus-outline", place.new_client)
    for name, button in place.rail.items():
        if name != "lock":
            yield Command(say(f"rail.{name}"), go, button.icon_name, button.click)
    if not store.read_alone:
        yield Command(say("command.people"), go, "account-key-outline", place.show_people)
    if store.therapist.role == "owner":
        trail = "clipboard-text-clock-outline"
        yield Command(say("command.trail"), go, trail, lambda: place.show_trail(None))
    big = look.big_targets()
    flip = lambda: place.show_big_targets(big=not big)  # noqa: E731 -- as above
    yield Command(say("command.targets_usual" if big else "command.targets_big"), action, "resize", flip)
    yield Command(say("command.keys"), go, "keyboard-outline", lambda: place.show_help("keys"))
    yield Command(say("command.cover"), action, "eye-off-outline", place.covered.emit)
    yield Command(say("command.lock"), action, "lock-outline", place.locked.emit)


def _guide(place: "Workplace") -> Iterator[Command]:
    try:
        pages = guide.pages()
    except Refused:  # the Help says so
        pages = ()
    kind = say("command.kind_guide")
    for page in pages:
        show = lambda name=page.name: place.show_help(name)  # noqa: E731 -- one for each page
        yield Command(page.title, kind, "book-open-variant", show)
    yield Command(say("help.about"), kind, "scale-balance", lambda: place.show_help("about"))
