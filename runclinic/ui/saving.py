"""A PDF to where the therapist wants it: asked for, written whole, or refused in words."""

from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from runclinic.documents.of_case import put
from runclinic.ui.say import say


def save_pdf(parent: QWidget, name: str, pdf: bytes) -> Path | None:
    """Ask where, and write; None if she changed her mind. Refused if it cannot be written."""
    last = QSettings().value("saving/folder", "") or _documents()
    name = name if name.endswith(".pdf") else f"{name}.pdf"
    chosen, _ = QFileDialog.getSaveFileName(
        parent, say("saving.title"), str(Path(str(last)) / name), "PDF (*.pdf)"
    )
    if not chosen:
        return None
    path = Path(chosen) if chosen.lower().endswith(".pdf") else Path(f"{chosen}.pdf")
    put(pdf, path)
    QSettings().setValue("saving/folder", str(path.parent))
    return path


def _documents() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
