"""The clinical content as a whole: read once, and refused by file and line where it contradicts itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from runclinic import resources
from runclinic.forms import catalogue, flags, scoring
from runclinic.forms.form import Condition, Form, Question
from runclinic.gait import reference
from runclinic.layer import kept
from runclinic.plan import content as plan_content
from runclinic.plan import cue, her_words, ladder, texts, week
from runclinic.plan.choose import STRENGTH
from runclinic.plan.content import Code, Content, Item, Row
from runclinic.plan.exercise import FOLDER, Exercise, exercises
from runclinic.readiness import rules
from runclinic.readiness.criterion import OUTCOMES
from runclinic.readiness.rules import Effect, Rule
from runclinic.refused import Refused
from runclinic.visit import parts
from runclinic.words import SCREEN_LANGUAGE, Words, blanks_of, languages
from runclinic.words import texts as words_of

CATEGORIES = ("BR", "HG", "SL", "CO", "CF", "MO", "IM", "RD", "ME")
COLUMNS: tuple[plan_content.Column, ...] = ("one", "two", "three")
STRIDE = "F-STRIDE"
TEST_FORMS = ("load_tests", "strength")
LOCKS = frozenset({"strength", "impact", "treadmill", "plan"})
BLOCKS_UP_TO = "O3"  # a cap above it is a caution or a remark

# What judging a rule looks for in its block of criteria.toml: names of findings, and of limits. A block with
# another name, or without one of these, would only be noticed when a visit brings it up.
ASKED: dict[str, tuple[str, str]] = {
    "R01": ("emergency danger danger_unknown safeguarding", ""),
    "R02": ("", ""),
    "R03": ("hold refer referred", ""),
    "R04": ("pregnant", ""),
    "R05": ("early preparing individual", "least full"),
    "R06": ("open", "weeks"),
    "R07": ("symptoms managed", "leak heaviness pelvic_pain weeks"),
    "R08": ("strong mild managed with_cue", ""),
    "R09": ("gas stool", ""),
    "R10": ("low supported bulge", "low high"),
    "R11": ("mild high", "calm high"),
    "R12": ("mild high", "calm high"),
    "R13": ("short", ""),
    "R14": ("short", ""),
    "R15": ("short", ""),
    "R16": ("short low", "low"),
    "R17": ("watch gap", "even gap"),
    "R18": ("weak none bears_down", ""),
    "R19": ("tight", "tender"),
    "R20": ("short", "fast holds hold_seconds submax_seconds"),
    "R21": ("late", ""),
    "R22": ("uncontrolled", ""),
    "R23": ("wide marked avulsion", "usual marked"),
    "R24": ("yellow orange red", "adverse leaf_q"),
    "R25": ("low", "epds phq_4_part"),
    "R26": ("short tired", "hours broken fatigue"),
    "R27": ("fear", "confidence tsk_17"),
    "R28": ("thin one_fracture fractures", "t_score"),
    "R29": ("few", "sessions"),
    "R30": ("sore", "calm"),
    "R31": ("none_yet", ""),
    "R32": ("bra", ""),
}


def read() -> None:
    """Read everything as values; what cannot be read is Refused with its file and line."""
    catalogue.forms()
    flags.content()
    rules.content()
    reference.metrics()
    ladder.ladders()
    parts.parts()
    exercises()
    cue.cues()
    plan_content.content()
    words_of("en")


@kept
def check() -> None:
    """Read everything; Refused at the first thing that cannot be true, with its file and line."""
    read()
    for one_kind in (_actions, _forms, _parts, _rules, _tests, _cards, _cues, _plan, _texts):
        for problem in one_kind():
            raise problem


# -- forms and flags


def _forms() -> Iterator[Refused]:
    paths = {str(resources.table(path)["id"]): path for path in map(_form_path, resources.folder("forms"))}
    for form in catalogue.forms().values():
        path = paths[form.id]
        for name in ("title", "source"):
            if not getattr(form, name).strip():
                yield resources.refuse(path, f"{name} =", f"{form.id} has no {name}.")
        if form.mode in {"ITEM", "TOTAL"} and not form.licence:
            yield resources.refuse(path, "mode =", f"{form.id} does not say under which licence it is keyed.")
        yield from _score(form, path)
        for each in form.question:
            yield from _flag(each, form, path)
            if each.at_least_of and form.find(each.at_least_of) is None:
                said = f"{each.id}: the question “{each.at_least_of}” is not there."
                yield resources.refuse(path, f'"{each.id}"', said)


def _form_path(name: str) -> str:
    return f"{catalogue.FOLDER}/{name}.toml"


def _score(form: Form, path: str) -> Iterator[Refused]:
    """What scoring.py would stumble over: a method, an item or a condition that is not there."""
    if form.score is None:
        return
    its = scoring.scoring_of(form.id)
    for item in its.reversed:
        if form.find(item) is None:
            yield resources.refuse(path, "reversed =", f"the score turns “{item}”, which is not asked.")
    if [lowest for lowest, _ in its.bands] != sorted({lowest for lowest, _ in its.bands}):
        yield resources.refuse(path, "bands =", "the bands must rise.")
    if its.change is not None and not its.change_source:
        yield resources.refuse(path, "change =", "the change that counts has no source.")
    for key in _questions_of(its.valid_when):
        if catalogue.question(key) is None:
            yield resources.refuse(path, f'"{key}"', f"the question “{key}” is not there.")


def _questions_of(condition: Condition | None) -> Iterator[str]:
    if condition is None:
        return
    if condition.question:
        yield condition.question
    for part in (*(condition.any or ()), *(condition.all or ())):
        yield from _questions_of(part)


def _flag(asked: Question, form: Form, path: str) -> Iterator[Refused]:
    """A flag's actions are known, and what makes it more severe is asked."""
    flag = asked.flag
    if flag is None:
        return
    marker = f'"{asked.id}"'
    for action in {*flags.leads_to(asked), *filter(None, (flag.action,))} - set(flags.actions()):
        yield resources.refuse(path, marker, f"{asked.id}: there is no action {action}.")
    if not asked.source:
        yield resources.refuse(path, marker, f"{asked.id} opens a flag and names no source.")
    by = (*flag.raised, *flag.together, *filter(None, (flag.by,)))
    named = [*(each.question for each in by), *(name for limit in flag.limits for name in limit.questions)]
    for name in named:
        if form.find(name) is None:
            yield resources.refuse(path, marker, f"{asked.id}: the question “{name}” is not there.")
    for each in by:
        sub = form.find(each.question)
        options = {"yes", "no"} | {str(option.value) for option in sub.options} if sub else set(each.actions)
        for answer in set(each.actions) - options:
            yield resources.refuse(path, marker, f"{each.question} has no option “{answer}”.")


