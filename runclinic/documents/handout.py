"""Two papers that she may be given without the plan: her exercises alone, and her symptom diary alone."""

from collections.abc import Collection

from reportlab.platypus import Flowable, PageBreak

from runclinic.documents.cards import Cards
from runclinic.documents.diary import Diary
from runclinic.documents.paper import Sheet, Type, printed, printed_close
from runclinic.documents.pieces import together
from runclinic.documents.plan import TakeHome, her_sheet, refuse_unready, signed_off, whose_paper
from runclinic.documents.rules import three_rules, when_to_stop
from runclinic.refused import Refused
from runclinic.words import Words

WHOLE_PAGE = 30  # lines of a diary: more than any page holds


def exercise_handout(
    asked: TakeHome,
    chosen: Collection[str] | None = None,
    *,
    paper: str = "a4",
    large: bool = False,
    language: str = "en",
) -> bytes:
    """The cards of the chosen exercises (ids; None for all of the plan) as a PDF, numbered as in the plan.

    No finding is on it, only how to do them and when to stop. Refused as the plan is, and without a card.
    """
    refuse_unready(asked)
    cards = [each.id for each in asked.plan.exercises if chosen is None or each.id in chosen]
    if not cards:
        raise Refused("No exercise is chosen.", "Tick those that she should take home.")
    words = Words(language)
    sheet = her_sheet(asked, words.say("plan.exercises"), words, paper, large=large)
    own = asked.edited.own_notes

    def story(kind: Type) -> list[Flowable]:
        return [
            *whose_paper(asked, words, kind, sheet),
            *Cards(asked.plan, own, words, kind, sheet, cards, headed=False).story(),
            together(_stop(asked, words, kind, sheet), signed_off(asked, words, kind)),
        ]

    return printed_close(sheet, story)


def symptom_diary(asked: TakeHome, *, paper: str = "a4", large: bool = False, language: str = "en") -> bytes:
    """The diary as a PDF: the three rules that give a session its colour, when to stop, two pages of lines.

    No finding is on it. Refused as the plan is.
    """
    refuse_unready(asked)
    words = Words(language)
    sheet = her_sheet(asked, words.say("plan.diary"), words, paper, large=large)
    kind = Type(sheet)
    story = [
        *whose_paper(asked, words, kind, sheet),
        *three_rules(words, kind, sheet, managed=asked.plan.managed),
        *_stop(asked, words, kind, sheet),
        Diary(words.say, kind, sheet, most=WHOLE_PAGE, headed=False),
        PageBreak(),
        Diary(words.say, kind, sheet, signed_off(asked, words, kind), most=WHOLE_PAGE),
    ]
    return printed(sheet, story)


def _stop(asked: TakeHome, words: Words, kind: Type, sheet: Sheet) -> list[Flowable]:
    bleeding = "T-BLEED" in asked.plan.texts
    return when_to_stop(asked.clinic, words, kind, sheet, bleeding=bleeding)
