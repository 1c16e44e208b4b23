"""People and passwords through the window: wrong, forgotten, changed, added, removed, covered, locked."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic import records
from runclinic.demo.clinic import CLINIC
from runclinic.records import disk, recovery
from runclinic.records.keys import FLOOR
from runclinic.refused import Refused
from runclinic.ui import idle, look
from runclinic.ui.sheet_step import SheetStep
from runclinic.ui.unlock import Unlock
from runclinic.ui.window import Window

PASSWORD, OTHER, NEW = "orchard violin sixty tide", "lantern gravel eleven moss", "copper meadow nine harbour"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def home(tmp_path):
    return tmp_path / "clinic"


@pytest.fixture
def key(home):
    """The recovery key of a clinic of an owner and a therapist, as it stands on its sheet."""
    with records.create(home, CLINIC, "Marta Okafor", "MO", PASSWORD, cost=FLOOR) as store:
        store.people.add("Bea Klein", "BK", "therapist", OTHER, cost=FLOOR)
        made = store.people.new_recovery_key()
        store.people.confirm_recovery()
    return made


@pytest.fixture
def window(qtbot, home, key):
    look.dress("light")
    made = Window(home)
    qtbot.addWidget(made)
    made.resize(1366, 740)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    made.close()


def choose(window, name):
    page = window.centralWidget()
    assert isinstance(page, Unlock)
    button = next(each for each in page.names.buttons if each.text().startswith(name))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return page


def type_in(form, *values):
    for (_, control), value in zip(form._controls.items(), values, strict=True):
        line = getattr(control, "line", None)
        if line is None:
            control.setFocus()
            QTest.keyClicks(QApplication.focusWidget(), value)
        else:
            line.setFocus()
            QTest.keyClicks(line, value)
    QTest.mouseClick(form.button, Qt.MouseButton.LeftButton)


def unlock(window, qtbot, name, password):
    type_in(choose(window, name).form, password)
    qtbot.waitUntil(lambda: window.workplace is not None)
    return window.workplace


def people(window):
    window.workplace.show_settings()
    QTest.mouseClick(window.workplace.settings_page.people, Qt.MouseButton.LeftButton)
    return window.workplace.people_page


def test_wrong_passwords_make_her_wait_in_words_and_the_right_one_tells(window, qtbot):
    page = choose(window, "Bea")
    for n in range(3):
        type_in(page.form, f"not the password {n}")
        qtbot.waitUntil(page.form._wrong_row.isVisible)
        if n < 2:
            qtbot.waitUntil(page.form.button.isEnabled)
    assert page.form._wrong.text() == "3 wrong passwords in a row. The next try opens in 2 s."
    assert not page.form.button.isEnabled()
    qtbot.waitUntil(page.form.button.isEnabled)
    assert not page.form._wrong_row.isVisible()
    work = unlock(window, qtbot, "Bea", OTHER)
    assert work.status.saved.text().startswith("3 wrong passwords were typed for your name")


def test_another_name_need_not_wait(window, qtbot):
    page = choose(window, "Bea")
    for n in range(3):
        type_in(page.form, f"not the password {n}")
        qtbot.waitUntil(page.form._wrong_row.isVisible)
        if n < 2:
            qtbot.waitUntil(page.form.button.isEnabled)
    choose(window, "Marta")
    assert page.form.button.isEnabled()
    assert not page.form._wrong_row.isVisible()
    unlock(window, qtbot, "Marta", PASSWORD)


def test_an_owner_who_forgot_takes_a_new_password_with_the_key(window, qtbot, key):
    page = choose(window, "Marta")
    QTest.mouseClick(page.forgot, Qt.MouseButton.LeftButton)
    form = page.forgotten.form
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    type_in(form, wrong, NEW, NEW)
    qtbot.waitUntil(form._wrong_row.isVisible)
    assert window.workplace is None
    form.empty()
    type_in(form, key.lower().replace("-", " "), NEW, NEW)
    qtbot.waitUntil(lambda: window.workplace is not None)
    window.lock()
    unlock(window, qtbot, "Marta", NEW)


def test_a_therapist_who_forgot_is_sent_to_an_owner(window):
    page = choose(window, "Bea")
    QTest.mouseClick(page.forgot, Qt.MouseButton.LeftButton)
    assert page.forgotten.form is None
    said = " ".join(label.text() for label in page.forgotten.findChildren(type(page.form._wrong)))
    assert "Marta Okafor" in said
    QTest.mouseClick(page.forgotten.back, Qt.MouseButton.LeftButton)
    assert page.form.isVisible()


def test_her_own_password_is_changed_by_who_knows_it(window, qtbot, home):
    unlock(window, qtbot, "Bea", OTHER)
    page = people(window)
    assert not hasattr(page, "add")  # no owner: only her own
    type_in(page.own, "not mine at all", NEW, NEW)
    qtbot.waitUntil(page.own._wrong_row.isVisible)
    page.own.empty()
    type_in(page.own, OTHER, NEW, NEW)
    qtbot.waitUntil(page._own_said.isVisible)
    window.lock()
    with pytest.raises(Refused, match="wrong"):
        records.unlock(home, {name: its for its, name in records.therapists(home)}["Bea Klein"], OTHER)
    unlock(window, qtbot, "Bea", NEW)


def test_someone_is_added_and_unlocks(window, qtbot):
    unlock(window, qtbot, "Marta", PASSWORD)
    page = people(window)
    type_in(page.add, "Ana Vander", "2", NEW, "another one altogether")
    assert page.add._wrong_row.isVisible()
    page.add.empty()
    type_in(page.add, "Ana Vander", "2", NEW, NEW)
    qtbot.waitUntil(page._add_said.isVisible)
    window.lock()
    assert unlock(window, qtbot, "Ana", NEW).store.therapist.role == "therapist"


def test_who_is_removed_cannot_unlock_even_with_an_old_key_file(window, qtbot, home):
    old_keys = (home / "keys.json").read_bytes()
    bea = {name: its_id for its_id, name in records.therapists(home)}["Bea Klein"]
    unlock(window, qtbot, "Marta", PASSWORD)
    page = people(window)
    person = next(each for each in page._store.people.all() if each.id == bea)
    page._ask_to_remove(person)
    QTest.mouseClick(page.do_remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.workplace is None)
    assert bea not in dict(records.therapists(home))
    new_keys = (home / "keys.json").read_bytes()
    (home / "keys.json").write_bytes(old_keys)
    (home / "keys.prev.json").unlink(missing_ok=True)
    with pytest.raises(Refused):
        records.unlock(home, bea, OTHER).close()
    (home / "keys.json").write_bytes(new_keys)
    unlock(window, qtbot, "Marta", PASSWORD)


def test_a_new_recovery_key_is_proven_before_the_work_goes_on(window, qtbot, key, home):
    unlock(window, qtbot, "Marta", PASSWORD)
    page = people(window)
    QTest.mouseClick(page.new_key, Qt.MouseButton.LeftButton)
    step = window.centralWidget()
    assert isinstance(step, SheetStep)
    qtbot.waitUntil(step.print.isEnabled)
    groups = recovery.groups(step._key)
    QTest.mouseClick(step.show_it, Qt.MouseButton.LeftButton)
    QTest.mouseClick(step.show_it, Qt.MouseButton.LeftButton)
    type_in(step.form, *(groups[number] for number in step._asked))
    assert window.workplace is not None
    window.lock()
    owner = dict(map(reversed, records.therapists(home)))["Marta Okafor"]
    with pytest.raises(Refused):
        records.recover(home, owner, key, NEW, cost=FLOOR).close()


def test_a_sheet_that_was_never_proven_is_asked_for_again(window, qtbot, home):
    unlock(window, qtbot, "Marta", PASSWORD)
    QTest.mouseClick(people(window).new_key, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.centralWidget().print.isEnabled)
    window.close()
    again = Window(home)
    qtbot.addWidget(again)
    again.show()
    type_in(choose(again, "Marta").form, PASSWORD)
    qtbot.waitUntil(lambda: isinstance(again.centralWidget(), SheetStep))
    again.close()


def test_nothing_can_be_read_or_reached_under_the_cover(window, qtbot):
    work = unlock(window, qtbot, "Marta", PASSWORD)
    work.store.clients.add(given_name="Hanna", family_name="Lindqvist")
    work.show_clients()
    window.cover_up()
    cover = window.cover
    assert cover.geometry() == work.rect()
    assert QApplication.focusWidget() is cover
    QTest.keyClick(cover, Qt.Key.Key_Tab)
    assert window.cover is None  # a key lifts it, and moves nothing
    assert QApplication.focusWidget() is work.clients.search
    window.cover_up()
    QTest.keyClick(window.cover, Qt.Key.Key_N, CONTROL)
    assert not work.clients.form.isVisible()


def test_two_minutes_cover_and_ten_lock(window, qtbot):
    unlock(window, qtbot, "Marta", PASSWORD)
    watch = window.idle
    watch._timer.stop()
    for _ in range(idle.COVER_S - 1):
        watch.second()
    assert window.cover is None
    watch.second()
    assert window.cover is not None
    for _ in range(60 * watch.lock_minutes - idle.COVER_S):
        watch.second()
    assert window.workplace is None
    assert isinstance(window.centralWidget(), Unlock)
    for _ in range(5000):  # locked: nothing more happens
        watch.second()


def test_a_hand_and_a_film_keep_it_open(window, qtbot, monkeypatch):
    work = unlock(window, qtbot, "Marta", PASSWORD)
    watch = window.idle
    watch._timer.stop()
    watch.still_s = idle.COVER_S - 1
    QTest.keyClick(work.clients.search, Qt.Key.Key_A)
    assert watch.still_s == 0
    monkeypatch.setattr(work, "busy", lambda: True)
    for _ in range(60 * watch.lock_minutes + 10):
        watch.second()
    assert window.workplace is work
    assert window.cover is None
    monkeypatch.setattr(work, "busy", lambda: False)
    for _ in range(idle.PAUSE_S + idle.COVER_S - 1):  # a minute more than usual after it
        watch.second()
    assert window.cover is None
    watch.second()
    assert window.cover is not None


@pytest.mark.parametrize(
    ("told", "minutes"), [(None, 10), (2, 2), (30, 30), (1, 10), (31, 10), ("x", 10), (4.6, 5)]
)
def test_minutes_are_between_two_and_thirty(told, minutes):
    assert idle.minutes(told) == minutes


def test_sleep_locks(window, qtbot):
    unlock(window, qtbot, "Marta", PASSWORD)
    window.idle._state(Qt.ApplicationState.ApplicationSuspended)
    assert window.workplace is None


def test_after_the_lock_she_is_where_she_was(window, qtbot):
    work = unlock(window, qtbot, "Marta", PASSWORD)
    client = work.store.clients.add(given_name="Hanna", family_name="Lindqvist")
    visit = work.store.visits.start(client.id, date.today())
    work.show_visit(client, visit)
    work.visit_page.go_to("history")
    window.lock()
    again = unlock(window, qtbot, "Marta", PASSWORD)
    assert again.visit_page.part == "history"
    assert again.visit_page.visit.visit.id == visit.id


def test_another_therapist_starts_at_the_list(window, qtbot):
    work = unlock(window, qtbot, "Marta", PASSWORD)
    client = work.store.clients.add(given_name="Hanna", family_name="Lindqvist")
    work.show_client(client)
    window.lock()
    other = unlock(window, qtbot, "Bea", OTHER)
    assert other.stack.currentWidget() is other.clients
    assert other.visit_page is None


@pytest.mark.parametrize("leaves", ["lock", "close", "sleep"])
def test_what_is_being_typed_is_there_afterwards(window, qtbot, home, leaves):
    """She is in the middle of a word when it locks, closes or sleeps."""
    work = unlock(window, qtbot, "Marta", PASSWORD)
    client = work.store.clients.add(given_name="Hanna", family_name="Lindqvist")
    visit = work.store.visits.start(client.id, date.today())
    work.show_visit(client, visit)
    work.visit_page.go_to("history")
    QTest.keyClicks(QApplication.focusWidget(), "It drips when I ru")
    {
        "lock": window.lock,
        "close": window.close,
        "sleep": lambda: window.idle._state(Qt.ApplicationState.ApplicationSuspended),
    }[leaves]()
    marta = {name: its for its, name in records.therapists(home)}["Marta Okafor"]
    with records.unlock(home, marta, PASSWORD) as store:
        assert store.visits.entries(visit.id)[-1].value == "It drips when I ru"


def test_records_that_cannot_be_written_to_are_shown(window, qtbot, home, monkeypatch):
    """Its lock file cannot be opened: what a write-protected folder looks like to the program."""
    with monkeypatch.context() as patched:
        real = disk.os.open

        def opened(path, *arguments, **named):
            if str(path) == str(home / "store.lock"):
                raise PermissionError(13, "read-only")
            return real(path, *arguments, **named)

        patched.setattr(disk.os, "open", opened)
        work = unlock(window, qtbot, "Marta", PASSWORD)
    assert work.status.saved.text().startswith("These records may not be written to: they can be read")
    assert work.backing_up is None
    work.show_settings()
    assert not work.settings_page.people.isEnabled()
    window.lock()
