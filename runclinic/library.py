"""The clinical content as a whole: read once, and refused by file and line where it contradicts itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from runclinic import resources
from runclinic.forms import catalogue, flags
from runclinic.gait import reference
from runclinic.plan import content as plan_content
from runclinic.plan import cue, ladder, texts, week
from runclinic.plan.choose import STRENGTH
from runclinic.plan.content import Code, Content, Item, Row
from runclinic.plan.exercise import FOLDER, Exercise, exercises
from runclinic.readiness import rules
from runclinic.readiness.criterion import OUTCOMES
from runclinic.refused import Refused
from runclinic.words import Words, languages
from runclinic.words import texts as words_of

CATEGORIES = ("BR", "HG", "SL", "CO", "CF", "MO", "IM", "RD", "ME")
COLUMNS: tuple[plan_content.Column, ...] = ("one", "two", "three")
STRIDE = "F-STRIDE"


@cache
def check() -> None:
    """Read everything; Refused at the first thing that cannot be true, with its file and line."""
    catalogue.forms()
    flags.content()
    rules.content()
    reference.metrics()
    ladder.ladders()
    for problem in (*_cards(), *_cues(), *_plan(plan_content.content()), *_texts()):
        raise problem


# -- exercises


def _cards() -> Iterator[Refused]:
    library = exercises()
    known_codes = {code.id for code in plan_content.content().code}
    at_home = _equipment()
    for name in resources.folder(FOLDER):
        path = f"{FOLDER}/{name}.toml"
        if name not in library:
            found = resources.decode(path, Exercise)
            said = f"the file is {name}, the exercise in it {found.id}; each id has one file of its own."
            yield resources.refuse(path, "id =", said)
            continue
        yield from _card(library[name], path, library, known_codes, at_home)


def _card(
    its: Exercise, path: str, library: Mapping[str, Exercise], codes: set[str], at_home: set[str]
) -> Iterator[Refused]:
    if its.category != its.id[:2]:
        yield resources.refuse(path, "category =", f"{its.id} belongs to category {its.id[:2]}.")
    for marker, other in (("easier =", its.easier), ("harder =", its.harder)):
        if other == its.id:
            yield resources.refuse(path, marker, f"{its.id} names itself.")
        elif other and other not in library:
            yield resources.refuse(path, marker, f"there is no exercise {other}.")
    if _loops(its, library):
        yield resources.refuse(path, "easier =", f"the easier exercises of {its.id} come back to it.")
    for code in set(its.not_if) - codes:
        yield resources.refuse(path, "not_if =", f"there is no contraindication code {code}.")
    for thing in set(its.equipment) - at_home:
        yield resources.refuse(path, "equipment =", f"nobody is asked whether she has a “{thing}”.")
    yield from _figures_of_dose(its, path)


def _figures_of_dose(its: Exercise, path: str) -> Iterator[Refused]:
    dose = its.dose
    spans = (dose.sets, dose.reps, dose.breaths, dose.seconds, dose.minutes, dose.metres)
    if not any(spans):
        yield resources.refuse(path, "[dose]", f"{its.id} does not say how much.")
    for span in spans:
        if span and not 0 < span[0] <= span[1]:
            yield resources.refuse(path, "[dose]", f"{its.id} has a dose of {span[0]} to {span[1]}.")
    if dose.note and not Words("en").has(f"dose_note.{dose.note}"):
        yield resources.refuse(path, "note =", f"there is no text dose_note.{dose.note}.")


def _loops(its: Exercise, library: Mapping[str, Exercise]) -> bool:
    """Whether going to the easier exercise again and again ever comes back to this one."""
    seen: set[str] = set()
    at = its.easier
    while at in library and at not in seen:
        if at == its.id:
            return True
        seen.add(at)
        at = library[at].easier
    return False


def _equipment() -> set[str]:
    asked = catalogue.question("history/H53_equipment")
    return {str(option.value) for option in asked.options} if asked else set()


# -- cues


def _cues() -> Iterator[Refused]:
    seen: set[str] = set()
    for each in cue.every():
        if each.id in seen:
            yield resources.refuse(cue.FILE, f'id = "{each.id}"', f"the cue {each.id} stands twice.")
        seen.add(each.id)
        if each.add and each.add not in exercises():
            yield resources.refuse(cue.FILE, f'add = "{each.add}"', f"there is no exercise {each.add}.")
        if not each.evidence:
            yield resources.refuse(cue.FILE, f'id = "{each.id}"', f"the cue {each.id} names no evidence.")


# -- plan.toml


def _plan(found: Content) -> Iterator[Refused]:
    yield from _twice(found)
    for row in found.row:
        yield from _row(row)
    for code in found.code:
        yield from _code(code)
    for entry in found.entry:
        if entry.id not in exercises() or (entry.green_twice and entry.green_twice not in exercises()):
            yield _refuse(
                f'id = "{entry.id}"', f"the entry test of {entry.id} names no exercise of the library."
            )
        if entry.both_sides and entry.both_sides not in rules.tests():
            yield _refuse(f'both_sides = "{entry.both_sides}"', f"there is no test {entry.both_sides}.")
    yield from _outcomes(found)
    yield from _selection(found)
    yield from _sessions(found)


def _twice(found: Content) -> Iterator[Refused]:
    for kind, ids in (("row", [row.id for row in found.row]), ("code", [code.id for code in found.code])):
        for each in {name for name in ids if ids.count(name) > 1}:
            yield _refuse(f'id = "{each}"', f"the {kind} {each} stands twice.")
    if sum(not row.findings for row in found.row) != 1:
        yield _refuse("[[row]]", "exactly one row serves whoever has no finding.")


def _row(row: Row) -> Iterator[Refused]:
    words = Words("en")
    asked: tuple[tuple[str, Iterable[str], Callable[[str], bool]], ...] = (
        ("exercise", _exercises_of(row), lambda name: name in exercises()),
        ("cue", row.cues, lambda name: name in cue.cues()),
        ("text", row.said, lambda name: name in texts.TEXTS),
        ("text note", row.notes.values(), lambda name: words.has(f"note.{name}")),
        ("finding", row.findings, lambda name: name == STRIDE or words.has(f"finding.{name}")),
        ("flag", filter(None, [row.flag]), lambda name: words.has(f"finding_stride.{name}")),
    )
    for what, names, known in asked:
        for name in names:
            if not known(name):
                yield _refuse(f'"{name}"', f"row “{row.id}”: there is no {what} {name}.")


def _exercises_of(row: Row) -> Iterator[str]:
    items: Iterable[Item] = (item for column in COLUMNS for item in row.cell(column))
    for item in items:
        yield from filter(None, (item.id, item.then, item.instead))
    yield from row.notes


def _code(code: Code) -> Iterator[Refused]:
    marker = f'id = "{code.id}"'
    if not any(code.id in each.not_if for each in exercises().values()):
        yield _refuse(marker, f"no exercise has the code {code.id}.")
    if code.note and not Words("en").has(f"note.{code.note}"):
        yield _refuse(marker, f"there is no text note.{code.note}.")
    for by_pain in code.by_pain:
        for each in by_pain.exercises:
            if each not in exercises() or code.id not in exercises()[each].not_if:
                yield _refuse(f'"{each}"', f"{each} does not have the code {code.id}.")
        for test in set(by_pain.tests) - set(rules.tests()):
            yield _refuse(f'"{test}"', f"there is no test {test}.")


def _outcomes(found: Content) -> Iterator[Refused]:
    if set(found.outcome) != set(OUTCOMES) - {"O0"}:
        yield _refuse("[outcome.", "the outcomes must be O1 to O5.")
    for name, opened in found.outcome.items():
        if set(opened.quota) != {"BR", STRENGTH, "IM", "MO", "RD"}:
            yield _refuse(f"[outcome.{name}]", f"{name} needs a quota for BR, strength, IM, MO and RD.")


def _selection(found: Content) -> Iterator[Refused]:
    chosen = found.selection
    for each in (chosen.mobility_for_all, chosen.gentle_impact):
        if each not in exercises():
            yield _refuse(f'"{each}"', f"there is no exercise {each}.")
    for each in set(chosen.strength + chosen.lowered_categories) - set(CATEGORIES):
        yield _refuse(f'"{each}"', f"there is no category {each}.")


def _sessions(found: Content) -> Iterator[Refused]:
    cards = found.cards
    named = [*cards.B, *cards.S, *cards.I, *cards.warm_up, *cards.R]
    for its in exercises().values():
        if its.id not in named and its.category not in named:
            yield _refuse("[cards]", f"{its.id} belongs to no session.")
    for name in ("O1", "O2", "O3", "O4", "O5", "menopause"):
        days: tuple[tuple[str, ...], ...] = getattr(found.week, name)
        if len(days) != len(week.DAYS):
            yield _refuse(f"{name} = [", f"the week {name} must have seven days.")
        for session in (each for day in days for each in day):
            if week.kind(session) not in week.KINDS:
                yield _refuse(f'"{session}"', f"there is no session {session}.")


def _refuse(marker: str, said: str) -> Refused:
    return resources.refuse(plan_content.FILE, marker, said)


# -- texts


def _texts() -> Iterator[Refused]:
    for language in languages():
        words = Words(language)
        path = f"words/{language}/paper.toml"
        wanted = [f"text.{each}" for each in texts.TEXTS]
        wanted += [f"strong.{each}" for each in texts.STRONG_KEYS]
        wanted += [f"days.{each}" for each in (*"BSIR", "warm_up")]
        for key in wanted:
            if not words.has(key):
                yield resources.refuse(path, f"[{key.partition('.')[0]}]", f"the text {key} is missing.")
        for key in words_of(language):
            if key.startswith("text.") and key.removeprefix("text.") not in texts.TEXTS:
                yield resources.refuse(path, key.removeprefix("text."), f"no plan says the text {key}.")
