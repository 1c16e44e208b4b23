"""What was changed after signing, on paper: the old value struck through, the new one, why, by whom."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, Spacer

from runclinic.documents import lettering, right_to_left
from runclinic.documents.paper import GREY, Sheet, Type
from runclinic.documents.pieces import framed
from runclinic.documents.right_to_left import Piece
from runclinic.visit.amended import Amended
from runclinic.words import Words

__all__ = ["Amended", "box", "struck"]


def box(changes: Sequence[Amended], kind: Type, sheet: Sheet, words: Words) -> list[Flowable]:
    """A frame with every change that may stand on paper; nothing if there is none."""
    told = [each for each in changes if not each.private]
    if not told:
        return []
    inside: list[Flowable] = [kind.par(words.say("amended.title"), kind.bold)]
    for each in told:
        inside += _change(each, kind, words)
    return [Spacer(1, 4), framed(inside, sheet.width, 1.4), Spacer(1, 2)]


def _change(each: Amended, kind: Type, words: Words) -> list[Flowable]:
    why = lettering.from_the_left(words.say("amended.why", reason=each.reason, by=each.by, day=each.at))
    caption = kind.caption.clone("why", spaceAfter=2)
    if each.void:
        return [kind.par(words.say("amended.void"), kind.body), kind.par(why, caption)]
    said = [Piece(_led(each.asked)), struck(each.old), Piece(each.new)]
    return [right_to_left.paragraph(said, kind.body), kind.par(why, caption)]


def _led(asked: str) -> str:
    return asked if asked.endswith(("?", ":", ".")) else f"{asked}:"


def struck(text: str) -> Piece:
    """A value that does not hold any more."""
    colour = GREY.hexval().replace("0x", "#")
    return Piece(text, f'<font color="{colour}"><strike>', "</strike></font>")
