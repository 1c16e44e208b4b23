"""Sign: what is still to be done, what will stand for ever, and the one button that closes the visit."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from runclinic.readiness.decision import named
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button, Card, Icon, Scroll, empty_out, in_a_row, text
from runclinic.ui.say import say, words


class SignPage(QWidget):
    """The last part of a visit. When it is signed, `OpenVisit.closed` is emitted."""

    def __init__(self, visit: OpenVisit) -> None:
        super().__init__()
        self._visit = visit
        inside = QWidget()
        self._rows = QVBoxLayout(inside)
        self._rows.setContentsMargins(16, 12, 16, 16)
        self._rows.setSpacing(12)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(Scroll(inside))
        self.sign = Button("")
        self._wrong = text("", "wrong")
        visit.changed.connect(lambda _keys: self.isVisible() and self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """What stands now."""
        ready = self._visit.readiness_to_sign()
        empty_out(self._rows)
        if ready.blocking:
            self._rows.addWidget(_listed("caution", say("sign.blocking"), ready.blocking, "alert", "amber"))
        if ready.left_open:
            self._rows.addWidget(
                _listed("note", say("sign.left_open"), ready.left_open, "circle-outline", "text2")
            )
        self._rows.addWidget(self._what_stands(ready.blocking))
        self._rows.addStretch(1)

    def _what_stands(self, blocking: tuple[str, ...]) -> Card:
        visit = self._visit
        card = Card("active" if not blocking else "plain", margins=(20, 16, 20, 18))
        card.rows.setSpacing(10)
        card.rows.addLayout(
            in_a_row(
                Icon("file-sign", "accent", 24),
                text(say("sign.title"), "heading", wrap=False),
                None,
                spacing=12,
            )
        )
        facts = [
            (say("sign.outcome"), named(visit.assessment().outcome).name),
            (say("sign.answers"), words().number(len(visit.now()))),
            (say("sign.films"), words().number(len(visit.store.films.of(visit.visit.id)))),
            (say("sign.documents"), words().number(len(visit.store.documents.of(visit.visit.id)))),
        ]
        for name, value in facts:
            label = text(name, "second", wrap=False)
            label.setFixedWidth(200)
            card.rows.addLayout(in_a_row(label, text(value, "strong")))
        card.rows.addWidget(text(say("sign.means")))
        self.sign = Button(
            say("sign.sign", name=visit.store.therapist.display_name),
            kind="primary",
            icon="draw-pen",
            tall=True,
        )
        self.sign.setEnabled(not blocking)
        self.sign.clicked.connect(self._sign)
        self._wrong = text("", "wrong")
        self._wrong.hide()
        card.rows.addLayout(in_a_row(self.sign, None))
        card.rows.addWidget(self._wrong)
        return card

    def start(self) -> None:
        """Signing is next, if nothing stands against it."""
        self.sign.setFocus(Qt.FocusReason.TabFocusReason)

    def _sign(self) -> None:
        try:
            self._visit.sign()
        except Refused as refused:
            self._wrong.setText(str(refused))
            self._wrong.show()


def _listed(kind: str, title: str, lines: tuple[str, ...], icon: str, token: str) -> Card:
    card = Card(kind)
    card.rows.addWidget(text(title, "heading"))
    for line in lines:
        row = in_a_row(Icon(icon, token, 18), text(line), spacing=8)
        row.setStretch(1, 1)
        card.rows.addLayout(row)
    return card
