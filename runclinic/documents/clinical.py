"""What report and letter are made from, and what of a visit may stand on paper that others read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from runclinic.forms import catalogue
from runclinic.forms.flags import SAFEGUARDING, OpenFlag
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.plan.build import Plan
from runclinic.plan.edits import Edited
from runclinic.readiness.criterion import Criterion
from runclinic.visit.amended import Amended
from runclinic.visit.assess import Assessment
from runclinic.visit.client import Client
from runclinic.words import Words

SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit for paper. `answers` are values by "form/field"; `edited` lays the therapist's changes on.

    `clinic` has "name", "phone" and more of the settings; `stride` the measures of the film with the most
    steps, `angles` those of its body points. `anchor` is the end of the audit for the footer.
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
    amendments: Sequence[Amended] = ()
    anchor: str = ""

    @property
    def plan(self) -> Plan:
        """As it was given out."""
        return self.edited.plan if self.edited is not None else self.assessment.plan

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

    def criteria(self) -> tuple[Criterion, ...]:
        """The rules that are printed, in order; one that names a hidden flag is left out."""
        hidden = self.hidden_flags()
        return tuple(each for each in self.assessment.criteria if each.printed and not _names(each, hidden))

    def shown(self, form_id: str) -> Iterable[tuple[str, str]]:
        """Question and value key of what was answered in a form, without what is private."""
        for question in catalogue.form(form_id).question:
            key = f"{form_id}/{question.id}"
            if not question.private and self.answers.get(key) is not None:
                yield question.text, key


def flag_words(flag: OpenFlag) -> str:
    """A red flag as a clinician names it."""
    question = catalogue.form(SAFETY).find(flag.id)
    return (question.short if question is not None else "") or flag.text


def findings(plan: Plan, words: Words) -> tuple[str, ...]:
    """All findings of a plan as one clinician tells another, in their order."""
    said: list[str] = []
    for code in plan.findings:
        if code == "F-STRIDE":
            said += [words.say(f"clinical_finding.F-STRIDE-{flag}") for flag in plan.gait_flags]
        elif code == "F-ASYM":
            said += [words.say(f"clinical_finding.{code}", side=plan.weak_side)] if plan.weak_side else []
        elif words.has(f"clinical_finding.{code}"):
            said.append(words.say(f"clinical_finding.{code}"))
    return tuple(said)


def _private(flag_id: str) -> bool:
    question = catalogue.form(SAFETY).find(flag_id)
    return question is not None and question.private


def _names(criterion: Criterion, hidden: frozenset[str]) -> bool:
    said = f"{criterion.hers} {criterion.reason}"
    return "private" in said or any(flag in said for flag in hidden)
