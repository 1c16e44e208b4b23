"""Readiness: every criterion with its reason and source; the therapist confirms, or decides otherwise."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from runclinic.forms.form import Question
from runclinic.readiness.criterion import OUTCOMES, Criterion
from runclinic.readiness.decision import LEAST_REASON, Decision, decide, named
from runclinic.refused import Refused
from runclinic.ui.control import Asked
from runclinic.ui.drop_down import DropDown
from runclinic.ui.fields import DateControl, TextControl, TextLine
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.part_words import part_title
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, in_a_row, rule, text
from runclinic.ui.result_words import groups, result
from runclinic.ui.say import say
from runclinic.visit.entry import Json

RESULT_WIDTH = 104
HERS_WIDTH = 164
HERS_NARROW = 132
NARROW_BELOW = 740
SOURCE_WIDTH = 116
ALLOWS_WIDTH = 84
OPEN_GROUPS = ("sets", "cautions", "notes")
GROUP_ICONS = {
    "met": ("check-circle", "green"),
    "not_tested": ("circle-outline", "text2"),
    "na": ("minus-circle-outline", "text3"),
}
STEPS = (("breath", "O1"), ("strength", "O2"), ("impact", "O3"), ("ladder", "O4"), ("build", "O5"))
WIDEST = 1040


class CriterionRow(QWidget):
    """One criterion: result, name and reason, hers and the limit, source, what it allows."""

    def __init__(self, criterion: Criterion) -> None:
        super().__init__()
        shown = result(criterion)
        where = f"{criterion.id} · {criterion.source}"
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 12, 7)
        row.setSpacing(10)
        word = in_a_row(Icon(shown.icon, shown.token, 20), text(shown.word), spacing=8)
        row.addWidget(_fixed(word, RESULT_WIDTH))
        self._below = text(where, "caption")
        reason = text(criterion.reason, "second")
        row.addLayout(_lines(text(criterion.name, "strong"), reason, self._below), 1)
        hers = text(criterion.hers or say("readiness.nothing_known"))
        self._hers = _fixed(_lines(hers, text(criterion.limit, "second")), HERS_WIDTH)
        row.addWidget(self._hers)
        self._source = _fixed(_lines(text(where, "second")), SOURCE_WIDTH)
        row.addWidget(self._source)
        allows = text(_allows(criterion), "second")
        allows.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        allows.setFixedWidth(ALLOWS_WIDTH)
        row.addWidget(allows)
        self.setAccessibleName(f"{criterion.name}: {shown.word}. {criterion.reason}")

    def fit(self, *, narrow: bool) -> None:
        """Without room for its own column the source stands below the reason."""
        self._source.setVisible(not narrow)
        self._below.setVisible(narrow)
        self._hers.setFixedWidth(HERS_NARROW if narrow else HERS_WIDTH)


def _fixed(inside: QHBoxLayout | QVBoxLayout, width: int) -> QWidget:
    held = QWidget()
    inside.setContentsMargins(0, 0, 0, 0)
    held.setLayout(inside)
    held.setFixedWidth(width)
    return held


def _lines(*labels: QWidget) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(1)
    lines.addStretch(1)
    for label in labels:
        lines.addWidget(label)
    lines.addStretch(1)
    return lines


def _allows(criterion: Criterion) -> str:
    return say("readiness.no_limit") if criterion.cap == "O5" else named(criterion.cap).short


class ReadinessPage(QWidget):
    """The list in the middle; `panel` is the proposed outcome and the decision, at the right."""

    own_title = True
    part_finished = Signal()

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._unfolded: set[str] = set()
        self._columns: dict[str, QWidget] = {}  # the heads of the columns
        self._count = text("", "quiet")
        title = in_a_row(text(part_title("readiness"), "title", wrap=False), self._count, spacing=12)
        title.setStretch(1, 1)
        self._card = Card(margins=(0, 0, 0, 0))
        self._card.rows.setSpacing(0)
        inside = QWidget()
        inside.setMaximumWidth(WIDEST)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 12, 16, 16)
        rows.setSpacing(10)
        rows.addLayout(title)
        rows.addWidget(self._card)
        rows.addWidget(text(say("readiness.printed_words"), "second"))
        rows.addStretch(1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(Scroll(inside))
        self.panel = DecisionPanel(visit)
        self.panel.decided.connect(self.part_finished)
        visit.changed.connect(lambda _keys: self.refresh() if self.isVisible() else None)

    def refresh(self) -> None:
        """The criteria as they stand now."""
        assessed = self._visit.assessment()
        self._count.setText(say("readiness.count", n=len(assessed.criteria)))
        empty_out(self._card.rows)
        self._card.rows.addLayout(self._heads())
        for group, criteria in groups(assessed.criteria, assessed.proposed_outcome):
            if criteria or group in GROUP_ICONS:
                self._add_group(group, criteria)
        self._fit()
        self.panel.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: columns for the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < NARROW_BELOW
        for row in self.findChildren(CriterionRow):
            row.fit(narrow=narrow)
        if self._columns:
            self._columns["hers"].setFixedWidth(HERS_NARROW if narrow else HERS_WIDTH)
            self._columns["source"].setVisible(not narrow)

    def start(self) -> None:
        """The decision has the focus."""
        self.panel.start()

    def settle(self) -> None:
        """A reason that is typed and not confirmed is kept in its field only."""

    def _heads(self) -> QHBoxLayout:
        widths = {
            "result": RESULT_WIDTH,
            "reason": 0,
            "hers": HERS_WIDTH,
            "source": SOURCE_WIDTH,
            "allows": ALLOWS_WIDTH,
        }
        self._columns = {name: _head(name, width) for name, width in widths.items()}
        heads = in_a_row(*self._columns.values(), spacing=10)
        heads.setStretch(1, 1)
        heads.setContentsMargins(12, 6, 12, 6)
        return heads

    def _add_group(self, group: str, criteria: tuple[Criterion, ...]) -> None:
        self._card.rows.addWidget(rule())
        rows = QWidget()
        inside = QVBoxLayout(rows)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        for criterion in criteria:
            inside.addWidget(rule())
            inside.addWidget(CriterionRow(criterion))
        if group in OPEN_GROUPS:
            heading = QFrame()
            heading.setProperty("ground", "sunken")
            line = in_a_row(
                text(say(f"readiness.group_{group}"), "strong", wrap=False), text(str(len(criteria)), "quiet")
            )
            line.setStretch(1, 1)
            line.setContentsMargins(12, 6, 12, 6)
            heading.setLayout(line)
            self._card.rows.addWidget(heading)
        else:
            self._card.rows.addLayout(self._fold(group, criteria, rows))
            rows.setVisible(group in self._unfolded)
        self._card.rows.addWidget(rows)

    def _fold(self, group: str, criteria: tuple[Criterion, ...], rows: QWidget) -> QHBoxLayout:
        name, token = GROUP_ICONS[group]
        opened = group in self._unfolded
        button = Button(
            say(f"readiness.group_{group}"),
            kind="icon",
            icon="chevron-down" if opened else "chevron-right",
            tip=say("readiness.unfold"),
        )
        button.setEnabled(bool(criteria))

        def flip() -> None:
            self._unfolded ^= {group}
            rows.setVisible(group in self._unfolded)
            button.become("", "chevron-down" if group in self._unfolded else "chevron-right")
            button.setAccessibleName(say(f"readiness.group_{group}"))

        button.clicked.connect(flip)
        line = in_a_row(
            button,
            Icon(name, token, 18),
            text(say(f"readiness.group_{group}"), "strong", wrap=False),
            text(str(len(criteria)), "quiet"),
        )
        line.setStretch(3, 1)
        line.setContentsMargins(8, 3, 12, 3)
        return line


def _head(name: str, width: int) -> QWidget:
    label = text(say(f"readiness.head_{name}"), "caption", wrap=False)
    if width:
        label.setFixedWidth(width)
    if name == "allows":
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
    return label


class DecisionPanel(QWidget):
    """The proposed outcome, what it allows, and the therapist's decision."""

    decided = Signal()

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._proposal = Card("active", margins=(16, 14, 16, 14))
        self._proposal.rows.setSpacing(4)
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 16, 16, 8)
        rows.setSpacing(12)
        rows.addWidget(self._proposal)
        rows.addWidget(self._decision_card())
        rows.addStretch(1)
        self._wrong = text("", "wrong")
        self._wrong.hide()
        self.confirm = Button(say("readiness.confirm"), kind="primary", tall=True, icon="chevron-right")
        self.confirm.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.confirm.clicked.connect(self._confirm)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 4, 16, 16)
        foot.setSpacing(8)
        foot.addWidget(self._wrong)
        foot.addWidget(self.confirm)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(Scroll(inside), 1)
        outside.addLayout(foot)

    def _decision_card(self) -> Card:
        card = Card()
        card.rows.addWidget(text(say("readiness.your_decision"), "strong"))
        self.agree = QRadioButton("")
        self.otherwise = QRadioButton(say("readiness.otherwise"))
        self._which = QButtonGroup(self)
        for button in (self.agree, self.otherwise):
            self._which.addButton(button)
            button.setMinimumHeight(28)
            card.rows.addWidget(button)
        self.otherwise.toggled.connect(self._open_other)
        self.other = DropDown()
        self.other.setAccessibleName(say("readiness.another"))
        for code in OUTCOMES:
            self.other.addItem(named(code).name, code)
        self._fields()
        self._clearance = QWidget()
        cleared = QVBoxLayout(self._clearance)
        cleared.setContentsMargins(0, 0, 0, 0)
        cleared.addWidget(text(say("readiness.clearance"), "second"))
        cleared.addWidget(self.clearance_from)
        cleared.addWidget(self.clearance_date)
        self._other_rows = QWidget()
        rows = QVBoxLayout(self._other_rows)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addWidget(self.other)
        rows.addWidget(self.reason)
        rows.addWidget(self._clearance)
        rows.addWidget(text(say("readiness.stored_with"), "second"))
        card.rows.addWidget(self._other_rows)
        return card

    def _fields(self) -> None:
        hint = say("readiness.reason_hint", n=LEAST_REASON)
        self.reason = TextControl(_question("reason", hint, 500), self._asked())
        self.reason.box.setPlaceholderText(hint)
        self.clearance_from = TextLine(
            _question("clearance_from", say("readiness.clearance_from"), 120), self._asked()
        )
        self.clearance_from.line.setPlaceholderText(say("readiness.clearance_from"))
        self.clearance_date = DateControl(
            _question("clearance_date", say("readiness.clearance_date")), self._asked()
        )
        self.clearance_date.line.setPlaceholderText(say("readiness.clearance_date"))
        for field in (self.reason, self.clearance_from, self.clearance_date):
            field.answered.connect(
                lambda value, _typing, name=field.question.id: self._typed.__setitem__(name, value)
            )

    def _asked(self) -> Asked:
        return Asked(
            "decision", lambda _id: None, lambda _id: None, lambda _question, _value: None, self._visit.day
        )

    # -- what stands

    def refresh(self) -> None:
        """The proposal anew; the decision as it stands."""
        assessed = self._visit.assessment()
        proposed = named(assessed.proposed_outcome)
        empty_out(self._proposal.rows)
        self._proposal.rows.addWidget(text(say("readiness.proposed"), "caption"))
        self._proposal.rows.addWidget(text(proposed.name, "number"))
        self._proposal.rows.addWidget(text(proposed.allows, "second"))
        self._say_review()
        self._proposal.rows.addSpacing(4)
        self._proposal.rows.addWidget(rule())
        for step, needs in STEPS:
            self._proposal.rows.addLayout(self._step(step, needs))
        self.agree.setText(say("readiness.agree", outcome=proposed.short))
        self._show_decision()

    def _say_review(self) -> None:
        plan = self._visit.assessment().plan
        if plan.review_weeks:
            self._proposal.rows.addWidget(text(say("readiness.review", n=plan.review_weeks)))
        if plan.ladder_level is not None:
            self._proposal.rows.addWidget(text(say("readiness.level", n=plan.ladder_level)))

    def _step(self, step: str, needs: str) -> QHBoxLayout:
        outcome = self._visit.assessment().proposed_outcome
        allowed = OUTCOMES.index(outcome) >= OUTCOMES.index(needs)
        icon = Icon("check", "text2", 18) if allowed else Icon("lock-outline", "text3", 18)
        line = in_a_row(icon, text(say(f"readiness.step_{step}"), "" if allowed else "caption"), spacing=10)
        line.setStretch(1, 1)
        line.setContentsMargins(0, 2, 0, 2)
        return line

    def _show_decision(self) -> None:
        decision = self._visit.decision()
        self._typed: dict[str, Json] = {
            "reason": decision.reason or None,
            "clearance_from": decision.clearance_from or None,
            "clearance_date": decision.clearance_date.isoformat() if decision.clearance_date else None,
        }
        differs = decision.outcome not in (None, self._visit.assessment().proposed_outcome)
        (self.otherwise if differs else self.agree).setChecked(True)
        self.other.setCurrentIndex(
            OUTCOMES.index(decision.outcome or self._visit.assessment().proposed_outcome)
        )
        self.reason.display(self._typed["reason"])
        self.clearance_from.display(self._typed["clearance_from"])
        self.clearance_date.display(self._typed["clearance_date"])
        self._open_other(open_=differs)
        self._clearance.setVisible(self._visit.assessment().proposed_outcome == "O1")
        self._tell(self._visit.decision_refused)
        confirmed = self._visit.now().get("decision/confirmed") == self._visit.assessment().outcome
        self.confirm.become(say("readiness.confirmed") if confirmed else say("readiness.confirm"))

    def _open_other(self, open_: bool) -> None:
        self._other_rows.setVisible(open_)

    def start(self) -> None:
        """The choice has the focus."""
        (self.agree if self.agree.isChecked() else self.otherwise).setFocus()

    # -- deciding

    def _confirm(self) -> None:
        for field in (self.reason, self.clearance_from, self.clearance_date):
            field.settle()
        assessed = self._visit.assessment()
        decision = Decision() if self.agree.isChecked() else self._decision()
        try:
            outcome = decide(assessed.criteria, decision)
        except Refused as refused:
            self._tell(str(refused))
            return
        values: dict[str, Json] = {
            "decision/reason": decision.reason or None,
            "decision/clearance_from": decision.clearance_from or None,
            "decision/clearance_date": decision.clearance_date.isoformat()
            if decision.clearance_date
            else None,
            "decision/outcome": decision.outcome,
            "decision/confirmed": outcome,
        }
        if self._visit.record_together(values):
            self.decided.emit()

    def _decision(self) -> Decision:
        cleared = self._typed.get("clearance_date")
        return Decision(
            outcome=self.other.currentData(),
            reason=str(self._typed.get("reason") or ""),
            clearance_from=str(self._typed.get("clearance_from") or ""),
            clearance_date=date.fromisoformat(str(cleared)) if cleared else None,
            by=self._visit.store.therapist.display_name,
        )

    def _tell(self, why: str) -> None:
        self._wrong.setText(why)
        self._wrong.setVisible(bool(why))


def _question(question_id: str, words: str, letters: int = 0) -> Question:
    return Question(id=question_id, kind="text" if letters else "date", text=words, max_length=letters)
