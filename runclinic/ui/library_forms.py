"""The sheets of the library: an exercise, a cue, or a text, in the words of each language."""

from collections.abc import Mapping
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from runclinic import resources
from runclinic.clinic import cards, told
from runclinic.clinic.shelf import Item
from runclinic.forms import catalogue
from runclinic.layer import value_at
from runclinic.library import CATEGORIES
from runclinic.plan.content import content
from runclinic.plan.cue import FILE as CUE_FILE
from runclinic.plan.exercise import FOLDER, exercise, exercises, is_own, offered
from runclinic.plan.figures import figure
from runclinic.refused import Refused
from runclinic.ui.library_fields import Fields, Figure, reading_note
from runclinic.ui.pieces import Button, Card, Icon, in_a_row, text
from runclinic.ui.say import say
from runclinic.visit.entry import Json
from runclinic.words import SCREEN_LANGUAGE, languages

OTHERS = tuple(each for each in languages() if each != SCREEN_LANGUAGE)
EACH = ("", "side", "way")
NEW_EXERCISE, NEW_CUE = "exercise", "cue"


class Sheet(Card):
    """Fields, and two buttons. `sent(value)` is what the setting shall be; `left` when nothing shall be."""

    sent = Signal(object)
    left = Signal()

    def __init__(self, title: str) -> None:
        super().__init__("active", margins=(20, 14, 20, 16))
        self.fields = Fields()
        self.fields.touched.connect(self._look)
        self.rows.addWidget(text(title, "title"))
        self.rows.addWidget(self.fields)
        self._wrong = text("", "wrong")
        self._wrong_row = QWidget()
        wrong = in_a_row(Icon("alert-circle-outline", "red", 16), self._wrong)
        wrong.setStretch(1, 1)
        self._wrong_row.setLayout(wrong)
        self._wrong_row.hide()
        self.rows.addWidget(self._wrong_row)
        self.save = Button(
            say("library.save"), kind="primary", icon="check", tall=True, tip=say("library.save_tip")
        )
        self.save.on_key("Ctrl+S")
        self.save.clicked.connect(self.send)
        self.leave = Button(say("library.leave"), tall=True, tip=say("library.leave_tip"))
        self.leave.clicked.connect(self.left)
        self.rows.addLayout(in_a_row(self.save, self.leave, None))

    def value(self) -> dict[str, Json] | None:
        """The setting as it is filled in; None = as shipped; Refused for what is no number."""
        return None

    def send(self) -> None:
        """Hand over what is filled in."""
        try:
            value = self.value()
        except Refused as refused:
            self.refuse(str(refused))
            return
        self._wrong_row.hide()
        self.sent.emit(value)

    def refuse(self, why: str) -> None:
        """Say what cannot be; what was typed stays."""
        self._wrong.setText(why)
        self._wrong_row.show()

    def refused(self) -> str:
        """What was said; "" for nothing."""
        return "" if self._wrong_row.isHidden() else self._wrong.text()

    def start(self) -> None:
        """The first field."""
        next(iter(self.fields.widgets.values())).setFocus(Qt.FocusReason.TabFocusReason)
        self._look()

    def _look(self) -> None:
        """Renew the notes."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class ExerciseSheet(Sheet):
    """An exercise; a new one has no card yet."""

    def __init__(self, card: str = "", setting: Mapping[str, Json] | None = None) -> None:
        self.card = card
        self.new = not card
        self.own = self.new or is_own(card)
        self._setting = dict(setting or {})
        self._shipped = {} if self.own else resources.shipped(f"{FOLDER}/{card}.toml")
        self._now = {} if self.new else resources.table(f"{FOLDER}/{card}.toml")
        super().__init__(say("library.new_exercise") if self.new else exercise(card).name)
        self._ask()

    def _ask(self) -> None:
        fields, now = self.fields, self._now
        if self.new:
            offered_ = [(each, say(f"category.{each}")) for each in CATEGORIES]
            fields.pick("category", say("library.category"), offered_, CATEGORIES[0])
        self._words("", now)
        self._ask_dose()
        others = [("", say("library.none"))]
        others += [(each.id, f"{each.id} {each.name}") for each in offered().values() if each.id != self.card]
        for field in ("easier", "harder"):
            fields.pick(field, say(f"library.{field}"), others, str(now.get(field, "")))
        asked = catalogue.question("history/H53_equipment")
        things = {str(each.value): each.text for each in asked.options} if asked else {}
        fields.several(
            "equipment", say("library.equipment"), things, _listed(now.get("equipment")), flow=True
        )
        codes = {each.id: f"{each.id}: {each.active_when}" for each in content().code}
        fields.several("not_if", say("library.not_if"), codes, _listed(now.get("not_if")))
        fields.box("source", say("library.source"), str(now.get("source", "")))
        if self.own:
            self._ask_figure()
        for language in OTHERS:
            fields.heading(say(f"library.in_{language}"))
            self._words(f"{language}.", _words_now(language, self.card))

    def _words(self, prefix: str, now: Mapping[str, object]) -> None:
        steps = [*_listed(now.get("steps")), "", "", ""]
        self.fields.line(f"{prefix}name", say("library.name"), str(now.get("name", "")))
        for at in range(3):
            self.fields.line(f"{prefix}steps.{at}", say("library.step", n=at + 1), steps[at])
        self.fields.line(f"{prefix}breath", say("library.breath"), str(now.get("breath", "")))

    def _ask_dose(self) -> None:
        dose = _table(self._now.get("dose"))
        figures = {
            name: (say(f"library.dose_{name}"), told.written(_span(dose.get(name)))) for name in told.SPANS
        }
        figures["a_day"] = (say("library.dose_a_day"), str(dose.get("a_day", 1)))
        self.fields.numbers(say("library.dose"), figures)
        sides = [(each, say(f"library.each_{each or 'none'}")) for each in EACH]
        self.fields.pick("each", say("library.each"), sides, str(dose.get("each", "")))

    def _ask_figure(self) -> None:
        lenders = [
            (each.id, f"{each.id} {each.name}") for each in exercises().values() if not is_own(each.id)
        ]
        lender = str(self._setting.get("figure_of", lenders[0][0]))
        picked = self.fields.pick("figure_of", say("library.figure_of"), lenders, lender)
        shown = Figure(figure(exercise(lender)), 150)
        picked.currentIndexChanged.connect(
            lambda _: shown.become(figure(exercise(str(picked.currentData()))))
        )
        self.fields.whole(shown)

    # -- what is filled in

    def value(self) -> dict[str, Json] | None:
        """All of an own card; of a shipped one what differs."""
        filled = self._filled()
        if self.own:
            made: dict[str, Json] = {**filled, "figure_of": self.fields.typed("figure_of")}
            made["category"] = self.fields.typed("category") if self.new else self.card[:2]
            if self._setting.get("retired"):
                made["retired"] = True
        else:
            made = {name: its for name, its in filled.items() if not _same(its, self._shipped.get(name))}
        others: dict[str, Json] = {}
        for language in OTHERS:
            shipped = {} if self.own else _words_shipped(language, self.card)
            hers = self._her_words(f"{language}.")
            differing: dict[str, Json] = {
                name: its
                for name, its in hers.items()
                if (its not in ("", ["", "", ""]) if self.own else not _same(its, shipped.get(name)))
            }
            if differing:
                others[language] = differing
        if others:
            made["in"] = others
        return made or None

    def _filled(self) -> dict[str, Json]:
        typed, chosen = self.fields.typed, self.fields.chosen
        return {
            **self._her_words(""),
            "dose": self._dose(),
            "easier": typed("easier"),
            "harder": typed("harder"),
            "not_if": _in_order(chosen("not_if"), self._now.get("not_if")),
            "equipment": _in_order(chosen("equipment"), self._now.get("equipment")),
            "source": typed("source"),
        }

    def _her_words(self, prefix: str) -> dict[str, Json]:
        typed = self.fields.typed
        steps: list[Json] = [typed(f"{prefix}steps.{at}").rstrip(".") for at in range(3)]
        return {"name": typed(f"{prefix}name"), "breath": typed(f"{prefix}breath"), "steps": steps}

    def _dose(self) -> dict[str, Json]:
        """As it stood, but for the figures that were changed."""
        before = _table(self._now.get("dose"))
        made = {name: its for name, its in before.items() if name not in (*told.SPANS, "a_day", "each")}
        for name in told.SPANS:
            its = told.span(self.fields.typed(name))
            if its is not None:
                made[name] = [*its]
        a_day = told.span(self.fields.typed("a_day")) or (1, 1)
        if a_day[0] != 1 or "a_day" in before:
            made["a_day"] = a_day[0]
        if each := self.fields.typed("each"):
            made["each"] = each
        if before and {**made} == before:
            return cast("dict[str, Json]", before)
        return cast("dict[str, Json]", made | {"text": told.shorthand(made)})

    def _look(self) -> None:
        """The note of each language whose words are as before while the English ones are not."""
        hers = self._her_words("")
        for language in OTHERS:
            its, name = self._her_words(f"{language}."), say(f"library.in_{language}")
            said = ""
            if self.own and not any(its.values()):
                said = say("library.english_there", language=name)
            elif not self.own:
                shipped = _words_shipped(language, self.card)
                left = any(
                    not _same(hers[part], self._shipped.get(part)) and _same(its[part], shipped.get(part))
                    for part in cards.HER_WORDS
                )
                said = say("library.still_shipped", language=name) if left else ""
            self.fields.note(f"{language}.name", said)
        for prefix in ("", *(f"{each}." for each in OTHERS)):
            for at in range(3):
                said = self.fields.typed(f"{prefix}steps.{at}")
                self.fields.note(f"{prefix}steps.{at}", reading_note(said))


class CueSheet(Sheet):
    """A running cue; a new one has no card yet."""

    def __init__(self, card: str = "", setting: Mapping[str, Json] | None = None) -> None:
        self.card = card
        self.own = not card or is_own(card)
        self._setting = dict(setting or {})
        self._now = _table(value_at(resources.table(CUE_FILE), f"cue/{card}"))
        self._shipped = _table(value_at(resources.shipped(CUE_FILE), f"cue/{card}"))
        super().__init__(say("library.edit_cue" if card else "library.new_cue"))
        for field in cards.OF_A_CUE:
            self.fields.box(field, say(f"library.cue_{field}"), str(self._now.get(field, "")))
        for language in OTHERS:
            said = value_at(resources.table(f"words/{language}/paper.toml"), f"cue/{card}")
            self.fields.box(f"{language}.text", say(f"library.in_{language}"), str(said or ""))

    def value(self) -> dict[str, Json] | None:
        """All of an own cue; of a shipped one what differs."""
        made: dict[str, Json] = {field: self.fields.typed(field) for field in cards.OF_A_CUE}
        if not self.own:
            made = {name: its for name, its in made.items() if not _same(its, self._shipped.get(name))}
        elif self._setting.get("retired"):
            made["retired"] = True
        others: dict[str, Json] = {}
        for language in OTHERS:
            its = self.fields.typed(f"{language}.text")
            if its if self.own else not _same(its, self._there(language)):
                others[language] = {"text": its}
        if others:
            made["in"] = others
        return made or None

    def _there(self, language: str) -> object:
        return value_at(resources.shipped(f"words/{language}/paper.toml"), f"cue/{self.card}")

    def _look(self) -> None:
        self.fields.note("text", reading_note(self.fields.typed("text")))
        changed = not _same(self.fields.typed("text"), self._shipped.get("text"))
        for language in OTHERS:
            its, name = self.fields.typed(f"{language}.text"), say(f"library.in_{language}")
            said = reading_note(its)
            if self.own and not its:
                said = say("library.english_there", language=name)
            elif not self.own and changed and _same(its, self._there(language)):
                said = say("library.still_shipped", language=name)
            self.fields.note(f"{language}.text", said)


class TextSheet(Sheet):
    """A text of the runner's paper in each language, or one of the letter."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key.partition(".")[2])
        self._forms: dict[str, tuple[str, ...]] = {}
        for language in cards.spoken(key):
            now = value_at(resources.table(cards.text_file(key, language)), key.replace(".", "/"))
            forms = _table(now) if isinstance(now, dict) else {"": now}
            self._forms[language] = tuple(forms)
            for form, said in forms.items():
                label = say(f"library.in_{language}")
                if form:
                    label = say("library.form", language=label, form=say(f"library.form_{form}"))
                self.fields.box(f"{language}.{form}", label, str(said))

    def value(self) -> dict[str, Json] | None:
        """The languages whose words differ from what is shipped."""
        said: dict[str, Json] = {}
        for language, forms in self._forms.items():
            if not self._as_shipped(language):
                its: dict[str, Json] = {form: self.fields.typed(f"{language}.{form}") for form in forms}
                said[language] = its.get("", its)
        return {"in": said} if said else None

    def _as_shipped(self, language: str) -> bool:
        shipped = cards.shipped_text(self.key, language)
        there = _table(shipped) if isinstance(shipped, dict) else {"": shipped}
        return all(_same(self.fields.typed(f"{language}.{form}"), said) for form, said in there.items())

    def _look(self) -> None:
        changed = not self._as_shipped(SCREEN_LANGUAGE)
        for language, forms in self._forms.items():
            name, hers = say(f"library.in_{language}"), f"{language}.{forms[0]}"
            said = reading_note(self.fields.typed(hers))
            if changed and language != SCREEN_LANGUAGE and self._as_shipped(language):
                said = say("library.still_shipped", language=name)
            self.fields.note(hers, said)


