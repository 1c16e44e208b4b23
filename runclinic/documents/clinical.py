"""What report and letter are made from, and what of a visit may stand on paper that others read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from runclinic.documents.cue_words import CueTried
from runclinic.forms import catalogue
from runclinic.forms.flags import SAFEGUARDING, OpenFlag, ruling
from runclinic.forms.scoring import Score
from runclinic.gait.analyse import Analysis, with_those_of_points
from runclinic.gait.means import Metric
from runclinic.plan.build import Plan
from runclinic.plan.edits import Edited
from runclinic.readiness.criterion import Criterion
from runclinic.visit.amended import Amended
from runclinic.visit.assess import Assessment
from runclinic.visit.client import Client
from runclinic.words import Words

SAFETY = "safety"
EMERGENCY, SAME_DAY = "A1", "A2"
URGENT = (EMERGENCY, SAME_DAY)
DANGER = "safety/S1_danger"
FLAG_RULE, MOOD_RULE = "R01", "R25"
MOOD_SCORES = ("epds", "phq_4")
MOOD_ANSWERS = ("history/H16_mood",)


@dataclass(frozen=True, slots=True)
class ChosenFrame:
    """A frame as a JPEG or PNG, and what is to be said of it."""

    picture: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit for paper. `answers` are values by "form/field"; `edited` lays the therapist's changes on.

    `clinic` has "name", "phone" and more of the settings; `stride` the measures of the film with the most
    steps, `angles` those of body points, `frames` those chosen of its films, `cues` those tried on them.
    `anchor` is the end of the audit for the footer.
    `with_mood`: she agreed that scores of mood are put in; else they stay between her and the therapist.
    """

    assessment: Assessment
    answers: Mapping[str, object]
    client: Client
    clinic: Mapping[str, str]
    day: date
    therapist: str
    edited: Edited | None = None
    number: int = 1
    stride: Analysis | None = None
    angles: Sequence[Metric] = ()
    frames: Sequence[ChosenFrame] = ()
    amendments: Sequence[Amended] = ()
    anchor: str = ""
    with_mood: bool = False
    cues: Sequence[CueTried] = ()

    @property
    def plan(self) -> Plan:
        """As it was given out."""
        return self.edited.plan if self.edited is not None else self.assessment.plan

    def measures(self) -> tuple[Metric, ...]:
        """All that was measured of her stride, each once: what body points know better replaces."""
        return with_those_of_points(self.stride.timing.metrics if self.stride else (), self.angles)

    # -- what may be read by others

    def hidden_flags(self) -> frozenset[str]:
        """Ids of flags that are between her and the therapist: safeguarding, and what was asked alone."""
        safeguarded = {flag.id for flag in self.assessment.flags if flag.action == SAFEGUARDING}
        private = {flag.id for flag in self.assessment.flags if _private(flag.id)}
        return frozenset(safeguarded | private)

    def flags(self) -> tuple[OpenFlag, ...]:
        """The open flags without those."""
        hidden = self.hidden_flags()
        return tuple(flag for flag in self.assessment.flags if flag.id not in hidden)

    def kept_back(self) -> bool:
        """Whether something that may need a doctor is left out: then no letter says that nothing is asked."""
        mood = any(each.id == MOOD_RULE and each.state == "not_met" for each in self.assessment.criteria)
        return bool(self.hidden_flags()) or (mood and not self.with_mood)

    def emergency_in_private(self) -> bool:
        """Whether she must be seen now for a reason that no paper may name, and none that it may."""
        ruled = ruling(self.flags())
        if ruled is not None and ruled.id == EMERGENCY:
            return False
        hidden = self.hidden_flags()
        if any(flag.action == EMERGENCY and flag.id in hidden for flag in self.assessment.flags):
            return True
        in_danger = self.answers.get(DANGER) == "yes"
        return in_danger and any(flag.action == SAFEGUARDING for flag in self.assessment.flags)

    def criteria(self) -> tuple[Criterion, ...]:
        """The rules that are printed, in order.

        The rule on urgent flags is there only while one stands that may be named, and mood only if she
        agreed: were they left out on bad days alone, a gap would tell.
        """
        hidden = self.hidden_flags()
        judged = (self._of_flags(each) if each.id == FLAG_RULE else each for each in self.assessment.criteria)
        return tuple(each for each in judged if each and self._may_stand(each) and not _names(each, hidden))

    def _may_stand(self, criterion: Criterion) -> bool:
        return criterion.printed or (criterion.id == MOOD_RULE and self.with_mood)

    def _of_flags(self, criterion: Criterion) -> Criterion | None:
        """R01 as judged by the flags that may be named; None where there are none."""
        named = [flag.id for flag in self.flags() if flag.action in URGENT]
        return replace(criterion, hers=f"open: {', '.join(named)}", printed=True) if named else None

    def scores(self) -> dict[str, Score]:
        """By instrument; those of mood only if she agreed."""
        return {
            name: score
            for name, score in self.assessment.scores.items()
            if self.with_mood or name not in MOOD_SCORES
        }

    def shown(self, form_id: str) -> Iterable[tuple[str, str]]:
        """Question and value key of what was answered in a form, without what is private."""
        for question in catalogue.form(form_id).question:
            key = f"{form_id}/{question.id}"
            left_out = question.private or (key in MOOD_ANSWERS and not self.with_mood)
            if not left_out and self.answers.get(key) is not None:
                yield question.text, key


def flag_words(flag: OpenFlag) -> str:
    """A red flag as a clinician names it."""
    question = catalogue.form(SAFETY).find(flag.id)
    return (question.short if question is not None else "") or flag.text


def findings(plan: Plan, words: Words) -> tuple[str, ...]:
    """All findings of a plan as one clinician tells another, in their order."""
    return tuple(said for code in plan.findings for said in finding_words(code, plan, words))


def finding_words(code: str, plan: Plan, words: Words) -> tuple[str, ...]:
    """One finding of a plan in clinical words; the stride has a sentence for each of its flags."""
    if code == "F-STRIDE":
        return tuple(words.say(f"clinical_finding.F-STRIDE-{flag}") for flag in plan.gait_flags)
    if code == "F-ASYM":
        return (words.say(f"clinical_finding.{code}", side=plan.weak_side),) if plan.weak_side else ()
    return (words.say(f"clinical_finding.{code}"),) if words.has(f"clinical_finding.{code}") else ()


def _private(flag_id: str) -> bool:
    question = catalogue.form(SAFETY).find(flag_id)
    return question is not None and question.private


def _names(criterion: Criterion, hidden: frozenset[str]) -> bool:
    said = f"{criterion.hers} {criterion.reason}"
    return "private" in said or any(flag in said for flag in hidden)
