"""The program is killed after a key: what was answered is there."""

import signal
import subprocess
import sys
import textwrap
from datetime import date

from runclinic import records
from runclinic.records.keys import FLOOR

PASSWORD = "orchard violin sixty tide"
PROGRAM = """
    import sys, time
    from pathlib import Path
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from runclinic import records
    from runclinic.app import application
    from runclinic.ui import look
    from runclinic.ui.window import Window

    home = Path(sys.argv[1])
    app = application()
    look.dress("light")
    window = Window(home)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    store = records.unlock(home, records.therapists(home)[0][0], sys.argv[2])
    window.open(store)
    client = store.clients.recent(1)[0]
    window.workplace.show_visit(client, store.visits.of(client.id)[0])
    for _ in range(3):
        QTest.keyClicks(app.focusWidget(), "2")
    print("answered", flush=True)
    time.sleep(60)
"""


def test_three_answers_outlive_kill_9(tmp_path):
    home = tmp_path / "clinic"
    with records.create(home, {"name": "Riverside"}, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        runner = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
        visit = store.visits.start(runner.id, date(2026, 11, 17))
    program = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(home), PASSWORD],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout.readline().strip() == "answered"
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
        program.stdout.close()
    with records.unlock(home, records.therapists(home)[0][0], PASSWORD) as store:
        kept = {entry.key: entry.value for entry in store.visits.entries(visit.id)}
    assert kept == {"safety/RF01": "no", "safety/RF02": "no", "safety/RF03": "no"}
