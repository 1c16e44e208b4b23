"""What is known about each measure of the stride: name, unit, rate it needs, reference with its source."""

import msgspec

from runclinic import resources
from runclinic.layer import kept
from runclinic.refused import Refused

FILE = "gait.toml"


class MetricFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measure, as resources/gait.toml describes it. `reference` is a sentence; `source` its paper.

    An angle also says at which `event` it is read, how far raters and days agree (`reliability`), the
    smallest change that a published study could detect (`detectable`, 0 = none known), and the SD of what is
    wrong with it in all steps alike where a network guessed the points (`guessed_sd`).
    """

    id: str
    name: str
    view: tuple[str, ...]
    unit: str
    decimals: int
    at_least_fps: float
    formula: str
    reference: str
    source: str = ""
    systematic: bool = False
    model: bool = False
    needs: tuple[str, ...] = ()
    day: float | None = None
    event: str = ""
    reliability: str = ""
    detectable: float = 0.0
    guessed_sd: float = 0.0


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of finding events, and the SD of its systematic error in frames and in ms.

    `network` = from points that were guessed; `pooled` = both feet were read together, so their contacts
    cannot be compared; `flag` marks every measure that rests on it.
    """

    id: str
    bias_frames: float
    note: str
    bias_ms: float = 0.0
    network: bool = False
    pooled: bool = False
    flag: str = ""

    def bias_s(self, frame_s: float) -> float:
        """The larger of the two figures, s."""
        return max(self.bias_frames * frame_s, self.bias_ms / 1000)


class Offset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a method reads too late (+) or too early (-) from a frame rate on, ms."""

    method: str
    kind: str
    from_fps: float
    ms: float


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    metric: tuple[MetricFacts, ...]
    angle: tuple[MetricFacts, ...]
    method: tuple[Method, ...]
    offset: tuple[Offset, ...] = ()


def version() -> int:
    """Which definitions of the measures these are."""
    return resources.decode(FILE, _File).version


@kept
def metrics() -> dict[str, MetricFacts]:
    """Every measure by id, in the order of the panel."""
    return {facts.id: facts for facts in resources.decode(FILE, _File).metric}


@kept
def angles() -> dict[str, MetricFacts]:
    """Everything that is read from body points, by id, in the order of the panel."""
    return {facts.id: facts for facts in resources.decode(FILE, _File).angle}


@kept
def methods() -> dict[str, Method]:
    """Every way of finding events, by the source that its events carry."""
    return {method.id: method for method in resources.decode(FILE, _File).method}


def metric(metric_id: str) -> MetricFacts:
    """One measure or angle; Refused if there is none of that id."""
    found = metrics().get(metric_id) or angles().get(metric_id)
    if found is None:
        known = ", ".join((*metrics(), *angles()))
        raise Refused(f"“{metric_id}” is no measure of the stride.", f"Choose one of {known}.")
    return found


def method_of(source: str) -> Method:
    """How events of this source were found; one that is not listed counts as a hand's."""
    return methods().get(source, methods()["hand"])


@kept
def _offsets() -> tuple[Offset, ...]:
    return resources.decode(FILE, _File).offset


def offset_s(method: str, kind: str, fps: float) -> float:
    """What to subtract from a method's event at this rate, s; 0 where nothing was learned."""
    rows = [row for row in _offsets() if (row.method, row.kind) == (method, kind) and row.from_fps <= fps]
    return max(rows, key=lambda row: row.from_fps).ms / 1000 if rows else 0.0