def _actions() -> Iterator[Refused]:
    found = flags.content()
    for its in found.action:
        if [each.id for each in found.action].count(its.id) > 1:
            yield resources.refuse("flags.toml", f'id = "{its.id}"', f"the action {its.id} stands twice.")
        for lock in set(its.locks) - LOCKS:
            yield resources.refuse("flags.toml", f'id = "{its.id}"', f"there is no lock “{lock}”.")
    for elsewhere in (found.item_10, found.bone_injury):
        marker = f'flag = "{elsewhere.flag}"'
        if elsewhere.action not in flags.actions():
            yield resources.refuse("flags.toml", marker, f"there is no action {elsewhere.action}.")
        if catalogue.question(f"{flags.SAFETY}/{elsewhere.flag}") is None:
            yield resources.refuse("flags.toml", marker, f"there is no flag {elsewhere.flag}.")


def _parts() -> Iterator[Refused]:
    seen: set[str] = set()
    for part in parts.parts():
        if part.id in seen:
            yield resources.refuse(parts.FILE, f'id = "{part.id}"', f"the part {part.id} stands twice.")
        seen.add(part.id)
        if part.lock and part.lock not in LOCKS:
            yield resources.refuse(parts.FILE, f'lock = "{part.lock}"', f"there is no lock “{part.lock}”.")
        for form_id, cards in part.cards.items():
            known = {each.card or each.id for each in catalogue.form(form_id).question}
            for card in set(cards) - known:
                yield resources.refuse(parts.FILE, f'"{card}"', f"{form_id} has no card {card}.")


# -- the rules of readiness


def _rules() -> Iterator[Refused]:
    found = rules.rules()
    for rule_id in (*ASKED, *found):
        if rule_id not in found:
            yield resources.refuse(rules.FILE, "[[rule]]", f"the rule {rule_id} is missing.")
        elif rule_id not in ASKED:
            yield _refuse_rule(rule_id, f"nothing judges a rule {rule_id}.")
        else:
            yield from _rule(found[rule_id])
    if set(rules.content().outcome) != set(OUTCOMES):
        yield resources.refuse(rules.FILE, "[outcome.", "the outcomes must be O0 to O5.")


def _rule(its: Rule) -> Iterator[Refused]:
    for name in ("name", "reason", "source", "limit"):
        if not getattr(its, name).strip():
            yield _refuse_rule(its.id, f"the rule {its.id} has no {name}.")
    for what, wanted, there in zip(
        ("finding", "limit"), ASKED[its.id], (set(its.findings), set(its.limits)), strict=True
    ):
        for name in sorted(set(wanted.split()) - there):
            yield _refuse_rule(its.id, f"the rule {its.id} has no {what} “{name}”.")
        for name in sorted(there - set(wanted.split())):
            yield _refuse_rule(its.id, f"the rule {its.id} knows no {what} “{name}”.")
    for name, effect in (("not_tested", its.not_tested), *its.findings.items()):
        if _blocks_too_high(effect):
            yield _refuse_rule(its.id, f"{its.id}, {name}: what allows {effect.cap} does not block.")


