"""An item of the library as it reads: an exercise with its drawing, a cue, a text in each language."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from runclinic.clinic import cards
from runclinic.clinic.shelf import Item, plain
from runclinic.forms import catalogue
from runclinic.plan import her_words
from runclinic.plan.content import content
from runclinic.plan.cue import cue
from runclinic.plan.dose import say as say_dose
from runclinic.plan.exercise import Exercise, exercise, exercises, is_own
from runclinic.plan.figures import figure
from runclinic.ui.library_fields import FIGURE_SMALL, FIGURE_WIDE, LABEL_NARROW, LABEL_WIDTH, Figure
from runclinic.ui.library_forms import OTHERS
from runclinic.ui.pieces import Button, in_a_row, text
from runclinic.ui.say import say, words
from runclinic.words import SCREEN_LANGUAGE, Text, Words, texts


def reading(item: Item, go_to: Callable[[str], None], *, narrow: bool = False) -> QWidget:
    """The item as it stands; `go_to(id)` is where a link leads, `narrow` = on a screen with little room."""
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(10)
    if item.kind == "exercise":
        its = exercise(item.id)
        rows.addWidget(_picture_and_steps(its, narrow=narrow))
        rows.addWidget(_table(_of_exercise(its, go_to), narrow=narrow))
    elif item.kind == "cue":
        rows.addWidget(_table(_of_cue(item.id), narrow=narrow))
    else:
        rows.addWidget(_table(_of_text(item.id), narrow=narrow))
    return page


def _picture_and_steps(its: Exercise, *, narrow: bool) -> QWidget:
    held = QWidget()
    steps = QVBoxLayout()
    steps.setSpacing(6)
    for at, step in enumerate(its.steps, 1):
        line = in_a_row(text(str(at), "strong", wrap=False), text(step), spacing=10)
        line.setStretch(1, 1)
        steps.addLayout(line)
    steps.addStretch(1)
    row = in_a_row(Figure(figure(its), FIGURE_SMALL if narrow else FIGURE_WIDE), spacing=16)
    row.addLayout(steps, 1)
    held.setLayout(row)
    return held


def _of_exercise(its: Exercise, go_to: Callable[[str], None]) -> Iterator[tuple[str, QWidget]]:
    yield say("library.breath"), text(its.breath)
    yield say("library.dose"), text(f"{say_dose(its.dose, words())} ({its.dose.text})")
    for field, other in (("easier", its.easier), ("harder", its.harder)):
        if other in exercises():
            name = exercises()[other].name
            link = Button(
                f"{other} {name}", kind="flat", name=say(f"library.{field}_name", name=f"{other} {name}")
            )
            link.setProperty("bare", "true")
            link.clicked.connect(lambda _=False, other=other: go_to(other))
            held = QWidget()
            held.setLayout(in_a_row(link, None))
            yield say(f"library.{field}"), held
    if its.not_if:
        known = {code.id: code.active_when for code in content().code}
        yield say("library.not_if"), text("\n".join(f"{each}: {known[each]}" for each in its.not_if))
    asked = catalogue.question("history/H53_equipment")
    things = {str(each.value): each.text for each in asked.options} if asked else {}
    needed = ", ".join(things[each] for each in its.equipment)
    yield say("library.equipment"), text(needed or say("library.none"))
    yield say("library.source"), text(its.source)
    for language in OTHERS:
        name = say(f"library.in_{language}")
        if is_own(its.id) and not has_words(language, f"exercise.{its.id}."):
            yield name, text(say("library.english_there", language=name), "quiet")
            continue
        hers = her_words.exercise_in(its, Words(language))
        numbered = [f"{at} {step}" for at, step in enumerate(hers.steps, 1)]
        yield name, text("\n".join([hers.name, *numbered, hers.breath]))


def _of_cue(card: str) -> Iterator[tuple[str, QWidget]]:
    its = cue(card)
    for field in cards.OF_A_CUE:
        yield say(f"library.cue_{field}"), text(getattr(its, field), "strong" if field == "text" else "")
    for language in OTHERS:
        name = say(f"library.in_{language}")
        if is_own(card) and not has_words(language, f"cue.{card}"):
            yield name, text(say("library.english_there", language=name), "quiet")
        else:
            yield name, text(her_words.cue_in(its, Words(language)))


def has_words(language: str, begins: str) -> bool:
    """Whether a language has a text whose key begins so."""
    return any(key.startswith(begins) for key in texts(language))


def _of_text(key: str) -> Iterator[tuple[str, QWidget]]:
    for language in cards.spoken(key):
        its = texts(language)[key]
        role = "strong" if language == SCREEN_LANGUAGE else ""
        yield say(f"library.in_{language}"), text(_forms(its), role)


def _forms(its: Text) -> str:
    return plain(its) if isinstance(its, str) else "\n".join(its.values())


def _table(lines: Iterator[tuple[str, QWidget]], *, narrow: bool) -> QWidget:
    held = QWidget()
    grid = QGridLayout(held)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    grid.setColumnMinimumWidth(0, LABEL_NARROW if narrow else LABEL_WIDTH)
    grid.setColumnStretch(1, 1)
    for row, (label, widget) in enumerate(lines):
        grid.addWidget(text(label, "quiet"), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(widget, row, 1)
    return held
