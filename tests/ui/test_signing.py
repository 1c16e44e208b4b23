"""Signing in the window: what stands against it, the signed page, amendments, the trail, her file."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from runclinic import case, client_file, paths
from runclinic.records.keys import Cost
from runclinic.refused import Refused
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.pieces import Button
from runclinic.ui.workplace import Workplace

PASSWORD = "orchard violin sixty tide"
WORDS = "bado nilu tefa rogi sumo pive"


def words_in(widget) -> str:
    QApplication.processEvents()
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


@pytest.fixture
def workplace(qtbot, store):
    made = Workplace(store)
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    yield made
    for page in (made.visit_page, made.signed_page, made.records_page):
        if page is not None:
            page.shut()


@pytest.fixture
def done(store):
    """A whole visit of an example, its outcome confirmed: ready to be signed."""
    given = case.read(paths.resources() / "examples" / "c4.toml")
    client = store.clients.add(given_name="Hanna", family_name="Lindqvist", born=date(1992, 5, 2))
    visit = OpenVisit(store, client, store.visits.start(client.id, given.visit_date))
    for key, value in given.answers.items():
        if not key.startswith("previous/"):
            visit.record(key, value)
    visit.record("decision/confirmed", visit.assessment().outcome)
    return visit


@pytest.fixture
def signed(workplace, done):
    done.sign()
    workplace.show_visit(done.client, done.store.visits.get(done.visit.id))
    return workplace.signed_page


# ------------------------------------------------------------------------------------------- what blocks
def test_an_unanswered_safety_screen_and_an_open_outcome_stand_against_it(visit):
    blocking = visit.readiness_to_sign().blocking
    assert any("safety screen" in each for each in blocking)
    assert any("not confirmed" in each for each in blocking)
    with pytest.raises(Refused, match="cannot be signed yet"):
        visit.sign()
    assert visit.store.visits.get(visit.visit.id).state == "draft"


def test_an_emergency_is_signed_once_its_referral_is_recorded(visit):
    visit.record("safety/RF01", "yes")
    assert [each.partition(":")[0] for each in visit.readiness_to_sign().blocking] == ["Record the referral"]
    visit.record("safety/RF01_referral", visit.day.isoformat())
    assert visit.readiness_to_sign().blocking == ()
    visit.sign()
    assert visit.store.signing.of(visit.visit.id).computed["outcome"] == "O0"


def test_an_outcome_that_changed_since_must_be_confirmed_anew(done):
    assert done.readiness_to_sign().blocking == ()
    done.record("decision/confirmed", "O5")
    assert any("not confirmed" in each for each in done.readiness_to_sign().blocking)


def test_what_is_left_open_is_told_and_stands_in_the_record(done):
    left = done.readiness_to_sign().left_open
    assert left == ("History (2 left)",)
    done.sign()
    assert done.store.signing.of(done.visit.id).computed["left_open"] == ["History (2 left)"]


# ---------------------------------------------------------------------------------------------- signing
def test_the_record_holds_all_that_was_computed_with_its_content_version(done):
    outcome, scores = done.assessment().outcome, done.assessment().scores
    done.sign()
    computed = done.store.signing.of(done.visit.id).computed
    assert computed["outcome"] == outcome
    assert set(scores) <= set(computed["scores"])
    assert len(computed["content"]) == 12
    assert [each["id"] for each in computed["criteria"]] == [f"R{n:02}" for n in range(1, 33)]
    shown = {row["key"]: row["said"] for form in computed["shown"] for row in form["rows"]}
    assert shown["history/H02"] == "run 5 km with the club"
    assert done.store.signing.faults() == ()


def test_undo_does_not_cross_the_signature(done):
    done.record("history/H02", "something else")
    done.sign()
    refused: list[str] = []
    done.not_saved.connect(refused.append)
    before = done.store.visits.entries(done.visit.id)
    done.undo("history")
    done.redo("history")
    assert refused == []
    assert done.store.visits.entries(done.visit.id) == before
    assert not done.record("history/H02", "and again")
    assert "This visit is signed" in refused[0]
    assert done.store.visits.entries(done.visit.id) == before


def test_the_button_signs_and_the_signed_page_follows(qtbot, workplace, done):
    workplace.show_visit(done.client, done.visit)
    page = workplace.visit_page
    page.go_to("sign")
    sign = page._made["sign"]
    assert "History (2 left)" in words_in(sign)
    assert sign.sign.isEnabled()
    QTest.mouseClick(sign.sign, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workplace.signed_page is not None)
    assert workplace.stack.currentWidget() is workplace.signed_page
    assert "Signed by Marta Okafor" in words_in(workplace.signed_page)
    assert done.store.visits.get(done.visit.id).state == "signed"


def test_the_button_waits_for_what_is_left(workplace, visit):
    workplace.show_visit(visit.client, visit.visit)
    workplace.visit_page.go_to("sign")
    sign = workplace.visit_page._made["sign"]
    assert not sign.sign.isEnabled()
    assert "the outcome is not confirmed" in words_in(sign)


def test_every_part_has_a_tip_that_is_true(workplace, visit):
    workplace.show_visit(visit.client, visit.visit)
    tips = [workplace.visit_page.parts.item(row).toolTip() for row in range(11)]
    assert "Alt+1)" in tips[0]
    assert "Alt+0" in tips[9]
    assert "Alt" not in tips[10]


# ------------------------------------------------------------------------------------------- amendments
def test_a_signed_visit_opens_as_it_was_signed_and_hides_private_answers(signed, workplace):
    assert workplace.stack.currentWidget() is signed
    said = words_in(signed)
    assert "The signature holds" in said
    assert "A private question, answered." in said
    assert "run 5 km with the club" in said


def _amend(page, beginning: str):
    next(each for each in _buttons(page) if each.accessibleName().startswith(beginning)).click()
    return page._amending


def _type(control, words: str) -> None:
    """As a hand does: into the field, and out of it."""
    control.setFocus()
    QTest.keyClicks(QApplication.focusWidget(), "a", Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), words)
    control.settle()


def _buttons(page):
    return page.findChildren(Button)


def test_an_amendment_shows_old_and_new_value_and_reason(signed, done):
    editor = _amend(signed, "Amend: What would you like to do again")
    _type(editor.control, "10 km by spring")
    _type(editor.reason, "she corrected herself")
    editor.button.click()
    said = words_in(signed)
    assert "1 change after signing" in said
    assert "run 5 km with the club" in said
    assert "10 km by spring" in said
    assert "she corrected herself (Marta Okafor" in said
    assert done.store.signing.of(done.visit.id).record["entries"]
    assert signed.opened().now()["history/H02"] == "10 km by spring"


def test_an_amendment_without_a_reason_is_refused_beside_the_field(signed, done):
    editor = _amend(signed, "Amend: What would you like to do again")
    _type(editor.control, "10 km by spring")
    _type(editor.reason, "no")
    editor.button.click()
    assert "A reason of 5 letters" in words_in(editor)
    assert done.store.amendments.of(done.visit.id) == ()


def test_a_visit_is_voided_with_a_reason_and_stays_readable(signed, done, workplace):
    next(each for each in _buttons(signed) if each.text() == "Does not count").click()
    _type(signed._amending.reason, "recorded for the wrong client")
    signed._amending.button.click()
    said = words_in(signed)
    assert "does not count any more" in said
    assert "run 5 km with the club" in said
    workplace.back()
    assert "does not count" in words_in(workplace.client_page)


def test_the_record_is_the_same_paper_every_time(signed):
    first = signed.record_pdf()
    assert first.startswith(b"%PDF-")
    assert signed.record_pdf() == first


def test_the_plan_of_an_amended_visit_is_printed_with_the_change(qtbot, signed, done):
    done.store.amendments.change(done.visit.id, "history/H02", "10 km by spring", "she corrected herself")
    signed.places.buttons[1].click()
    qtbot.waitUntil(lambda: signed._paper is not None and signed._paper.made is not None)
    wanted = signed._paper._wanted
    assert [each.new for each in wanted.visit.amendments] == ["10 km by spring"]
    assert wanted.visit.anchor == str(done.store.access.head())


# ------------------------------------------------------------------------------- trail, file, records
def test_the_trail_names_fields_and_never_answers(signed, done, workplace):
    workplace.show_trail(done.client)
    cells = workplace.trail_page._model.rows
    whole = " ".join(" ".join(row) for row in cells)
    assert cells[0][1:3] == ("Marta Okafor", "signed")
    assert "Goal" not in cells[0][3]
    assert any(row[2].startswith("recorded") and "answers" in row[2] for row in cells)
    assert "run 5 km with the club" not in whole
    workplace.back()
    assert workplace.stack.currentWidget() is workplace.client_page


def test_the_trail_of_the_clinic_leads_back_to_the_records(workplace):
    workplace.show_records()
    workplace.show_trail(None)
    assert workplace.trail_page._model.rows[-1][2] == "made the clinic"
    workplace.back()
    assert workplace.stack.currentWidget() is workplace.records_page


def test_an_export_is_written_from_her_file(qtbot, signed, done, workplace, tmp_path):
    workplace.show_file(done.client, "export")
    job = workplace.file_page.export_to(tmp_path, "she asked for a copy")
    with qtbot.waitSignal(job.done):
        pass
    assert "Exported to" in words_in(workplace.file_page)
    (folder,) = tmp_path.iterdir()
    assert (folder / "bundle.fhir.json").exists()


def test_an_export_without_a_reason_is_refused_beside_it(done, workplace):
    workplace.show_file(done.client, "export")
    workplace.file_page._export("no")
    assert "A reason of 5 letters" in words_in(workplace.file_page.export_form)


def test_erasing_asks_for_ground_and_password_and_gives_a_certificate(qtbot, signed, done, workplace):
    workplace.show_file(done.client, "erase")
    page = workplace.file_page
    assert page.erase("over", PASSWORD) is None
    assert "must be kept until" in words_in(page.erase_form)
    job = page.erase("asked", "not the password at all")
    with qtbot.waitSignal(job.failed):
        pass
    assert "password is wrong" in words_in(page.erase_form)
    job = page.erase("asked", PASSWORD)
    with qtbot.waitSignal(job.done):
        pass
    assert "Erased for good: E-" in words_in(page)
    assert "Lindqvist" not in workplace.header.findChild(QLabel).text()
    assert page.certificate_pdf().startswith(b"%PDF-")
    assert page.certificate_pdf() == page.certificate_pdf()
    workplace.back()
    assert workplace.stack.currentWidget() is workplace.clients
    assert done.store.verify() == ()


def test_a_transfer_file_is_shown_as_a_difference_before_it_is_taken_in(
    qtbot, signed, done, workplace, tmp_path
):
    path = tmp_path / "hanna.rct"
    for _ in client_file.pack(
        done.store, done.client.id, path, WORDS, "moves to another town", cost=Cost(8, 1, 1)
    ):
        pass
    workplace.show_records()
    page = workplace.records_page
    page.choose_file(path)
    examined = page._store.transfer.examine(path, WORDS, cost=Cost(8, 1, 1))
    page._examined(examined)
    assert "Everything in this file is here already" in words_in(page)
    page._failed(Refused("These words do not open the transfer file.", "Compare them."))
    assert "do not open" in words_in(page.words)
    assert page.arrival is None