def sheet_of(item: Item, setting: Json) -> Sheet:
    """The sheet in which an item is changed."""
    its = cast("dict[str, Json]", setting) if isinstance(setting, dict) else None
    if item.kind == "exercise":
        return ExerciseSheet(item.id, its)
    return CueSheet(item.id, its) if item.kind == "cue" else TextSheet(item.id)


def _words_now(language: str, card: str) -> dict[str, object]:
    return _table(value_at(resources.table(f"words/{language}/exercises.toml"), f"exercise/{card}"))


def _words_shipped(language: str, card: str) -> dict[str, object]:
    return _table(value_at(resources.shipped(f"words/{language}/exercises.toml"), f"exercise/{card}"))


def _table(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _listed(value: object) -> list[str]:
    return [str(each) for each in cast("list[object]", value)] if isinstance(value, list) else []


def _span(value: object) -> tuple[int, int] | None:
    if not isinstance(value, list):
        return None
    least, most = cast("list[int]", value)
    return least, most


def _same(value: object, shipped: object) -> bool:
    """The same but for the width of blanks."""
    if isinstance(value, list) and isinstance(shipped, list):
        return len(value) == len(shipped) and all(map(_same, value, shipped))
    if isinstance(value, str) and isinstance(shipped, str):
        return value.split() == shipped.split()
    return value == shipped


def _in_order(chosen: list[str], before: object) -> list[Json]:
    """What is ticked: what stood before in its order, then what is new."""
    stood = [each for each in _listed(before) if each in chosen]
    return [*stood, *(each for each in chosen if each not in stood)]
