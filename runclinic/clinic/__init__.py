"""What a clinic changes of the content: its thresholds, and its own exercises, cues and texts."""

from collections.abc import Callable, Mapping

from runclinic import layer, library
from runclinic.clinic import cards, thresholds
from runclinic.layer import Layer
from runclinic.refused import Refused
from runclinic.visit.entry import Json

LAYERS: tuple[Callable[[Mapping[str, Json]], Layer], ...] = (thresholds.layer, cards.layer)


def layer_of(settings: Mapping[str, Json]) -> Layer:
    """The layer that the clinic's settings make; Refused for one that cannot stand."""
    return merged(*(each(settings) for each in LAYERS))


def merged(*layers: Layer) -> Layer:
    """Several layers as one; of two values for the same place the later one stands."""
    found: dict[str, dict[str, object]] = {}
    for each in layers:
        for path, changes in each.items():
            found.setdefault(path, {}).update(changes)
    return found


def put_in_place(settings: Mapping[str, Json]) -> Refused | None:
    """From now on the content is the clinic's; a part of it that cannot be true is left out: it says why."""
    stands: Layer = {}
    why: Refused | None = None
    for each in LAYERS:
        try:
            more = merged(stands, each(settings))
            _check(more)
        except Refused as refusal:
            why = why or refusal
        else:
            stands = more
    layer.lay(stands)
    return why


def refuse_untrue(settings: Mapping[str, Json]) -> None:
    """Refused if the content would contradict itself with these settings; it is as it was afterwards."""
    _check(layer_of(settings))


def _check(changed: Layer) -> None:
    before = layer.laid()
    try:
        layer.lay(changed)
        library.check()
    finally:
        layer.lay(before)
