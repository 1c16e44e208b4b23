"""How much of an exercise: from her examination, lowered when she is short of food or sleep, and in words."""

from decimal import ROUND_FLOOR, Decimal

import msgspec

from runclinic.plan.content import content
from runclinic.plan.exercise import Dose, Heavier, Span
from runclinic.words import Words

__all__ = ["Dose", "Heavier", "from_examination", "lowered", "say"]


def from_examination(dose: Dose, hold_s: float | None, repetitions: float | None, fast: float | None) -> Dose:
    """Holds from PERFECT (Laycock & Jerwood 2001): R holds of E seconds, rest as long, then F quick ones.

    At least 8 holds a set (NICE NG123), never more than 10 of 10 s and 10 fast. What was not measured
    is taken from the dose without an examination: 8 x 6 s + 8 fast.
    """
    rule = content().pelvic_floor
    seconds = rule.hold_seconds if hold_s is None else _within(hold_s, 1, rule.most_hold_seconds)
    holds = _within(repetitions or 0, rule.least_repetitions, rule.most_repetitions)
    quick = rule.fast if fast is None else _within(fast, 1, rule.most_fast)
    return msgspec.structs.replace(dose, reps=(holds, holds), seconds=(seconds, seconds), fast=quick)


def lowered(dose: Dose, share: float) -> Dose:
    """A dose times `share`, rounded down: its repetitions, else its seconds or metres, else its sets."""
    for name in ("reps", "breaths", "seconds", "metres", "sets"):
        span: Span | None = getattr(dose, name)
        if span is not None and span[1] > 1:
            return msgspec.structs.replace(dose, **{name: (_share(span[0], share), _share(span[1], share))})
    return dose


def say(dose: Dose, words: Words) -> str:
    """The dose as the card prints it: "3 × 10 to 15", "10 times", "8 holds of 6 s, rest as long, ..."."""
    if dose.perfect and dose.reps and dose.seconds:
        return words.say("dose.holds", what=words.span(*dose.reps), seconds=dose.seconds[0], fast=dose.fast)
    said = _amount(dose, words)
    if dose.sets and (dose.sets[1] > 1 or not (dose.reps or dose.seconds)):
        said = words.say("dose.sets", sets=words.span(*dose.sets), what=said)
    if dose.each:
        said = words.say(f"dose.{dose.each}", what=said)
    extras = [words.say(f"dose_note.{dose.note}")] if dose.note else []
    if dose.then:
        extras.append(words.say("dose.then", sets=dose.then.sets, reps=dose.then.reps))
    return ", ".join([said, *extras])


def _amount(dose: Dose, words: Words) -> str:
    """What one set holds; a bare count after "3 ×", a count with its noun when it stands alone."""
    alone = dose.sets is None or dose.sets[1] == 1
    if dose.reps and dose.seconds:
        return words.say("dose.hold", what=words.span(*dose.reps), seconds=words.span(*dose.seconds))
    if dose.reps:
        what = words.span(*dose.reps)
        if dose.quick:
            return words.say("dose.fast", what=what)
        return words.say("dose.times", n=dose.reps[1], what=what) if alone else what
    for name in ("breaths", "seconds", "minutes"):
        span: Span | None = getattr(dose, name)
        if span:
            return words.say(f"dose.{name}", n=span[1], what=words.span(*span))
    return words.say("dose.metres", what=words.span(*dose.metres)) if dose.metres else ""


def _within(value: float, least: int, most: int) -> int:
    return max(least, min(most, int(value)))


def _share(value: int, share: float) -> int:
    exact = (Decimal(value) * Decimal(str(share))).to_integral_value(ROUND_FLOOR)
    return max(1, int(exact))
