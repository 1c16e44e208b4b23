"""Every page with an invented runner on it, texts a third longer, and an eye for what is cut off."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from runclinic import case, paths, records
from runclinic.forms import catalogue
from runclinic.records.keys import FLOOR
from runclinic.ui import client, clients, workplace
from runclinic.ui import say as saying
from runclinic.ui.unlock import Unlock
from runclinic.ui.visit import FormsPage
from runclinic.ui.workplace import Workplace
from runclinic.visit import parts as visit_parts
from runclinic.words import Words

PASSWORD = "orchard violin sixty tide"
CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}
TODAY = date(2026, 11, 17)
LONGER = 0.35  # German is some 30 % longer than English
ENDING = "ungenschaftlichkeit"
NAMES_ITSELF = ("text", "short", "again", "title", "intro", "section", "note", "protocol", "words")


class Today(date):
    """The day on which every picture is taken."""

    @classmethod
    def today(cls) -> "Today":
        return cls(TODAY.year, TODAY.month, TODAY.day)


# ---------------------------------------------------------------------------------------- long words
def longer(words: str) -> str:
    """As long as in German: each word of three letters or more by a third; blanks and marks stay."""
    owed = 0.0

    def grown(match: re.Match[str]) -> str:
        nonlocal owed
        word = match[0]
        owed += len(word) * LONGER
        if len(word) < 3 or owed < 1:
            return word
        added, owed = int(owed), owed - int(owed)
        return word + ENDING[:added]

    pieces = re.split(r"(\{[^}]*\}|[A-Z]*\d+\w*)", words)
    return "".join(each if at % 2 else re.sub(r"[A-Za-z]+", grown, each) for at, each in enumerate(pieces))


class LongWords(Words):
    """English whose words are as long as those of German."""

    def __init__(self) -> None:
        super().__init__("en")
        self._long = {
            key: {form: longer(each) for form, each in text.items()}
            if isinstance(text, dict)
            else longer(str(text))
            for key, text in super()._texts.items()
        }

    @property
    def _texts(self) -> dict[str, Any]:
        return self._long


def long_struct(given: Any) -> Any:
    """A form, a question or a part with long words."""
    changed: dict[str, Any] = {}
    for field in given.__struct_fields__:
        value = getattr(given, field)
        if isinstance(value, str) and field in NAMES_ITSELF:
            changed[field] = longer(value)
        elif isinstance(value, msgspec.Struct) and field == "each":
            changed[field] = long_struct(value)
        elif isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct):
            changed[field] = tuple(map(long_struct, value))
        elif field == "ends" and value:
            changed[field] = tuple(longer(each) for each in given.ends)
    return msgspec.structs.replace(given, **changed)


@contextmanager
def long_words(patch: Any) -> Iterator[None]:
    """While it lasts, all that the window says is a third longer; `patch` is a MonkeyPatch."""
    former = saying._spoken["now"]
    with patch.context() as here:
        forms = {form_id: long_struct(catalogue.form(form_id)) for form_id in catalogue.ids()}
        parts = tuple(map(long_struct, visit_parts.parts()))
        carried = {key: tuple(map(longer, sections)) for key, sections in visit_parts.carried().items()}
        here.setattr(catalogue, "_read", forms.__getitem__)
        here.setattr(visit_parts, "parts", lambda: parts)
        here.setattr(visit_parts, "carried", lambda: carried)
        saying._spoken["now"] = LongWords()
        try:
            yield
        finally:
            saying._spoken["now"] = former


@contextmanager
def that_day(patch: Any) -> Iterator[None]:
    """While it lasts, the pages believe that it is the day of the visit."""
    with patch.context() as here:
        for module in (client, clients, workplace):
            here.setattr(module, "date", Today)
        yield


# ------------------------------------------------------------------------------------------- screens
@dataclass(frozen=True)
class Screen:
    """A page by its name, brought to the front."""

    name: str
    widget: QWidget


def clinic(home: Path) -> records.Store:
    """A clinic with case C4, an earlier visit of hers, and some other clients."""
    store = records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR)
    answers: Any = case.read(paths.resources() / "examples" / "c4.toml").answers
    for given, family, born in (("Ada", "Brandt", 1988), ("Cleo", "Eriksen", 1979), ("Ines", "Castro", 1995)):
        store.clients.add(given_name=given, family_name=family, born=date(born, 3, 9), phone="555 0170")
    hers = store.clients.add(
        given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2), phone="555 0199"
    )
    for day in (date(2026, 10, 20), TODAY):
        visit = store.visits.start(hers.id, day)
        for key, value in answers.items():
            store.visits.append(visit.id, key, value, state="value", source="typed")
    return store


def rest() -> None:
    """Until nothing is left to be laid out."""
    for _ in range(4):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def screens(store: records.Store, size: tuple[int, int], *, papers: bool = True) -> Iterator[Screen]:
    """Each page in turn; without `papers` those that wait for a paper are left out."""
    unlock = Unlock(store.home)
    yield from _shown("unlock", unlock, size)
    unlock.close()
    work = Workplace(store)
    if work.backing_up is not None:
        work.backing_up.stop()  # or it begins in some pictures
    work.status.saved.setText("")
    yield from _shown("clients", work, size)
    work.new_client()
    yield from _shown("new client", work, size)
    hers = store.clients.search("Lindqvist")[0]
    work.show_client(hers)
    yield from _shown("client", work, size)
    yield from _library(work, size)
    work.show_documents()
    yield from _shown("documents", work, size)
    work.show_settings()
    yield from _shown("settings", work, size)
    work.show_thresholds()
    assert work.thresholds_page is not None
    work.thresholds_page.complete()
    yield from _shown("thresholds", work, size)
    for page in ("a-visit", "keys", "about"):
        work.show_help(page)
        yield from _shown(f"help {page}", work, size)
    work.show_visit(hers, store.visits.of(hers.id)[-1])
    page = work.visit_page
    assert page is not None
    for state in page.visit.part_states():
        if state.id in ("plan", "print", "sign") and not papers:
            continue
        page.go_to(state.id)
        shown = page._made[state.id]
        paper = getattr(shown, "paper", None)
        if paper is not None:
            _wait(paper.save.isEnabled)
        if not isinstance(shown, FormsPage):
            yield from _shown(state.id, work, size)
            continue
        for form_id in shown._forms:
            form = shown.show_form(form_id)
            form.complete()
            form.start()
            yield from _shown(state.id if len(shown._forms) == 1 else f"{state.id} {form_id}", work, size)
    page.shut()
    work.close()
    work.deleteLater()
    rest()


def _library(work: Workplace, size: tuple[int, int]) -> Iterator[Screen]:
    work.show_library()
    page = work.library_page
    assert page is not None
    for card in ("Q01", "text.T-CALL", "HG01"):
        page.go_to(card)
        yield from _shown(f"library {card}", work, size)
    page.edit()
    yield from _shown("library sheet", work, size)
    assert page.sheet is not None
    page.sheet.left.emit()


def _wait(done: Any) -> None:
    for _ in range(2400):  # two minutes: a busy machine
        if done():
            return
        QTest.qWait(50)
    raise AssertionError("the paper is never ready")


def _shown(name: str, widget: QWidget, size: tuple[int, int]) -> Iterator[Screen]:
    if not widget.isVisible():
        widget.resize(*size)
        widget.show()
    rest()
    yield Screen(name, widget)


# ----------------------------------------------------------------------------------- what is cut off
def cut_off(screen: Screen, size: tuple[int, int]) -> list[str]:
    """What cannot be read whole, or lies outside; [] when all is well."""
    window = screen.widget
    found = []
    if (window.width(), window.height()) != size:
        found.append(f"the page wants {window.width()} x {window.height()}")
    for widget in window.findChildren(QWidget):
        if widget.window() is window and widget.isVisible():
            found.extend(f"{type(widget).__name__} {said}" for said in _wrong(widget, window))
    return sorted(set(found))


def _wrong(widget: QWidget, window: QWidget) -> Iterator[str]:
    if isinstance(widget, QAbstractScrollArea):
        if widget.horizontalScrollBar().isVisible():
            yield "scrolls sideways"
        inside: QWidget | None = widget.widget() if isinstance(widget, QScrollArea) else None
        if inside is not None:
            wants, room = inside.minimumSizeHint().width(), widget.viewport().width()
            if wants > room:
                yield f"holds a page of {wants} in {room}"
    words = words_of(widget)
    if not words:
        return
    why = _too_long(widget, words)
    if why:
        yield f"“{words[:60]}” {why}"
    if outside(widget, window):
        yield f"“{words[:60]}” lies outside"


def words_of(widget: QWidget) -> str:
    """What a widget says; "" if it says nothing."""
    if isinstance(widget, QLabel) and widget.pixmap().isNull():
        return widget.text()
    if isinstance(widget, QAbstractButton):
        return widget.text().replace("&", "")
    if isinstance(widget, QLineEdit):
        return widget.text() or widget.placeholderText()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText() or widget.placeholderText()
    return ""


def _too_long(widget: QWidget, words: str) -> str:
    metrics = widget.fontMetrics()
    across = max(metrics.horizontalAdvance(line) for line in words.splitlines() or [""])
    if isinstance(widget, QLabel) and widget.wordWrap():
        wants = widget.heightForWidth(widget.width())
        longest = max((metrics.horizontalAdvance(word) for word in words.split()), default=0)
        if longest > widget.contentsRect().width() + 1:
            return f"has a word of {longest} in {widget.contentsRect().width()}"
        return f"wants {wants} high, has {widget.height()}" if wants > widget.height() + 2 else ""
    room = widget.contentsRect().width()
    if isinstance(widget, QPushButton):
        room = widget.width() - 4
        across += 0 if widget.icon().isNull() else widget.iconSize().width() + 4
    elif isinstance(widget, QToolButton):
        room = widget.width() - 2
    elif isinstance(widget, QLineEdit):
        if len(words) > 60:
            return ""  # a long answer scrolls in its line
        room = widget.width() - 18
    elif isinstance(widget, QPlainTextEdit):
        return ""  # it wraps and grows
    if across > room + 1:
        return f"is {across} wide, has {room}"
    tall = metrics.height()
    return f"is {tall} high, has {widget.height()}" if tall > widget.height() + 2 else ""


def outside(widget: QWidget, window: QWidget) -> bool:
    """Whether a part of it lies beyond something that holds it; what scrolls up and down may lie below."""
    holder, below = widget.parentWidget(), False
    while holder is not None:
        if isinstance(holder, QAbstractScrollArea):
            below = True
        place = QRect(widget.mapTo(holder, QPoint(0, 0)), widget.size())
        if place.left() < -1 or place.right() > holder.width() + 1:
            return True
        scrolled = isinstance(holder.parentWidget(), QAbstractScrollArea)
        if not below and not scrolled and (place.top() < -1 or place.bottom() > holder.height() + 1):
            return True
        if holder is window:
            return False
        below = below or scrolled
        holder = holder.parentWidget()
    return False
