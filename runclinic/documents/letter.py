"""One page to who looks after her too: what was found, what is asked, and how soon."""

import io
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from pypdf import PdfReader
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from runclinic.documents import lettering
from runclinic.documents.clinical import MOOD_RULE, URGENT, Visit, findings, flag_words
from runclinic.documents.paper import Sheet, Type, printed
from runclinic.documents.pieces import bullets, framed, heading
from runclinic.documents.plan import initials
from runclinic.forms.flags import Action, OpenFlag, actions, ruling
from runclinic.readiness.criterion import Criterion
from runclinic.readiness.decision import named
from runclinic.refused import Refused
from runclinic.words import Words

Recipient = Literal["gp", "midwife", "surgeon", "insurer"]
RECIPIENTS: tuple[Recipient, ...] = get_args(Recipient)
ASKED = ("A1", "A2", "A3h", "A3", "A4")  # in which something is asked of a doctor
SHARED = "history/H54_share"
MOST_LINES, FEWEST_LINES = 8, 1
FOR_A_DOCTOR = ("Refer", "GP")  # in the note of a rule
TO_GP = "GP: "  # before what a note asks: it is said to a doctor here
ON_FLAGS = ("R01", "R02", "R03")


def letter(
    asked: Visit, to: Recipient = "gp", name: str = "", *, paper: str = "a4", language: str = "en"
) -> bytes:
    """The letter as a PDF of one page; `name` is who it is to, else a line is left for it.

    Refused for an unknown recipient; where she said that nothing is to be shared and nothing is urgent (an
    emergency is told even so: her life may hang on it); and where she must be seen now for a reason that is
    private: such a letter would call it less than it is. What is between her and the therapist is not in it;
    an insurer reads of no symptom.
    """
    if to not in RECIPIENTS:
        raise Refused(f"There is no letter to “{to}”.", f"Choose one of {', '.join(RECIPIENTS)}.")
    rules = ruling(asked.flags())
    urgent = rules is not None and rules.id in URGENT
    if asked.answers.get(SHARED) == "no" and not urgent:
        raise Refused(
            "She said that what was found is not to be shared.",
            "Ask her again, and change the answer in History before a letter is made.",
        )
    if asked.emergency_in_private() and to != "insurer":
        raise Refused(
            "A letter would not say what is most urgent: that was told in private.",
            "Ring whoever looks after her now, and write down who was told and when.",
        )
    for most in range(MOST_LINES, FEWEST_LINES - 1, -1):
        made = _Letter(asked, to, name, Words(language), paper, most).pdf()
        if len(PdfReader(io.BytesIO(made)).pages) == 1:
            return made
    raise Refused("This letter does not fit on one page.", "Shorten what stands in her own words.")


