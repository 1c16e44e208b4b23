"""A question on the screen: its words, its control, why an entry is not stored, and what else can be done."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from runclinic.forms.form import Question
from runclinic.ui import look
from runclinic.ui.control import Asked
from runclinic.ui.pieces import Button, Icon, text
from runclinic.ui.questions import make
from runclinic.ui.say import say
from runclinic.visit.entry import Json

CONTROL_WIDTH = 336
SHORT_WIDTH = 128
STACKED_BELOW = 560


class QuestionRow(QFrame):
    """A question: its words, its control, why an entry is not stored, and what else can be done with it."""

    answered = Signal(str, object, bool)
    moved_on = Signal(str)

    def __init__(
        self, question: Question, words: str, asked: Asked, *, follows: bool, short: bool = False
    ) -> None:
        super().__init__()
        self.question = question
        self._short = short  # a test's answer: its name in few words, the control beside it
        self._follows = follows
        self._private = question.private
        self._open = not question.private
        self._value: Json = None
        self.setProperty("question", "follow" if follows else "plain")
        self.control = make(question, asked)
        self.control.answered.connect(lambda value, typing: self.answered.emit(question.id, value, typing))
        self.control.told.connect(self._told)
        self.control.moved_on.connect(lambda: self.moved_on.emit(question.id))
        self._state = Icon("", size=16)
        self._words = text(words)
        self._hidden = self._cover() if question.private else None
        self._why = text("", "wrong")
        self._why.hide()
        self._more = Button(
            say("form.more"), kind="icon", icon="dots-vertical", token="text3", tip=say("form.more_tip")
        )
        self._more.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._more.clicked.connect(lambda: self._menu(self._more.mapToGlobal(self._more.rect().bottomLeft())))
        self._lay()
        self._actions()
        self.setAccessibleName(words if self._open else say("form.private"))

    def _lay(self) -> None:
        outside = QHBoxLayout(self)
        outside.setContentsMargins(28 if self._follows else 9, 6, 4, 6)
        outside.setSpacing(10)
        outside.addWidget(self._state)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(8)
        if self._hidden is not None:
            self._body.addWidget(self._hidden, 1)
        self._body.addWidget(self._words, 1)
        self._body.addWidget(self.control, 0 if not self.control.wide else 1)
        rows = QVBoxLayout()
        rows.setSpacing(4)
        rows.addLayout(self._body)
        rows.addWidget(self._why)
        outside.addLayout(rows, 1)
        outside.addWidget(self._more)
        self._outside = outside
        self._cover_or_not()

    def _cover(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        self._cover_words = text(say("form.private"), "quiet")
        row.addWidget(self._cover_words, 1)
        self._ask = Button(say("form.ask_now"), icon="eye-outline", tip=say("form.ask_now_tip"))
        self._ask.clicked.connect(self.uncover)
        row.addWidget(self._ask)
        return held

    def uncover(self) -> None:
        """Show a private question, until the focus leaves it."""
        self._open = True
        self._cover_or_not()
        self.control.setFocus()

    def cover(self) -> None:
        """Hide a private question again."""
        if self._private and self._open:
            self._open = False
            self._cover_or_not()

    def _cover_or_not(self) -> None:
        self._words.setVisible(self._open)
        self.control.setVisible(self._open)
        if self._hidden is not None:
            self._hidden.setVisible(not self._open)
            answered = self._value is not None
            self._cover_words.setText(say("form.private_answered" if answered else "form.private"))

    def _actions(self) -> None:
        for words, keys, what in (
            (say("form.decline"), "Ctrl+D", lambda: self._say("declined")),
            (say("form.take_back"), "Ctrl+Backspace", lambda: self._say(None)),
        ):
            action = QAction(words, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(what)
            self.addAction(action)

    def _say(self, value: Json) -> None:
        self.control.settle()
        self.control.display(value)
        self.answered.emit(self.question.id, value, False)

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.actions())
        menu.exec(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the menu key or the right button."""
        self._menu(event.globalPos())

    def display(self, value: Json) -> None:
        """Show what stands."""
        self._value = value
        self.control.display(value)
        if self._hidden is not None:
            self._cover_or_not()

    def show_state(self, *, open_and_needed: bool) -> None:
        """An empty ring where an answer is needed, a tick where there is one."""
        if open_and_needed:
            self._state.become("circle-outline", "text3", say("form.unanswered"))
        elif self._value is not None:
            declined = self._value == "declined"
            self._state.become(
                "minus-circle-outline" if declined else "check",
                "text3" if declined else "green",
                say("form.declined" if declined else "form.answered"),
            )
        else:
            self._state.become("", "text3")

    def show_focus(self, *, here: bool) -> None:
        """A bar at the left while she is in this question."""
        wrong = bool(self._why.text())
        look.mark(
            self,
            "question",
            "wrong" if wrong else "focus" if here else "follow" if self._follows else "plain",
        )
        if not here:
            self.cover()

    def _told(self, why: str) -> None:
        self._why.setText(why)
        self._why.setVisible(bool(why))
        look.mark(self, "question", "wrong" if why else "plain")

    def fit(self, width: int) -> None:
        """Words and control beside one another, or below when there is no room."""
        stacked = width < STACKED_BELOW or (self.control.wide and not self._short)
        self._body.setDirection(
            QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        )
        place = Qt.AlignmentFlag.AlignTop if stacked else Qt.AlignmentFlag.AlignVCenter
        self._outside.setAlignment(self._state, place)
        self._outside.setAlignment(self._more, place)
        if self._short:
            self._words.setFixedWidth(SHORT_WIDTH)
        elif not self.control.wide:
            self.control.setFixedWidth(min(CONTROL_WIDTH, max(width - 80, 180)))
