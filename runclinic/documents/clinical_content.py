"""The clinical content as pages to read and sign: docs/clinical-content.md, made from resources/ alone.

`python -m runclinic.documents.clinical_content docs/clinical-content.md` writes it; without a path it prints.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from runclinic import library, resources
from runclinic.documents.condition_words import in_words
from runclinic.documents.markdown import cell, joined, listed, pairs, span, table
from runclinic.forms import catalogue, flags
from runclinic.forms.form import Flag, Form, Question, Scoring
from runclinic.forms.listing import allowed
from runclinic.gait import reference
from runclinic.plan import cue, dose, ladder
from runclinic.plan.content import FILE as PLAN
from runclinic.plan.content import Entry, Item, Row, content
from runclinic.plan.exercise import Exercise, exercises
from runclinic.plan.texts import ALWAYS, TEXTS
from runclinic.readiness import rules
from runclinic.readiness.rules import Effect, Rule
from runclinic.visit.parts import parts
from runclinic.words import Text, Words, texts

OPENING = """# Clinical content of RunClinic

Made from the files of `resources/`; do not edit this page, edit those and make it again
(`python -m runclinic.documents.clinical_content docs/clinical-content.md`). A test holds it up to date.

All that the program asks, scores, judges, plans and prints stands here, each with its id and its source.
"Clinic rule" means a convention of ours without a published figure; "unverified" means that a figure was
not checked against its source. The last chapter lists both. Read a chapter, correct it with a pen, and sign
below it.

