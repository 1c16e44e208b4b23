"""What the answers mean so far: outcome, flags, scores, criteria, and the question that is looked at."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from runclinic.forms import catalogue
from runclinic.forms.form import Question
from runclinic.forms.pop_q import WALL, Stage
from runclinic.readiness.criterion import Criterion
from runclinic.readiness.decision import named
from runclinic.ui.flag_words import flag_icon, flag_title, is_private
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button, Icon, Scroll, empty_out, in_a_row, in_lines, rule, text
from runclinic.ui.result_words import result
from runclinic.ui.say import say

CRITERIA_SHOWN = 6
NEXT_LINE = 190  # pixels: a longer one takes two lines


class SidePanel(QWidget):
    """The live panel of a form part. `next_wanted` is its button at the bottom."""

    next_wanted = Signal()

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._question: Question | None = None
        self._forms: tuple[str, ...] = ()
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 14, 16, 12)
        rows.setSpacing(8)
        self._about = _column()
        self._meaning = _column()
        rows.addLayout(self._about)
        rows.addLayout(self._meaning)
        rows.addStretch(1)
        self._left = text("", "second")
        self.next = Button("", tall=True, icon="chevron-right")
        self.next.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.next.clicked.connect(self.next_wanted)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 16)
        foot.setSpacing(8)
        foot.addWidget(self._left)
        foot.addWidget(self.next)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(Scroll(inside), 1)
        outside.addLayout(foot)

    def show_part(self, forms: tuple[str, ...], left: int, next_part: str) -> None:
        """The part changed, or what is left in it."""
        if forms != self._forms:
            self._question = None
        self._forms = forms
        self._left.setText(say("panel.left", n=left) if left else say("panel.none_left"))
        words = say("panel.next", part=next_part) if next_part else say("panel.last")
        self.next.become(words)
        self.next.setText(in_lines(words, self.next.font(), NEXT_LINE))
        self.next.setEnabled(bool(next_part))
        self.refresh()

    def look_at(self, form_id: str, question_id: str) -> None:
        """The question that the focus is in."""
        self._question = catalogue.form(form_id).find(question_id)
        self._show_question()

    def headline(self) -> str:
        """The result in words, for the button of the drawer."""
        return named(self._visit.assessment().proposed_outcome).name

    def refresh(self) -> None:
        """Everything anew."""
        self._show_question()
        empty_out(self._meaning)
        assessed = self._visit.assessment()
        self._meaning.addWidget(text(say("panel.so_far"), "caption"))
        proposed = named(assessed.proposed_outcome)
        self._meaning.addWidget(text(proposed.name, "title"))
        self._meaning.addWidget(text(proposed.allows, "second"))
        self._add_flags()
        self._add_stage()
        self._add_scores()
        self._add_criteria(assessed.reasons)

    def _show_question(self) -> None:
        empty_out(self._about)
        question = self._question
        if question is None or not (question.note or question.source or question.protocol):
            return
        self._about.addWidget(text(say("panel.this_question"), "caption"))
        self._about.addWidget(text(question.short or question.text, "strong"))
        for words in (question.text if question.short else "", question.protocol, question.note):
            if words:
                self._about.addWidget(text(words, "second"))
        if question.source:
            self._about.addWidget(text(question.source, "caption"))
        self._about.addSpacing(4)
        self._about.addWidget(rule())
        self._about.addSpacing(4)

    def _add_flags(self) -> None:
        flags = self._visit.flags()
        if not flags:
            return
        self._heading(say("panel.flags", n=len(flags)))
        for flag in flags:
            line = in_a_row(spacing=8)
            line.addWidget(flag_icon(flag), 0, Qt.AlignmentFlag.AlignTop)
            words = _column(2)
            words.addWidget(text(flag_title(flag), "strong"))
            if not is_private(flag):
                words.addWidget(text(f"{flag.id} · {_short(flag.id) or flag.text}", "second"))
            line.addLayout(words, 1)
            self._meaning.addLayout(line)

    def _add_stage(self) -> None:
        """The POP-Q where it is measured."""
        if "pop_q" not in self._forms:
            return
        measured = {key for key in self._visit.answers() if key.startswith("pop_q/")}
        if not measured & {f"pop_q/{point}" for point in (*WALL, "C", "D")}:
            return
        found = self._visit.assessment().facts.pop_q
        self._heading(catalogue.form("pop_q").title)
        for words, kind in stage_lines(found):
            self._meaning.addWidget(text(words, kind))

    def _add_scores(self) -> None:
        scores = self._visit.assessment().scores
        for form_id in self._forms:
            score = scores.get(form_id)
            value = getattr(score, "value", None)
            if value is None:
                continue
            self._heading(catalogue.form(form_id).title)
            band = getattr(score, "band", None) or ""
            self._meaning.addWidget(text(f"{value:g}  {band}", "heading"))

    def _add_criteria(self, criteria: tuple[Criterion, ...]) -> None:
        known = [each for each in criteria if each.state != "not_tested"]
        open_ = len(criteria) - len(known)
        if known or open_:
            self._heading(say("panel.criteria"))
        for criterion in known[:CRITERIA_SHOWN]:
            self._meaning.addLayout(criterion_lines(criterion))
        if len(known) > CRITERIA_SHOWN:
            self._meaning.addWidget(text(say("panel.more", n=len(known) - CRITERIA_SHOWN), "caption"))
        if open_:
            line = in_a_row(
                Icon("circle-outline", "text2", 20), text(say("panel.not_tested", n=open_), "second")
            )
            line.setStretch(1, 1)
            self._meaning.addLayout(line)

    def _heading(self, words: str) -> None:
        self._meaning.addSpacing(4)
        self._meaning.addWidget(rule())
        self._meaning.addWidget(text(words, "caption"))


def stage_lines(found: Stage) -> list[tuple[str, str]]:
    """Stage, leading edge and side of the hymen; or what is missing or wrong."""
    if found.stage is None or found.lead is None:
        points = ", ".join(found.errors)
        why = say("pop_q.not_staged_wrong", points=points) if points else say("pop_q.not_staged_why")
        return [(say("pop_q.not_staged"), "heading"), (why, "second")]
    walls = [say(f"pop_q.wall_{each}") for each in found.compartments]
    named_stage = say("pop_q.stage", stage=found.stage)
    side = say("pop_q.beyond" if found.beyond_hymen else "pop_q.not_beyond")
    lead = f"{found.lead:+.1f}".replace("-", "\N{MINUS SIGN}")
    return [
        (", ".join((named_stage, *walls)), "title"),
        (say("pop_q.leading", lead=lead, side=side), "second"),
    ]


def criterion_lines(criterion: Criterion) -> QHBoxLayout:
    """Icon, name, what was found, source; the result in words at the right."""
    shown = result(criterion)
    line = in_a_row(spacing=8)
    line.addWidget(Icon(shown.icon, shown.token, 20, shown.word), 0, Qt.AlignmentFlag.AlignTop)
    words = _column(2)
    top = in_a_row(text(criterion.name, "strong"), _word(shown.word, shown.token), spacing=8)
    top.setStretch(0, 1)
    words.addLayout(top)
    words.addWidget(text(criterion.hers or criterion.reason, "second"))
    words.addWidget(text(f"{criterion.id} · {criterion.source}", "caption"))
    line.addLayout(words, 1)
    return line


def _word(words: str, token: str) -> QLabel:
    label = text(words, "second", tone=token if token in ("green", "amber", "red") else "", wrap=False)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label


def _short(flag_id: str) -> str:
    question = catalogue.form("safety").find(flag_id)
    return question.short if question else ""


def _column(gap: int = 8) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(gap)
    return column
