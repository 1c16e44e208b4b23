"""Long work ends once, with result, failure or cancelling. Only the newest request is worked on."""

import threading
import time

import pytest
from PySide6.QtWidgets import QPushButton

from runclinic.ui import look
from runclinic.ui.job import Job, running
from runclinic.ui.latest import Latest
from runclinic.ui.status_line import StatusLine
from tests.ui.screens import Screen, cut_off


def counting(steps, closed=None):
    try:
        for step in range(steps):
            yield (step + 1) / steps
            time.sleep(0.002)
        return steps
    finally:
        if closed is not None:
            closed.append(True)


def test_a_job_tells_its_progress_and_its_result_on_the_windows_thread(qtbot):
    told, threads = [], []
    job = Job("count", counting(5))
    job.progress.connect(told.append)
    job.done.connect(lambda _result: threads.append(threading.current_thread()))
    with qtbot.waitSignal(job.done) as done:
        job.start()
    assert done.args == [5]
    assert told == sorted({*told})
    assert {*told} <= {0.2, 0.4, 0.6, 0.8, 1.0}
    assert threads == [threading.main_thread()]


def test_progress_never_piles_up_however_fast_the_work_is(qtbot):
    told, began = [], threading.Event()

    def rushing():
        for step in range(5000):
            yield step / 5000
        began.set()

    job = Job("rush", rushing())
    job.progress.connect(told.append)
    with qtbot.waitSignal(job.done):
        job.start()
        assert began.wait(30)  # all of it while the window does not listen
    assert told == [0.0]


def test_a_job_that_nobody_holds_still_brings_its_result(qtbot):
    results = []

    def start():
        job = Job("count", counting(3))
        job.done.connect(results.append)
        job.start()

    start()
    qtbot.waitUntil(lambda: results == [3])
    assert running() == ()


def test_cancel_closes_the_work_at_its_next_step(qtbot):
    closed = []
    job = Job("count", counting(10_000, closed))
    with qtbot.waitSignal(job.cancelled):
        job.start()
        job.cancel()
    assert closed == [True]


def test_a_failure_is_handed_over(qtbot):
    def fails():
        yield 0.5
        raise OSError("full")

    job = Job("fail", fails())
    with qtbot.waitSignal(job.failed) as failed:
        job.start()
    assert isinstance(failed.args[0], OSError)


def test_of_many_requests_only_the_newest_is_worked_on(qtbot):
    gate = threading.Event()

    def work(number):
        gate.wait(5)
        return number * 10

    latest = Latest(work)
    answers = []
    latest.ready.connect(lambda request, result: answers.append((request, result)))
    latest.want(0)
    qtbot.waitUntil(lambda: latest.begun == 1)
    for number in range(1, 100):
        latest.want(number)
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    latest.close()
    assert answers == [(0, 0), (99, 990)]
    assert latest.begun == 2


@pytest.mark.parametrize("error", [ValueError("x"), OSError("y")])
def test_a_request_that_fails_says_so(qtbot, error):
    def work(_request):
        raise error

    latest = Latest(work)
    with qtbot.waitSignal(latest.failed) as failed:
        latest.want("this")
    latest.close()
    assert failed.args == ["this", error]


def test_in_the_status_line_the_work_and_its_cancel_can_be_read_whole(qtbot):
    line = StatusLine("Marta Okafor")
    qtbot.addWidget(line.frame)
    line.frame.resize(1092, look.STATUS_HEIGHT)
    line.frame.show()
    job = Job("Backup", counting(400))
    line.watch(job)
    with qtbot.waitSignal(job.cancelled):
        job.start()
        qtbot.waitUntil(lambda: line.frame.findChild(QPushButton).isVisible())
        screen = Screen("status", line.frame)
        assert cut_off(screen, (1092, look.STATUS_HEIGHT)) == []
        line.frame.findChild(QPushButton).click()
