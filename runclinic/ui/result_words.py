"""How a judged criterion is shown: icon, colour and word always together."""

from dataclasses import dataclass

from runclinic.readiness.criterion import Criterion
from runclinic.ui.say import say


@dataclass(frozen=True, slots=True)
class Result:
    """Icon of the font, token of its colour, and the word."""

    icon: str
    token: str
    word: str


def result(criterion: Criterion) -> Result:
    """Met, with cue, caution, note, not met, stop, not tested, or does not apply."""
    if criterion.state == "not_met":
        return _of_severity(criterion)
    if criterion.state == "met" and criterion.severity == "caution":
        return Result("check-circle-outline", "amber", say("result.with_cue"))
    return {
        "n/a": Result("minus-circle-outline", "text3", say("result.na")),
        "met": Result("check-circle", "green", say("result.met")),
        "not_tested": Result("circle-outline", "text2", say("result.not_tested")),
    }[criterion.state]


def _of_severity(criterion: Criterion) -> Result:
    if criterion.severity == "block" and criterion.cap in ("O0", "O1"):
        return Result("alert-octagon", "red", say("result.stop"))
    if criterion.severity == "block":
        return Result("close-circle-outline", "text", say("result.not_met"))
    if criterion.severity == "caution":
        return Result("alert", "amber", say("result.caution"))
    return Result("information-outline", "text2", say("result.note"))


def groups(criteria: tuple[Criterion, ...], outcome: str) -> tuple[tuple[str, tuple[Criterion, ...]], ...]:
    """The criteria as the readiness page lists them: (group, its criteria), no criterion twice.

    Groups: sets (what sets the outcome), cautions, notes, met, not_tested, na.
    """
    left = list(criteria)

    def take(wanted: list[Criterion]) -> tuple[Criterion, ...]:
        for each in wanted:
            left.remove(each)
        return tuple(wanted)

    sets = take([each for each in left if each.severity and each.cap == outcome and outcome != "O5"])
    cautions = take([each for each in left if each.severity == "caution"])
    met = take([each for each in left if each.state == "met"])
    not_tested = take([each for each in left if each.state == "not_tested"])
    na = take([each for each in left if each.state == "n/a"])
    return (
        ("sets", sets),
        ("cautions", cautions),
        ("notes", tuple(left)),
        ("met", met),
        ("not_tested", not_tested),
        ("na", na),
    )