How an instrument may be shown (its mode): FULL = our own wording or a generic scale; ITEM = no wording here,
the answers of the official paper form are keyed by number; TOTAL = only totals are keyed; CLINIC = a page of
ours.
"""
SIGN = "Read and agreed: ______________________________   Date: ______________"
UNSURE = ("clinic rule", "unverified", "from memory")
PHASES = {"one": "phase 1", "two": "phase 2", "three": "phases 3-5"}
REMARK = re.compile(r"^(?P<key>\w+) = [^\"#]*#\s*(?P<remark>.+)$")
TEMPLATE_FOLDER = "templates"


def written() -> str:
    """The whole text. Refused if the content contradicts itself."""
    library.check()
    lines = [OPENING]
    for title, chapter in CHAPTERS.items():
        lines += [f"## {title}", "", *chapter(), "", SIGN, ""]
    return "\n".join(lines).rstrip() + "\n"


# -- red flags and forms


def _actions() -> Iterator[str]:
    head = ("id", "name", "meaning", "banner for the therapist", "shuts", "lifted by")
    rows = [
        (each.id, each.name, each.meaning, each.banner, each.locks, each.override.replace("_", " "))
        for each in flags.content().action
    ]
    yield from table(head, rows)
    yield from ("", "Opened by an answer elsewhere:", "")
    found = flags.content()
    yield from table(
        ("answer", "flag", "action", "text", "note", "source"),
        [
            (name, each.flag, each.action, each.text, each.note, each.source)
            for name, each in (("EPDS item 10", found.item_10), ("history H50", found.bone_injury))
        ],
    )


def _forms() -> Iterator[str]:
    yield from table(
        ("part of a visit", "forms", "cards", "shut by"),
        [
            (part.title, part.forms, [card for cards in part.cards.values() for card in cards], part.lock)
            for part in parts()
        ],
    )
    for each in catalogue.forms().values():
        yield from ("", *_form(each))
    for name in resources.folder(TEMPLATE_FOLDER):
        yield from ("", *_template(name))


def _form(form: Form) -> Iterator[str]:
    yield f"### {form.title} (`{form.id}`)"
    yield ""
    about = {
        "mode": form.mode,
        "source": form.source,
        "licence": form.licence,
        "how": form.intro,
        "opens when": in_words(form.opens_when),
        **(_scoring(form, form.score) if form.score else {}),
    }
    yield from pairs(about)
    yield ""
    head = ("id", "asked", "answers", "asked when", "flag", "for the therapist; source")
    yield from table(head, (_question(each) for each in form.question if not _from_template(each, form)))


def _scoring(form: Form, its: Scoring) -> dict[str, object]:
    parts_of = [f"{name}: {listed(items)}" for name, items in its.parts.items()]
    bands = [f"from {lowest:g} {name}" for lowest, name in its.bands]
    within = f"{its.range[0]:g} to {its.range[1]:g}, {its.better} is better" if its.range else ""
    change = "" if its.change is None else f"{its.change:g} ({its.change_source})"
    return {
        "scored by": its.method,
        "items": listed(its.items),
        "parts": "; ".join(parts_of),
        "counted from the other end": listed(its.reversed),
        "range": within,
        "bands": "; ".join(bands or [f"{answer}: {name}" for answer, name in its.names.items()]),
        "needs at least": f"{its.least:.0%} of the items" if its.least < 1 else "",
        "a part is positive from": "" if its.positive_from is None else f"{its.positive_from:g}",
        "may be read when": in_words(its.valid_when),
        "change that counts": change,
        "keyed instead": listed(form.totals),
    }


def _question(asked: Question) -> tuple[object, ...]:
    text = f"**{asked.section}.** {asked.text}" if asked.section else asked.text
    if asked.again:
        text += f" (From the second visit: {asked.again})"
    needed = "required" if asked.required else ""
    when = [needed, in_words(asked.shown_when), "private" if asked.private else ""]
    said = [asked.protocol, _criterion(asked), asked.note, f"_{asked.source}_" if asked.source else ""]
    behind = [f"then `{name}` (below)" for name in asked.adds]
    return (
        f"`{asked.id}`",
        text,
        "; ".join([_answers(asked), *behind]),
        joined(when),
        _flag(asked.flag) if asked.flag else "",
        " ".join(filter(None, said)),
    )


def _criterion(asked: Question) -> str:
    if asked.criterion is None:
        return ""
    return f"To reach: {asked.criterion:g}{' on each side' if asked.kind == 'left_right' else ''}."


def _answers(asked: Question) -> str:
    """The answers with the words that she reads; where there are none to choose from, what may be written."""
    options = asked.options or (asked.each.options if asked.each else ())
    if not options or asked.kind == "grid":
        return allowed(asked)
    lead = {"several": "any of: ", "left_right": "left, right: ", "births": "for each birth: "}
    said = [_option(str(each.value), each.text) for each in options]
    return lead.get(asked.kind, "") + ", ".join([*said, *(["other: in words"] if asked.other else [])])


def _option(value: str, text: str) -> str:
    return f"`{value}`" if text == value else f"`{value}` {text}"


def _flag(flag: Flag) -> str:
    """What a yes does: "A1", "A2; RF06 yes: A1"."""
    first = "" if flag.by else flag.action
    named = (*(() if flag.by is None else (flag.by,)), *flag.raised, *flag.together)
    by = [f"{each.question} {answer}: {action}" for each in named for answer, action in each.actions.items()]
    limits = [
        f"{name} {'>' if limit.above else '>='} {least:g}: {limit.action}{_only(in_words(limit.when))}"
        for limit in flag.limits
        for name, least in zip(limit.questions, limit.at_least, strict=True)
    ]
    also = [f"and {action}" for action in flag.also]
    age = [] if flag.by_age is None else [f"from {flag.by_age.from_age}: {flag.by_age.older}"]
    return "; ".join(filter(None, [first, *by, *limits, *also, *age]))


def _only(when: str) -> str:
    return f" ({when})" if when else ""


def _from_template(asked: Question, form: Form) -> bool:
    """A question that a template put behind another one; the template has a table of its own."""
    return any(asked.id in _added_ids(parent) for parent in form.question if parent.adds)


def _added_ids(parent: Question) -> set[str]:
    return {str(each["id"]).replace("{id}", parent.id) for name in parent.adds for each in _pattern(name)}


def _pattern(name: str) -> tuple[dict[str, object], ...]:
    return resources.decode(f"{TEMPLATE_FOLDER}/{name}.toml", catalogue.Template).question


def _template(name: str) -> Iterator[str]:
    """The questions behind each test or flag, shown as those of the first one that has them."""
    form, parent = next(
        (form, each) for form in catalogue.forms().values() for each in form.question if name in each.adds
    )
    wanted = _added_ids(parent)
    users = [each.id for form in catalogue.forms().values() for each in form.question if name in each.adds]
    yield f"### Behind each of {listed(users)} (`{name}`, here as `{parent.id}`)"
    yield ""
    head = ("id", "asked", "answers", "asked when", "unfolds when", "for the therapist; source")
    for_each = (each for each in form.question if each.id in wanted)
    rows = ((*_question(each)[:4], in_words(each.drawn_when), each.note) for each in for_each)
    yield from table(head, rows)


# -- readiness


def _readiness() -> Iterator[str]:
    found = rules.content()
    yield from table(
        ("outcome", "name", "allows"),
        [(name, each.name, each.allows) for name, each in found.outcome.items()],
    )
    yield from ("", "A test is done when it reaches, without a limp:", "")
    yield from table(
        ("test", "name", "to reach", "sides"),
        [
            (name, each.name, f"{each.criterion:g} {each.counted}", "each" if each.sides else "")
            for name, each in found.test.items()
        ],
    )
    yield from ("", f"Met: “{found.met}” Does not apply: “{found.not_applicable}”")
    for each in found.rule:
        yield from ("", *_rule(each))


def _rule(its: Rule) -> Iterator[str]:
    yield f"### {its.id} {its.name}"
    yield ""
    limits = [f"{name.replace('_', ' ')} {value:g}" for name, value in its.limits.items()]
    yield from pairs(
        {
            "asked for": its.limit,
            "limits": ", ".join(limits),
            "reason, shown and printed" if its.printed else "reason, never printed": its.reason,
            "source": its.source,
        }
    )
    yield ""
    effects: dict[str, Effect] = {**its.findings, "not tested": its.not_tested}
    if its.not_tested_bulge:
        effects["not tested, with a bulge"] = its.not_tested_bulge
    head = (
        "when",
        "allows up to",
        "shown as",
        "reason instead",
        "limit instead",
        "for the therapist",
        "printed",
    )
    yield from table(head, (_effect(name, each) for name, each in effects.items()))


def _effect(name: str, its: Effect) -> tuple[object, ...]:
    printed = "" if its.printed else "never"
    return (name.replace("_", " "), its.cap, its.severity, its.reason, its.limit, its.note, printed)


# -- the plan


def _plan() -> Iterator[str]:
    found = content()
    yield from ("### Phases", "")
    yield from table(
        ("phase", "name", "aim", "from", "left when"),
        [(each.id, each.name, each.aim, each.allowed_from, each.leave_when) for each in found.phase],
    )
    yield from ("", "### What a signed outcome opens", "")
    yield from table(
        ("outcome", "phase", "chosen from, in order", *found.outcome["O1"].quota, "weeks to the review"),
        [
            (
                name,
                each.phase,
                [PHASES[at] for at in each.columns],
                *each.quota.values(),
                span(each.review_weeks),
            )
            for name, each in found.outcome.items()
        ],
    )
    yield from ("", "Figures of the selection:", "", *pairs(_figures(found.selection, PLAN, "selection")))
    yield from ("", "### What calls for what, in this order", "")
    head = ("row", "findings", *PHASES.values(), "cues", "texts", "remarks")
    yield from table(head, (_row(each) for each in found.row))
    yield from ("", "An arrow's second exercise is taken once its entry test is passed:", "")
    yield from table(("exercise", "entry test"), ((each.id, _entry(each)) for each in found.entry))
    yield from ("", "### Contraindication codes", "")
    yield from table(
        ("code", "active when", "instead of leaving it out", "exercises", "source"),
        [(each.id, each.active_when, each.note, _with_code(each.id), each.source) for each in found.code],
    )
    yield from ("", "Where the codes begin:", "", *pairs(_figures(found.limits, PLAN, "limits")))
    yield from ("", "### Doses", "")
    yield from table(
        ("type", "amount", "effort", "days", "rest", "step", "source"),
        [
            (each.type, each.amount, each.effort, each.days, each.rest, each.step, each.source)
            for each in found.dosage
        ],
    )
    yield from (
        "",
        "Pelvic floor, as computed:",
        "",
        *pairs(_figures(found.pelvic_floor, PLAN, "pelvic_floor")),
    )
    yield from ("", "### The week", "")
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    patterns = {name: getattr(found.week, name) for name in ("O1", "O2", "O3", "O4", "O5", "menopause")}
    yield from table(
        ("outcome", *days),
        [(name, *(" + ".join(day) for day in pattern)) for name, pattern in patterns.items()],
    )
    apart = {
        name: value for name, value in _figures(found.week, PLAN, "week").items() if name not in patterns
    }
    yield from (
        "",
        *pairs(apart),
        "",
        *pairs({f"session {k}": v for k, v in _figures(found.cards, PLAN, "cards").items()}),
    )


def _figures(of: object, path: str, section: str) -> dict[str, object]:
    """The fields of a table of figures: names as words, and what the file remarks beside a figure."""
    names: tuple[str, ...] = getattr(of, "__struct_fields__", ())
    remarks = _remarks(path, section)
    values = {name: getattr(of, name) for name in names}
    return {
        name.replace("_", " "): f"{cell(value)} ({remarks[name]})" if name in remarks else value
        for name, value in values.items()
    }


def _remarks(path: str, section: str) -> dict[str, str]:
    _, _, below = resources.text(path).partition(f"\n[{section}]")
    lines = below.partition("\n[")[0].splitlines()
    return {found["key"]: found["remark"] for line in lines if (found := REMARK.match(line))}


def _row(row: Row) -> tuple[object, ...]:
    cells = (", ".join(_item(each) for each in row.cell(column)) for column in library.COLUMNS)
    notes = [f"{exercise}: {note.replace('_', ' ')}" for exercise, note in row.notes.items()]
    remarks = [f"{PHASES[column]}: {said}" for column, said in row.remarks.items()]
    findings = listed(row.findings) or "none"
    return (
        row.id,
        f"{findings} ({row.flag})" if row.flag else findings,
        *cells,
        row.cues,
        row.said,
        "; ".join([*notes, *remarks]),
    )


def _item(its: Item) -> str:
    if its.then:
        return f"{its.id} → {its.then}"
    return f"{its.id} ({its.instead} with {its.finding})" if its.instead else its.id


def _entry(its: Entry) -> str:
    if its.green_twice:
        return f"{its.green_twice} green twice"
    return f"{its.both_sides} {its.at_least:g} or more on both sides"


def _with_code(code: str) -> list[str]:
    return [each.id for each in exercises().values() if code in each.not_if]


def _exercises() -> Iterator[str]:
    words = Words("en")
    for place, each in enumerate(exercises().values()):
        yield from ("",) if place else ()
        yield f"### {each.id} {each.name}"
        yield ""
        yield from pairs(_card(each, words))


def _card(its: Exercise, words: Words) -> dict[str, object]:
    named = {code.id: code.active_when for code in content().code}
    return {
        "steps": " ".join(f"{number}. {step}." for number, step in enumerate(its.steps, 1)),
        "breath": its.breath,
        "dose": its.dose.text,
        "printed as": dose.say(its.dose, words),
        "a day, a week at most": f"{its.dose.a_day}; {span(its.dose.a_week) if its.dose.a_week else '7'}",
        "easier": its.easier,
        "harder": its.harder,
        "not if": "; ".join(f"{code} ({named[code]})" for code in its.not_if),
        "needs": its.equipment,
        "source": its.source,
    }


def _running() -> Iterator[str]:
    found = ladder.ladders()
    walk_run = found.walk_run
    yield from pairs(
        {
            "source": found.source,
            "walking before, after (min)": (walk_run.warm_up_minutes, walk_run.cool_down_minutes),
            "sessions a week": walk_run.sessions_a_week,
        }
    )
    yield ""
    yield from table(
        ("level", "times", "run (min)", "walk (min)", "run in all", "session"),
        [
            (f"L{each.number}", each.repeats, f"{each.run:g}", f"{each.walk:g}", f"{each.run_minutes:g}",
             f"{each.session_minutes:g}")
            for each in walk_run.level
        ],
    )  # fmt: skip
    bases = [
        f"L{base.level}: {base.run_minutes:g} min within {base.days} days"
        if base.run_minutes
        else f"L{base.level}: else"
        for base in found.start.base
    ]
    missed = [f"{each.days} days or more: {each.down} down" for each in found.steps.missed]
    gates = [f"{each.race}: {each.said}" for each in found.build.gate]
    for title, of, section, more in (
        ("Where she starts", found.start, "start", {"base": "; ".join(bases)}),
        ("A runner who runs already", found.present_runner, "present_runner", {}),
        ("After a session", found.steps, "steps", {"missed": "; ".join(missed)}),
        ("The build", found.build, "build", {"gate": "; ".join(gates)}),
    ):
        yield from ("", f"### {title}", "", *pairs({**_figures(of, ladder.FILE, section), **more}))


def _cues() -> Iterator[str]:
    names = {"text": "says", "reason": "plain reason", "metric": "should move", "evidence": "evidence"}
    for place, each in enumerate(cue.every()):
        yield from ("",) if place else ()
        yield f"### {each.id}"
        yield ""
        figures = {
            name.replace("_", " "): value for name, value in msgspec.structs.asdict(each).items() if value
        }
        yield from pairs({names.get(name, name): value for name, value in figures.items() if name != "id"})


def _texts() -> Iterator[str]:
    said = texts("en")
    yield from table(
        ("id", "text", "said"),
        [
            (each, _words(said[f"text.{each}"]), "always" if each in ALWAYS else "when it holds")
            for each in TEXTS
        ],
    )
    paper = resources.table("words/en/paper.toml")
    for name in [each for each in paper if each != "text"]:
        keys = [key for key in said if key.startswith(f"{name}.")]
        yield from ("", f"### {name.replace('_', ' ')}", "")
        yield from table(("key", "text"), ((key.partition(".")[2], _words(said[key])) for key in keys))


def _words(text: Text) -> str:
    return text if isinstance(text, str) else "; ".join(f"{form}: {each}" for form, each in text.items())


def _measures() -> Iterator[str]:
    yield from table(
        ("id", "name", "unit", "view", "least frames/s", "formula", "reference", "source"),
        [
            (each.id, each.name, each.unit, each.view, f"{each.at_least_fps:g}", each.formula, each.reference,
             each.source)
            for each in reference.metrics().values()
        ],
    )  # fmt: skip


def _to_confirm() -> Iterator[str]:
    rows = ((f"`{name}`", what, said) for name, what, said in _sources() if _is_unsure(said))
    yield from table(("id", "what", "as it stands"), rows)


def _is_unsure(said: str) -> bool:
    return any(word in said.lower() for word in UNSURE)


def _sources() -> Iterator[tuple[str, str, str]]:
    """Every id, what it is, and what its file says of its source; a note only where it doubts."""
    for form in catalogue.forms().values():
        change = form.score.change_source if form.score else ""
        yield form.id, form.title, joined((form.source, change if _is_unsure(change) else ""))
        for each in form.question:
            note = each.note if _is_unsure(each.note) else ""
            yield f"{form.id}/{each.id}", each.short or each.text, joined((each.source, note))
    yield from ((each.id, each.name, each.source) for each in rules.content().rule)
    yield from ((code.id, code.active_when, code.source) for code in content().code)
    yield from (("dose", each.type, each.source) for each in content().dosage)
    yield from ((each.id, each.name, each.source) for each in exercises().values())
    yield from ((each.id, each.text, joined((each.evidence, each.metric))) for each in cue.every())
    yield "ladder", "walk-run ladder", ladder.ladders().source
    yield from ((each.id, each.name, each.source) for each in reference.metrics().values())


CHAPTERS: Mapping[str, Callable[[], Iterator[str]]] = {
    "1. What a red flag does": _actions,
    "2. Forms and instruments": _forms,
    "3. Readiness": _readiness,
    "4. The plan": _plan,
    "5. Exercises": _exercises,
    "6. Running": _running,
    "7. Running cues": _cues,
    "8. Texts on paper": _texts,
    "9. Measures of the stride": _measures,
    "10. To be confirmed by the clinic": _to_confirm,
}


def main(arguments: Sequence[str]) -> None:
    """Write to the path that is given, else print."""
    if arguments:
        Path(arguments[0]).write_text(written(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(written())


if __name__ == "__main__":
    main(sys.argv[1:])