class _Letter:
    def __init__(self, asked: Visit, to: Recipient, name: str, words: Words, paper: str, most: int) -> None:
        self.asked, self.to, self.name, self.most = asked, to, name, most
        self.words, self.say = words, words.say
        self.sheet = Sheet(
            title=self.say("letter.title"),
            subject=self.say("letter.subject"),
            clinic=asked.clinic.get("name", ""),
            whose=initials(asked.client),
            made_on=words.date(asked.day, "short"),
            reference=self.say("letter.reference", n=asked.number),
            page_of=lambda n, total: self.say("plan.page", n=n, total=total),
            paper=paper,
            language=words.language,
            anchor=asked.anchor,
        )
        self.type = Type(self.sheet)
        self.par = self.type.par

    def pdf(self) -> bytes:
        body = self.for_an_insurer() if self.to == "insurer" else self.for_a_clinician()
        return printed(self.sheet, [*self.head(), *body, *self.foot()])

    def head(self) -> Iterator[Flowable]:
        asked, say = self.asked, self.say
        yield self.par(asked.clinic.get("name", ""), self.type.title)
        where = [asked.clinic.get(each, "") for each in ("address", "phone")]
        yield self.par(" · ".join(each for each in where if each))
        yield Spacer(1, 8 * mm)
        yield self.type.lead(say(f"letter.to_{self.to}"), self.name or say("letter.blank"))
        yield self.type.lead(say("letter.date"), self.words.date(asked.day, "full"))
        born = self.words.date(asked.client.born) if asked.client.born else say("letter.blank")
        who = lettering.from_the_left(say("letter.who", name=asked.client.name, born=born))
        yield self.type.lead(say("letter.about"), who)
        yield Spacer(1, 4 * mm)

    def foot(self) -> Iterator[Flowable]:
        asked = self.asked
        yield Spacer(1, 4 * mm)
        if phone := asked.clinic.get("phone", ""):
            yield self.par(self.say("letter.call", phone=phone))
        yield Spacer(1, 12 * mm)
        yield self.par(asked.therapist, self.type.bold)
        yield self.par(self.say("letter.signed_as"), self.type.small)

    # -- to a clinician

    def for_a_clinician(self) -> Iterator[Flowable]:
        asked, say = self.asked, self.say
        flags = tuple(each for each in asked.flags() if each.action in ASKED)
        rules = ruling(flags)
        yield from self._asked(flags, rules)
        yield self.par(say("letter.seen", name=asked.client.given_name, day=self.words.date(asked.day)))
        problem = asked.answers.get("history/H01")
        if isinstance(problem, str) and problem != "declined":
            yield self.type.lead(say("report.problem"), problem)
        yield from self._found()
        yield from self._decided()
        considered = self._considered()
        if considered:
            yield Spacer(1, 2 * mm)
            yield self.par(say("letter.consider"), self.type.bold)
            yield from bullets(considered[: self.most], self.type)
        elif rules is None and not asked.kept_back():
            yield Spacer(1, 2 * mm)
            yield self.par(say("letter.nothing_asked"))

    def _considered(self) -> list[str]:
        """What the rules say that a doctor should think of."""
        return [
            f"{each.name} ({each.hers}): {self._asked_for(each)}"
            for each in self._not_met()
            if any(word in each.note for word in FOR_A_DOCTOR)
        ]

    def _asked_for(self, criterion: Criterion) -> str:
        if criterion.id == MOOD_RULE:
            return self.say("letter.mood")
        note = criterion.note.removeprefix(TO_GP)
        return _small(note)

    def _not_met(self) -> list[Criterion]:
        """Without the rules on flags, which stand above."""
        judged = self.asked.criteria()
        return [each for each in judged if each.state == "not_met" and each.id not in ON_FLAGS]

    def _asked(self, flags: Iterable[OpenFlag], rules: Action | None) -> Iterator[Flowable]:
        """What is asked and how soon, in a frame above all else; the most urgent first."""
        if rules is None:
            return
        order = list(actions())
        ranked = sorted(flags, key=lambda each: order.index(each.action))
        names = {each: actions()[each].name for each in dict.fromkeys(flag.action for flag in ranked)}
        lines = [f"{flag_words(each)} ({_small(names[each.action])})" for each in ranked]
        inside: list[Flowable] = [self.par(self.say(f"letter.ask_{rules.id}"), self.type.strong)]
        inside += bullets(lines[: self.most], self.type)
        yield framed(inside, self.sheet.width, edge=1.8)
        yield Spacer(1, 3 * mm)

    def _found(self) -> Iterator[Flowable]:
        found = findings(self.asked.plan, self.words)
        if not found:
            return
        yield from heading(self.say("letter.found"), self.type, self.sheet)
        kept = [f"{each}." for each in found[: self.most]]
        if len(found) > len(kept):
            kept.append(self.say("letter.more", n=len(found) - len(kept)))
        yield from bullets(kept, self.type)

    def _decided(self) -> Iterator[Flowable]:
        asked = self.asked
        outcome, plan = named(asked.assessment.outcome), asked.plan
        yield from heading(self.say("letter.decided"), self.type, self.sheet)
        yield self.type.lead(f"{outcome.name}.", outcome.allows)
        barred = [each for each in self._not_met() if each.severity == "block"]
        said = [f"{each.name}: {each.hers or each.reason}" for each in barred[: self.most]]
        yield from bullets(said, self.type)
        if plan.phase is not None and plan.review_weeks:
            yield self.par(self.say("letter.plan", n=plan.review_weeks))

    # -- to an insurer

    def for_an_insurer(self) -> Iterator[Flowable]:
        """That she was seen, what she may do, and how long it goes on; no symptom and no answer."""
        asked = self.asked
        yield self.par(self.say("letter.seen", name=asked.client.given_name, day=self.words.date(asked.day)))
        yield Spacer(1, 2 * mm)
        outcome = named(asked.assessment.outcome)
        yield self.type.lead(self.say("letter.stage"), f"{outcome.name}. {outcome.allows}")
        plan = asked.plan
        if plan.phase is not None and plan.review_weeks:
            yield self.par(self.say("letter.plan", n=plan.review_weeks))
        yield Spacer(1, 2 * mm)
        yield self.par(self.say("letter.no_more"))


def _small(words: str) -> str:
    """Within a sentence; GP stays GP."""
    return f"{words[:1].lower()}{words[1:]}"
