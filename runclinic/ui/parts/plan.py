"""The plan: where she stands, the ladder, exercises and cues, beside the paper that she will take home."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from runclinic.plan.build import PlannedExercise
from runclinic.plan.cue import cue, cues
from runclinic.plan.dose import say as say_dose
from runclinic.plan.edits import Edited, speaks_against
from runclinic.plan.exercise import exercises, offered
from runclinic.plan.ladder import level
from runclinic.plan.week import kind
from runclinic.readiness.decision import named
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.paper_preview import PaperPreview
from runclinic.ui.part_words import part_title
from runclinic.ui.pieces import (
    Button,
    Card,
    Chip,
    Flow,
    Icon,
    Scroll,
    empty_out,
    ground,
    in_a_row,
    rule,
    text,
)
from runclinic.ui.say import say, words
from runclinic.ui.status_line import StatusLine
from runclinic.visit.entry import Json

PAPER_WIDTH = 460
PAPER_NARROW = 340
NARROW_BELOW = 1200
LAST_LEVEL = 12


class PlanPage(QWidget):
    """The editor at the left, the paper at the right; it takes the whole width."""

    guide = "paper"
    own_title = True
    whole_width = True
    part_finished = Signal()

    def __init__(self, visit: OpenVisit, status: StatusLine) -> None:
        super().__init__()
        self._visit = visit
        self._about = text("", "quiet")
        title = in_a_row(text(part_title("plan"), "title", wrap=False), self._about, spacing=12)
        title.setStretch(1, 1)
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 12, 16, 16)
        rows.setSpacing(10)
        rows.addLayout(title)
        rows.addLayout(self._body)
        rows.addStretch(1)
        self.paper = PaperPreview(visit, status)
        self._right = ground("panel")
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.paper)
        outside = QHBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(Scroll(inside), 1)
        outside.addWidget(self._right)
        visit.changed.connect(lambda _keys: self.refresh() if self.isVisible() else None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the paper gives way on a small screen."""
        super().resizeEvent(event)
        self._right.setFixedWidth(PAPER_NARROW if self.window().width() < NARROW_BELOW else PAPER_WIDTH)

    def refresh(self) -> None:
        """The plan as it stands, and its paper."""
        focused = self._focused_name()
        empty_out(self._body)
        outcome = self._visit.assessment().outcome
        confirmed = self._visit.now().get("decision/confirmed") == outcome
        self._about.setText(
            say("plan_page.built" if confirmed else "plan_page.proposed", outcome=named(outcome).short)
        )
        try:
            edited = self._visit.plan()
        except Refused as refused:
            self._body.addWidget(text(str(refused), "wrong"))
            return
        if edited.plan.phase is None:
            self._body.addWidget(_no_plan())
        else:
            self._draw(edited)
        self._focus(focused)
        self.paper.refresh()

    def _draw(self, edited: Edited) -> None:
        plan = edited.plan
        self._body.addWidget(self._steps_card(plan.phase or 1, plan.review_weeks))
        self._body.addLayout(self._week(edited))
        if plan.run.kind != "none" or plan.ladder_level is not None:
            self._body.addWidget(self._run_card(edited))
        if edited.foreign:
            self._body.addWidget(text(say("plan_page.foreign", cards=", ".join(edited.foreign)), "wrong"))
        self._body.addWidget(self._exercises_card(edited))
        self._body.addWidget(self._cues_card(edited))

    def start(self) -> None:
        """Saving the paper is what is most often next."""
        self.paper.focus_when_ready(self.paper.save)

    def shut(self) -> None:
        """The thread of the paper ends."""
        self.paper.shut()

    # -- phase and week

    def _steps_card(self, phase: int, review_weeks: int | None) -> Card:
        card = Card()
        line = Flow(6)
        for number in range(1, 6):
            chip = Chip(
                say(f"plan_page.phase_{number}"),
                "check" if number < phase else "",
                "soft" if number == phase else "plain",
            )
            line.addWidget(chip)
        if review_weeks:
            line.addWidget(Chip(say("readiness.review", n=review_weeks), "calendar-month-outline"))
        held = QWidget()
        held.setLayout(line)
        card.rows.addWidget(held)
        return card

    def _week(self, edited: Edited) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for day in edited.plan.week:
            runs = any(kind(session) == "R" for session in day.sessions)
            card = QFrame()
            card.setProperty("chip", "soft" if runs else "plain")
            lines = QVBoxLayout(card)
            lines.setContentsMargins(1, 5, 1, 5)
            lines.setSpacing(0)
            for words_, role in ((say(f"day.{day.day}"), "second"), (_sessions(day.sessions), "strong")):
                label = text(words_, role)
                label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                lines.addWidget(label)
            row.addWidget(card, 1)
        return row

    # -- running

    def _run_card(self, edited: Edited) -> Card:
        card = Card(margins=(16, 6, 12, 6))
        plan = edited.plan
        if plan.ladder_level is None:
            line = in_a_row(
                text(say("plan_page.run"), "strong", wrap=False), text(_run_words(edited)), spacing=12
            )
            line.setStretch(1, 1)
            card.rows.addLayout(line)
            return card
        now = plan.ladder_level
        number = text(str(now), "heading", wrap=False)
        fewer = Button(say("plan_page.level_down"), kind="", icon="minus")
        more = Button(say("plan_page.level_up"), kind="", icon="plus")
        for button, to, name in ((fewer, now - 1, "level_down"), (more, now + 1, "level_up")):
            button.setText("")
            button.setFixedWidth(36)
            button.setObjectName(name)
            button.setEnabled(0 <= to <= LAST_LEVEL)
            button.clicked.connect(lambda _=False, to=to: self._visit.record("plan/level", to))
        what = text(level(now).say(words()))
        line = in_a_row(
            text(say("plan_page.ladder"), "strong", wrap=False), fewer, number, more, what, spacing=10
        )
        line.setStretch(4, 1)
        proposed = edited.proposed.ladder_level
        if proposed is not None and now > proposed:
            line.addWidget(Chip(say("plan_page.above", n=proposed), "alert", "amber", "amber"))
        elif proposed is not None and now < proposed:
            line.addWidget(Chip(say("plan_page.proposed_level", n=proposed)))
        card.rows.addLayout(line)
        return card

    # -- exercises

    def _exercises_card(self, edited: Edited) -> Card:
        card = Card(margins=(0, 6, 0, 6))
        card.rows.setSpacing(0)
        add = Button(say("plan_page.add"), kind="flat", icon="plus")
        add.setObjectName("add")
        add.clicked.connect(lambda: self._choose(edited))
        head = in_a_row(
            text(say("plan_page.exercises"), "strong", wrap=False),
            text(str(len(edited.plan.exercises)), "quiet"),
            add,
        )
        head.setStretch(1, 1)
        head.setContentsMargins(16, 2, 12, 4)
        card.rows.addLayout(head)
        for number, planned in enumerate(edited.plan.exercises):
            card.rows.addWidget(rule())
            card.rows.addWidget(self._exercise_row(number, planned, edited))
        return card

    def _exercise_row(self, number: int, planned: PlannedExercise, edited: Edited) -> QWidget:
        row = QWidget()
        place = text(str(number + 1), "quiet", wrap=False)
        place.setFixedWidth(20)
        place.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = in_a_row(place, text(planned.name), spacing=12)
        line.setStretch(1, 3)
        if planned.extra_set:
            line.addWidget(Chip(say(f"plan_page.extra_{planned.extra_set}")))
        against = speaks_against(edited.proposed, planned.exercise)
        if against:
            line.addWidget(Chip(say("plan_page.against"), "alert", "amber", "amber"))
        dose = text(say_dose(planned.dose, words()))
        line.addWidget(dose, 2)
        session = text(say(f"session_name.{planned.session}"), "second", wrap=False)
        session.setFixedWidth(72)
        line.addWidget(session)
        more = Button(say("plan_page.change", name=planned.name), kind="icon", icon="dots-vertical")
        more.setObjectName(f"more {planned.id}")
        more.clicked.connect(lambda: self._menu(more, number, edited))
        line.addWidget(more)
        line.setContentsMargins(12, 2, 8, 2)
        row.setLayout(line)
        row.setMinimumHeight(36)
        return row

    def _menu(self, at: QWidget, number: int, edited: Edited) -> None:
        ids = [each.id for each in edited.plan.exercises]
        library = exercises()
        card = library[ids[number]]
        menu = QMenu(self)
        for key, there, does in (
            ("up", number > 0, lambda: self._move(ids, number, -1)),
            ("down", number + 1 < len(ids), lambda: self._move(ids, number, 1)),
            (
                "easier",
                card.easier in offered() and card.easier not in ids,
                lambda: self._swap(ids, number, card.easier),
            ),
            (
                "harder",
                card.harder in offered() and card.harder not in ids,
                lambda: self._swap(ids, number, card.harder),
            ),
            ("out", True, lambda: self._set([each for each in ids if each != ids[number]])),
        ):
            blanks = (
                {"name": library[getattr(card, key)].name} if key in ("easier", "harder") and there else {}
            )
            if key in ("easier", "harder") and not there:
                continue
            action = menu.addAction(say(f"plan_page.menu_{key}", **blanks))
            action.setEnabled(there)
            action.triggered.connect(does)
        menu.exec(at.mapToGlobal(QPoint(0, at.height())))

    def _move(self, ids: list[str], number: int, by: int) -> None:
        moved = list(ids)
        moved.insert(number + by, moved.pop(number))
        self._set(moved)

    def _swap(self, ids: list[str], number: int, other: str) -> None:
        self._set([*ids[:number], other, *ids[number + 1 :]])

    def _set(self, ids: list[str]) -> None:
        value: list[Json] = [*ids]
        self._visit.record("plan/exercises", value)

    def _choose(self, edited: Edited) -> None:
        ids = [each.id for each in edited.plan.exercises]
        menu = QMenu(self)
        by_kind: dict[str, QMenu] = {}
        for each in offered().values():
            if each.id not in ids:
                if each.category not in by_kind:
                    by_kind[each.category] = menu.addMenu(say(f"category.{each.category}"))
                action = by_kind[each.category].addAction(each.name)
                action.triggered.connect(lambda _=False, new=each.id: self._set([*ids, new]))
        add = self.findChild(Button, "add")
        menu.exec(add.mapToGlobal(QPoint(0, add.height())) if add else self.mapToGlobal(QPoint(0, 0)))

    # -- cues

    def _cues_card(self, edited: Edited) -> Card:
        card = Card(margins=(16, 8, 12, 8))
        ids = list(edited.plan.cues)
        held = QWidget()
        flow = Flow(8)
        held.setLayout(flow)
        for each in ids:
            button = Button(cue(each).text, icon="close", tip=say("plan_page.drop_cue"))
            button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            button.setObjectName(f"cue {each}")
            button.clicked.connect(
                lambda _=False, each=each: self._set_cues([one for one in ids if one != each])
            )
            flow.addWidget(button)
        add = Button(say("plan_page.add_cue"), kind="icon", icon="plus", token="text")
        add.setObjectName("add cue")
        add.clicked.connect(lambda: self._choose_cue(add, ids))
        line = in_a_row(text(say("plan_page.cues"), "strong", wrap=False), held, add, spacing=12)
        line.setStretch(1, 1)
        card.rows.addLayout(line)
        return card

    def _choose_cue(self, at: QWidget, ids: list[str]) -> None:
        menu = QMenu(self)
        for each in cues().values():
            if each.id not in ids and not each.retired:
                menu.addAction(each.text).triggered.connect(
                    lambda _=False, new=each.id: self._set_cues([*ids, new])
                )
        menu.exec(at.mapToGlobal(QPoint(0, at.height())))

    def _set_cues(self, ids: list[str]) -> None:
        value: list[Json] = [*ids]
        self._visit.record("plan/cues", value)

    # -- the focus stays where it was when the page is drawn anew

    def _focused_name(self) -> str:
        held = self.focusWidget()
        return held.objectName() if held is not None else ""

    def _focus(self, name: str) -> None:
        again = self.findChild(QWidget, name) if name else None
        if again is not None and again.isEnabled():
            again.setFocus()


def _sessions(sessions: tuple[str, ...]) -> str:
    return " + ".join(say(f"session_name.{kind(each)}") for each in sessions)


def _run_words(edited: Edited) -> str:
    run = edited.plan.run
    if run.kind == "runs":
        return say("run_kind.runs", n=run.per_week or 0, minutes=run.minutes or 0)
    return say(f"run_kind.{run.kind}")


def _no_plan() -> Card:
    card = Card("stop")
    line = in_a_row(Icon("alert-octagon", "red", 22), text(say("plan_page.none"), "heading"), spacing=10)
    line.setStretch(1, 1)
    card.rows.addLayout(line)
    card.rows.addWidget(text(say("plan_page.none_why")))
    return card