def _blocks_too_high(effect: Effect) -> bool:
    return effect.severity == "block" and effect.cap > BLOCKS_UP_TO


def _refuse_rule(rule_id: str, said: str) -> Refused:
    return resources.refuse(rules.FILE, f'id = "{rule_id}"', said)


def _tests() -> Iterator[Refused]:
    """A test is counted as its form asks it, and reaches what its card says."""
    asked = {each.id: each for form_id in TEST_FORMS for each in catalogue.form(form_id).question}
    for test_id, its in rules.tests().items():
        marker = f"[test.{test_id}]"
        card = asked.get(test_id)
        if card is None:
            yield resources.refuse(rules.FILE, marker, f"no form asks the test {test_id}.")
        elif card.criterion != its.criterion:
            said = f"{test_id} asks for {its.criterion:g} here, and for {card.criterion or 0:g} in its form."
            yield resources.refuse(rules.FILE, marker, said)
        elif (card.kind == "left_right") != its.sides:
            said = f"{test_id} has two sides here or in its form, not in both."
            yield resources.refuse(rules.FILE, marker, said)
    for test_id in (each.id for each in asked.values() if each.criterion and each.id not in rules.tests()):
        yield resources.refuse(rules.FILE, "[test.", f"the test {test_id} is missing.")


# -- exercises


def _cards() -> Iterator[Refused]:
    library, words = exercises(), Words("en")
    known_codes = {code.id for code in plan_content.content().code}
    at_home = _equipment()
    for name in resources.folder(FOLDER):
        path = f"{FOLDER}/{name}.toml"
        if name not in library:
            found = resources.decode(path, Exercise)
            said = f"the file is {name}, the exercise in it {found.id}; each id has one file of its own."
            yield resources.refuse(path, "id =", said)
            continue
        yield from _card(library[name], path, known_codes, at_home)
        yield from _figures_of_dose(library[name], path, words)


def _card(its: Exercise, path: str, codes: set[str], at_home: set[str]) -> Iterator[Refused]:
    library = exercises()
    if not its.source:
        yield resources.refuse(path, "source =", f"{its.id} names no source.")
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


def _figures_of_dose(its: Exercise, path: str, words: Words) -> Iterator[Refused]:
    dose = its.dose
    spans = (dose.sets, dose.reps, dose.breaths, dose.seconds, dose.minutes, dose.metres)
    if not any(spans):
        yield resources.refuse(path, "[dose]", f"{its.id} does not say how much.")
    for span in spans:
        if span and not 0 < span[0] <= span[1]:
            yield resources.refuse(path, "[dose]", f"{its.id} has a dose of {span[0]} to {span[1]}.")
    if dose.note and not words.has(f"dose_note.{dose.note}"):
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


def _plan() -> Iterator[Refused]:
    found, words = plan_content.content(), Words("en")
    yield from _twice(found)
    for row in found.row:
        yield from _row(row, words)
    for code in found.code:
        yield from _code(code, words)
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


def _row(row: Row, words: Words) -> Iterator[Refused]:
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


def _code(code: Code, words: Words) -> Iterator[Refused]:
    marker = f'id = "{code.id}"'
    if not any(code.id in each.not_if for each in exercises().values()):
        yield _refuse(marker, f"no exercise has the code {code.id}.")
    if code.note and not words.has(f"note.{code.note}"):
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
        if language != SCREEN_LANGUAGE:
            yield from _translated(language)


def _translated(language: str) -> Iterator[Refused]:
    """A language has every text that the runner reads, with the same blanks and plurals, and no other."""
    its, english = words_of(language), words_of(SCREEN_LANGUAGE)
    wanted, own = her_words.keys(english), her_words.own_keys()
    for key in sorted(wanted - set(its)):
        said = f"the text {key} is missing."
        yield resources.refuse(f"words/{language}/{_file_of(key)}.toml", f"[{key.rpartition('.')[0]}]", said)
    for key in sorted(set(its)):
        name, path = key.rpartition(".")[2], f"words/{language}/{_file_of(key)}.toml"
        if key in own:
            continue
        if key not in wanted:
            yield resources.refuse(path, name, f"nothing asks for the text {key}.")
        elif key in english and blanks_of(its[key]) != blanks_of(english[key]):
            yield resources.refuse(path, f"{name} =", f"{key} does not have the blanks of the English text.")
        elif key in english and isinstance(its[key], str) != isinstance(english[key], str):
            yield resources.refuse(path, f"{name} =", f"{key} must have the plurals of the English text.")


def _file_of(key: str) -> str:
    return "exercises" if key.startswith("exercise.") else "paper"
