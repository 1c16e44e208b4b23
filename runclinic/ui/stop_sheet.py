"""The sheet over the step while a red flag is open: what to do now, and the one thing to record."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from runclinic.forms import catalogue
from runclinic.forms.flags import OpenFlag, actions
from runclinic.ui import look
from runclinic.ui.flag_words import HOLD, STOP, flag_icon, is_private
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button, Card, empty_out, in_a_row, text
from runclinic.ui.say import say


class StopSheet(QWidget):
    """Hidden while nothing stops. `go_to(question id)` leads to where the referral is recorded."""

    go_to = Signal(str)

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        self._open: tuple[tuple[str, str, str | None], ...] = ()
        self._why_shown = False
        self.card = Card("stop", margins=(16, 12, 16, 12))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 0)
        rows.addWidget(self.card)
        self.setVisible(False)

    def refresh(self) -> None:
        """Show the action that rules, and what else is open."""
        order = list(actions())
        flags = sorted(self._visit.flags(), key=lambda flag: order.index(flag.action))
        telling = [flag for flag in flags if flag.action in (*STOP, *HOLD) or is_private(flag)]
        now = tuple((flag.id, flag.action, flag.referral) for flag in telling)
        self.setVisible(bool(telling))
        if now == self._open:
            return
        self._open = now
        self._why_shown = False
        empty_out(self.card.rows)
        if telling:
            self._draw(telling)

    def _draw(self, flags: list[OpenFlag]) -> None:
        first, *others = flags
        private = is_private(first)
        look.mark(self.card, "card", "note" if private else "stop" if first.action in STOP else "hold")
        title = text(say("flag.private") if private else actions()[first.action].banner, "heading")
        line = in_a_row(flag_icon(first, 22), title, spacing=10)
        line.setStretch(1, 1)
        self.card.rows.addLayout(line)
        self.card.rows.addWidget(self._inset(text(say("flag.private_how") if private else _what(first))))
        for other in others:
            if not is_private(other) and not private:
                name = f"{actions()[other.action].name}: {_short(other)}"
                also = in_a_row(flag_icon(other, 16), text(name, "second"), spacing=8)
                also.setStretch(1, 1)
                also.setContentsMargins(32, 0, 0, 0)
                self.card.rows.addLayout(also)
        self.card.rows.addLayout(self._buttons(first, private=private))

    def _buttons(self, first: OpenFlag, *, private: bool) -> QHBoxLayout:
        primary = Button(
            say(
                "flag.open_private"
                if private
                else "flag.referral_again"
                if first.referral
                else "flag.record_referral"
            ),
            kind="primary",
        )
        target = first.id if private else f"{first.id}_referral"
        primary.clicked.connect(lambda: self.go_to.emit(target))
        self.primary = primary
        why = Button(say("flag.why"))
        self._reason = self._inset(text(f"{first.text} {first.note}".strip(), "second"))
        self._reason.setVisible(False)
        why.clicked.connect(lambda: self._reason.setVisible(self._reason.isHidden()))
        if private:
            why.hide()
        self.card.rows.addWidget(self._reason)
        row = in_a_row(32, primary, why, None)
        if first.referral:
            row.insertWidget(1, text(say("flag.referred", day=first.referral), "second", wrap=False))
        return row

    def _inset(self, widget: QWidget) -> QWidget:
        held = QWidget()
        rows = QVBoxLayout(held)
        rows.setContentsMargins(32, 0, 0, 0)
        rows.addWidget(widget)
        return held

    def keep_focus(self) -> None:
        """The one thing to do has the focus."""
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)


def _what(flag: OpenFlag) -> str:
    locks = actions()[flag.action].locks
    shut = ", ".join(say(f"flag.lock_{name}") for name in locks)
    return f"{_short(flag)}. {say('flag.locked', what=shut)}" if shut else f"{_short(flag)}."


def _short(flag: OpenFlag) -> str:
    question = catalogue.form("safety").find(flag.id)
    return (question.short if question and question.short else flag.text).rstrip(".")
