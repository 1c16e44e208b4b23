"""What is left is forgotten: pages of visits and ended work do not pile up over a day."""

import gc
import weakref

from PySide6.QtCore import QCoreApplication, QEvent

from runclinic.demo import clinic
from runclinic.records.keys import FLOOR
from runclinic.ui.job import Job
from runclinic.ui.workplace import Workplace


def forget():
    """The turn in which Qt deletes, and Python after it."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


def test_a_visit_that_was_left_is_forgotten(qtbot, tmp_path):
    work = Workplace(clinic.make(tmp_path / "clinic", cost=FLOOR))
    qtbot.addWidget(work)
    work.resize(1366, 728)
    work.show()
    client, visit = clinic.todays(work.store)
    left = []
    for _ in range(3):
        work.show_visit(client, visit)
        for part in ("safety", "impact", "readiness", "plan"):
            work.visit_page.go_to(part)
        left.append((weakref.ref(work.visit_page), weakref.ref(work.visit_page.visit)))
        work.show_client(client)
    work.show_visit(client, visit)
    forget()
    assert [(page(), opened()) for page, opened in left] == [(None, None)] * 3
    work.shut()


def test_work_that_ended_is_forgotten(qtbot):
    class Listener:
        def __init__(self, job):
            job.done.connect(lambda found: (self, job, found))

    def work():
        yield 0.5
        return "found"

    job = Job("long", work())
    listener = Listener(job)
    with qtbot.waitSignal(job.done):
        job.start()
    there = weakref.ref(job), weakref.ref(listener)
    del job, listener
    forget()
    assert [each() for each in there] == [None, None]
