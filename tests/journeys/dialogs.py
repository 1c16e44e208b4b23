"""The system's dialogs, answered when they are on the screen, however long that takes."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit


def when_asked(words, kind=QFileDialog):
    """Enter `words` into the next dialog of this kind.

    They are put in whole: typed letter by letter, the list of a file dialog might change them.
    """
    asks = QTimer(QApplication.instance(), interval=100)

    def look():
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, kind) and dialog.isVisible():
                asks.stop()
                line = dialog.findChild(QLineEdit)
                line.setText(str(words))
                QTest.keyClick(line, Qt.Key.Key_Return)
                return

    asks.timeout.connect(look)
    asks.start()


def a_sentence(words):
    """The next dialog that asks for a sentence."""
    when_asked(words, QInputDialog)
