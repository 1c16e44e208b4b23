"""One window for a vault: a second start brings the first to the front, over a pipe of this user alone."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget

ANSWER_MS = 500
HEARD_MS = 3000  # the other may be at work
COME = b"come to the front"


def called(home: Path) -> str:
    """The name of the pipe: of the folder, without saying it."""
    return "runclinic-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:24]


def wake_the_other(home: Path) -> bool:
    """True when another window of this vault heard, and comes to the front."""
    line = QLocalSocket()
    line.connectToServer(called(home))
    if not line.waitForConnected(ANSWER_MS):
        return False
    line.write(COME)
    line.waitForBytesWritten(ANSWER_MS)
    return line.state() == QLocalSocket.LocalSocketState.UnconnectedState or line.waitForDisconnected(
        HEARD_MS
    )


class FrontDoor(QObject):
    """Listens for a second start, and brings its window to the front; all else that is said is not heard."""

    def __init__(self, home: Path, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        if not self._server.listen(called(home)) and not wake_the_other(home):
            QLocalServer.removeServer(called(home))  # left by one that was killed
            self._server.listen(called(home))

    def _greet(self) -> None:
        while (line := self._server.nextPendingConnection()) is not None:
            line.readyRead.connect(lambda line=line: self._hear(line))
            line.disconnected.connect(line.deleteLater)
            if line.bytesAvailable():
                self._hear(line)

    def _hear(self, line: QLocalSocket) -> None:
        said = bytes(line.read(len(COME)).data())
        line.disconnectFromServer()
        if said == COME:
            window = self._window
            window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
            window.show()
            window.raise_()
            window.activateWindow()
