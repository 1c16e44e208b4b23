"""A frame with its drawings, and all values of a film, to where the therapist wants them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QFileDialog, QWidget

from runclinic.documents.of_case import put
from runclinic.exports.gait_table import gait_table
from runclinic.gait.means import Metric
from runclinic.refused import Refused
from runclinic.ui.gait.projector import Shown
from runclinic.ui.gait.sketch import Sketch, over
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say


def file_name(visit: OpenVisit) -> str:
    """Day and initials, no more of her than that."""
    client = visit.client
    initials = f"{client.family_name[:1]}{client.given_name[:1]}".upper()
    return f"{visit.day.isoformat()} gait {initials}".rstrip()


def save_picture(parent: QWidget, name: str, shown: Shown | None, sketch: Sketch) -> Path | None:
    """The frame on the screen as a PNG of the film's own size; None if she changed her mind.

    Refused until the exact frame is on the screen, and where the file cannot be written.
    """
    if shown is None or shown.image is None or not shown.exact:
        raise Refused("The exact picture of this frame is not there yet.", "Wait until it is sharp.")
    file = asked_file(parent, f"{name} frame {shown.frame}", ".png")
    if file is None:
        return None
    held = QBuffer()
    held.open(QIODevice.OpenModeFlag.WriteOnly)
    over(shown.image, sketch).save(held, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]
    return put(bytes(held.data().data()), file)


def save_table(parent: QWidget, name: str, metrics: Sequence[Metric]) -> Path | None:
    """All values as CSV; None if she changed her mind. Refused while nothing is measured."""
    if not metrics:
        raise Refused("Nothing is measured yet.", "Mark the contacts, or let the program find them.")
    file = asked_file(parent, name, ".csv")
    return None if file is None else put(gait_table(metrics).encode(), file)


def asked_file(parent: QWidget, name: str, ending: str) -> Path | None:
    """Where a file is to go, as she says in the system's own dialog; None if she changed her mind."""
    chosen, _ = QFileDialog.getSaveFileName(parent, say("gait.save_as"), f"{name}{ending}", f"*{ending}")
    if not chosen:
        return None
    return Path(chosen) if chosen.lower().endswith(ending) else Path(f"{chosen}{ending}")
