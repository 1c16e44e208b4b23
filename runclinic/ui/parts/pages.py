"""Which page each part has that is more than a form; a page is loaded when it is first wanted."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from runclinic.records import Store
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.status_line import StatusLine


def pages(store: Store, status: StatusLine) -> dict[str, Callable[[OpenVisit], QWidget]]:
    """The makers of the pages, by part; what reads video or draws paper is not loaded before it is used."""

    def gait(visit: OpenVisit) -> QWidget:
        from runclinic.ui.gait.page import GaitPage

        return GaitPage(visit, store)

    def readiness(visit: OpenVisit) -> QWidget:
        from runclinic.ui.parts.readiness import ReadinessPage

        return ReadinessPage(visit)

    def plan(visit: OpenVisit) -> QWidget:
        from runclinic.ui.parts.plan import PlanPage

        return PlanPage(visit, status)

    def printing(visit: OpenVisit) -> QWidget:
        from runclinic.ui.parts.printing import PrintPage

        return PrintPage(visit, status)

    def signing(visit: OpenVisit) -> QWidget:
        from runclinic.ui.parts.sign import SignPage

        return SignPage(visit)

    return {"gait": gait, "readiness": readiness, "plan": plan, "print": printing, "sign": signing}
