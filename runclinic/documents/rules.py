"""What keeps her safe on every paper of hers: the three rules, and when to stop and call."""

from collections.abc import Mapping

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer

from runclinic.documents import lettering
from runclinic.documents.paper import Sheet, Type
from runclinic.documents.pieces import Sign, framed, heading, ruled, together
from runclinic.plan import texts
from runclinic.words import Words

LIGHTS = (("green", "T-GREEN"), ("amber", "T-AMBER"), ("red", "T-RED"))


def three_rules(words: Words, kind: Type, sheet: Sheet, *, managed: bool) -> list[Flowable]:
    """Green, amber, red: what was felt and what to do; `managed` = some leaking was agreed on."""
    say, rows = words.say, []
    for colour, text in LIGHTS:
        agreed = colour == "green" and managed
        name, seen, do = texts.traffic(say("variant.T-GREEN.managed" if agreed else f"text.{text}"))
        sign = [kind.par(name, kind.bold), kind.par(say(f"rule.{colour}"), kind.small)]
        said = (seen, f"<b>{lettering.spelled(say('plan.do'))}</b>", do)
        line = " ".join(each if each.startswith("<b>") else lettering.spelled(each) for each in said)
        rows.append([Sign(colour, 10.5 * mm), sign, Paragraph(line, kind.body)])
    name_wide = 24 * mm * sheet.body_pt / 11
    table = ruled(rows, [14 * mm, name_wide, sheet.width - 14 * mm - name_wide])
    head = heading(say("plan.rules"), kind, sheet, beside=say("plan.worst_counts"))
    return [together(head, table)]


def when_to_stop(
    clinic: Mapping[str, str], words: Words, kind: Type, sheet: Sheet, *, bleeding: bool
) -> list[Flowable]:
    """Ring for help, stop and call, see a doctor; with the numbers that the clinic gave.

    `bleeding` = with the sentence on bleeding that is not a period.
    """
    say = words.say
    emergency = say("text.T-EMERG", emergency_number=clinic["emergency_number"])
    others = [say("text.T-CALL", clinic_phone=clinic["phone"]), say("text.T-TODAY")]
    if bleeding:
        others.append(say("text.T-BLEED"))
    lines: list[Flowable] = [_condition(each, kind) for each in others]
    numbers = (("out_of_hours", "plan.out_of_hours"), ("crisis_line", "take_home.crisis"))
    known = [say(text, phone=clinic[key]) for key, text in numbers if clinic.get(key)]
    if known:
        lines.append(kind.par(" · ".join(known), kind.small))
    boxes = [
        framed([_condition(emergency, kind)], sheet.width, 2.5),
        Spacer(1, 4),
        framed(lines, sheet.width),
    ]
    return [together(Spacer(1, 7), boxes)]


def _condition(text: str, kind: Type) -> Paragraph:
    """What to do in bold, then when: "Do this if: one; two; three."."""
    first, colon, rest = text.partition(": ")
    return kind.lead(first + colon.strip(), rest, kind.small)
