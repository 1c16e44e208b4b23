"""The clinic's own layer over the shipped content: which places of which files have another value.

What is read of the content is remembered by `kept`, so that a change of the layer is seen everywhere at once.
"""

import copy
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Generic, ParamSpec, TypeAlias, TypeVar, cast

T = TypeVar("T")
P = ParamSpec("P")
Layer: TypeAlias = Mapping[str, Mapping[str, object]]  # by file, by place in it (`put`); "" = a file more


@dataclass(slots=True)
class _Laid:
    layer: Layer = field(default_factory=dict)
    state: int = 0  # one more for each layer


_LAID = _Laid()


def lay(layer: Layer) -> None:
    """From now on the content is what is shipped with this layer over it; {} is what is shipped."""
    _LAID.layer = {path: copy.deepcopy(dict(changes)) for path, changes in layer.items() if changes}
    _LAID.state += 1


def laid() -> Layer:
    """The layer that lies over what is shipped."""
    return _LAID.layer


class Kept(Generic[P, T]):
    """A function that reads content, and its answers; they hold until the layer changes.

    What a thread began to read under an older layer is never taken for the newer one.
    """

    def __init__(self, function: Callable[P, T]) -> None:
        self._function = function
        self._found: dict[Hashable, tuple[int, T]] = {}
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **named: P.kwargs) -> T:
        state, asked = _LAID.state, (args, tuple(named.items()))
        found = self._found.get(asked)
        if found is None or found[0] != state:
            found = self._found[asked] = (state, self._function(*args, **named))
        return found[1]

    def cache_clear(self) -> None:
        """Ask anew, as after a change of the layer."""
        self._found.clear()


def kept(function: Callable[P, T]) -> Kept[P, T]:
    """Decorates a function that reads content: asked once for each layer."""
    return Kept(function)


def put(content: dict[str, object], where: str, value: object) -> bool:
    """Set one value: "rule/R05/limits/full"; a step into a list is the `id` of an element, or its number.

    A value with an id that the list does not have is added to it. False if there is no such place.
    """
    above, _, last = where.rpartition("/")
    at = value_at(content, above) if above else content
    if isinstance(at, dict):
        cast("dict[str, object]", at)[last] = value
        return True
    if not isinstance(at, list):
        return False
    elements = cast("list[object]", at)
    number = _number_in(elements, last)
    if number is not None:
        elements[number] = value
    elif _id_of(value) == last:
        elements.append(value)
    else:
        return False
    return True


def value_at(content: object, where: str) -> object:
    """The value at a place as `put` names it; None if there is none."""
    at = content
    for step in where.split("/"):
        if isinstance(at, dict):
            at = cast("dict[str, object]", at).get(step)
        elif isinstance(at, list):
            elements = cast("list[object]", at)
            number = _number_in(elements, step)
            at = None if number is None else elements[number]
        else:
            return None
    return at


def _number_in(elements: list[object], step: str) -> int | None:
    for number, each in enumerate(elements):
        if _id_of(each) == step:
            return number
    return int(step) if step.isdigit() and int(step) < len(elements) else None


def _id_of(element: object) -> object:
    return cast("dict[str, object]", element).get("id") if isinstance(element, dict) else None
