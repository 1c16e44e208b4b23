"""What broke without being expected: into the log, and one dialog that says what is saved.

The log and the details hold places in our own code and kinds of failure; never a message of a
failure, which may carry a name or an answer.
"""

import json
import logging
import logging.handlers
import platform
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from runclinic.refused import Refused
from runclinic.ui.say import say

LOG_BYTES = 1_000_000
LOGS_KEPT = 5


class Trouble(QObject):
    """The three hooks: the window's thread, other threads, and what Qt complains about."""

    _happened = Signal(str, str)

    def __init__(self, log_folder: Path) -> None:
        super().__init__()
        self.log = _log(log_folder)
        self._shown = False
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """From here on nothing is lost on a terminal that nobody sees."""
        sys.excepthook = self._raised
        threading.excepthook = self._raised_in_thread
        qInstallMessageHandler(self._qt_said)

    def tell(self, error: BaseException) -> None:
        """Something broke: log it, and say so once."""
        self._raised(type(error), error, error.__traceback__)

    def _raised(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        if isinstance(error, Refused):
            self._happened.emit(str(error), "")
            return
        details = _details(kind, trace)
        self.log.error(
            json.dumps({"when": datetime.now(UTC).isoformat(), "what": kind.__name__, "where": details})
        )
        self._happened.emit("", details)

    def _raised_in_thread(self, raised: threading.ExceptHookArgs) -> None:
        if raised.exc_value is not None:
            self._raised(raised.exc_type, raised.exc_value, raised.exc_traceback)

    def _qt_said(self, kind: QtMsgType, _where: QMessageLogContext, said: str) -> None:
        if kind != QtMsgType.QtDebugMsg:
            self.log.warning(json.dumps({"when": datetime.now(UTC).isoformat(), "qt": said}))

    def _show(self, refused: str, details: str) -> None:
        if self._shown:
            return
        self._shown = True
        box = dialog(QApplication.activeWindow(), refused, details)
        box.exec()
        self._shown = False


def dialog(parent: QWidget | None, refused: str, details: str) -> QMessageBox:
    """What happened, what is saved and what is not; the details can be copied."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(say("trouble.title"))
    box.setText(refused or say("trouble.what"))
    box.setInformativeText(say("trouble.saved"))
    close = box.addButton(say("trouble.go_on"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(close)
    if details:
        copy = box.addButton(say("trouble.copy"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QApplication.clipboard().setText(details))
    return box


def _log(folder: Path) -> logging.Logger:
    log = logging.getLogger("runclinic.trouble")
    log.propagate = False
    log.setLevel(logging.INFO)
    for old in list(log.handlers):
        log.removeHandler(old)
        old.close()
    folder.mkdir(parents=True, exist_ok=True)
    log.addHandler(
        logging.handlers.RotatingFileHandler(
            folder / "screen.log", maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8"
        )
    )
    return log


def _details(kind: type[BaseException], trace: TracebackType | None) -> str:
    places = [f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in traceback.extract_tb(trace)]
    system = f"Qt {qVersion()}, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    return "\n".join([kind.__name__, *places, system])
