"""What became of a cue that was tried, in words for the screen and for paper."""

from dataclasses import dataclass

from runclinic.gait import reference
from runclinic.gait.compare import Change
from runclinic.gait.means import Metric
from runclinic.visit.cue_trials import CueTrial, Judged
from runclinic.words import Words

SYMPTOMS = ("leak", "heaviness", "pain", "urge", "other")


@dataclass(frozen=True, slots=True)
class CueTried:
    """A cue, and its own measure without and with it; None for what is not known."""

    trial: CueTrial
    judged: Judged
    before: Metric | None = None
    after: Metric | None = None
    change: Change | None = None


def outcome(tried: CueTried, words: Words) -> str:
    """Whether it works, in a few words."""
    return words.say(f"cue_trial.{tried.judged.outcome.replace(' ', '_')}")


def reasons(tried: CueTried, words: Words) -> str:
    """What that rests on: its measure, and how she felt."""
    judged, say = tried.judged, words.say
    felt = say(
        "cue_trial.felt",
        symptom=say(f"cue_trial.feeling_{judged.symptom}"),
        effort=say(f"cue_trial.feeling_{judged.effort}"),
    )
    return f"{moved(tried, words)} {felt}"


def moved(tried: CueTried, words: Words) -> str:
    """What its own measure did."""
    judged = tried.judged
    if not judged.metric:
        return words.say("cue_trial.no_measure")
    name = reference.metric(judged.metric).name
    if tried.change is not None and judged.moved == "not comparable":
        return words.say("cue_trial.not_comparable", name=name, why=", ".join(tried.change.reasons))
    return words.say(f"cue_trial.{judged.moved.replace(' ', '_')}", name=name)


def symptom(trial: CueTrial, words: Words) -> str:
    """Which symptom it was; "Symptom" while that is not told."""
    if trial.symptom in SYMPTOMS and trial.symptom != "other":
        return words.say(f"cue_trial.symptom_{trial.symptom}")
    return words.say("cue_trial.a_symptom")
