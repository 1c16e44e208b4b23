"""The parts of a visit that are more than a form."""

from collections.abc import Callable
from importlib.util import find_spec

from PySide6.QtWidgets import QWidget

from runclinic.records import Store
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.parts.plan import PlanPage
from runclinic.ui.parts.printing import PrintPage
from runclinic.ui.parts.readiness import ReadinessPage
from runclinic.ui.status_line import StatusLine


def pages(store: Store, status: StatusLine) -> dict[str, Callable[[OpenVisit], QWidget]]:
    """The makers of the pages, by part."""

    def gait(visit: OpenVisit) -> QWidget:
        from runclinic.ui.gait.page import GaitPage

        return GaitPage(visit, store)

    made: dict[str, Callable[[OpenVisit], QWidget]] = {
        "readiness": ReadinessPage,
        "plan": lambda visit: PlanPage(visit, status),
        "print": lambda visit: PrintPage(visit, status),
    }
    if find_spec("runclinic.ui.gait.page"):
        made["gait"] = gait
    return made
