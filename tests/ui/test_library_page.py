"""The library on the screen: read, search, reword, add, take away, take back, and what it does to paper."""

import io
from datetime import date

import pypdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from runclinic import case, layer, paths
from runclinic.clinic import cards
from runclinic.documents.plan import TakeHome, take_home
from runclinic.plan.exercise import exercise, exercises
from runclinic.ui.library_fields import Figure
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.parts.plan import PlanPage
from runclinic.ui.pieces import Button
from runclinic.ui.status_line import StatusLine
from runclinic.ui.workplace import Workplace
from runclinic.words import Words
from tests.content import forget
from tests.ui.conftest import CLINIC

LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CALL = "Stop running and ring {clinic_phone} if something is new."


@pytest.fixture
def work(store, qtbot, monkeypatch):
    forget()
    monkeypatch.setattr(cards.secrets, "randbelow", lambda _many: 0)
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    QTest.keyClick(made, Qt.Key.Key_2, CONTROL)
    yield made
    for key in [each for each in store.settings.all() if each.startswith("library/")]:
        store.settings.set(key, None)
    forget()


@pytest.fixture
def page(work):
    return work.library_page


def search(page, typed):
    page.search.setFocus()
    page.search.selectAll()
    QTest.keyClicks(page.search, typed)


def listed(page):
    return [page.list.item(row).data(Qt.ItemDataRole.UserRole)[0].id for row in range(page.list.count())]


def said(page):
    """All words of the card at the right."""
    shown = [each for each in page.scrolled.findChildren(QLabel) if each.isVisible()]
    return "\n".join(each.text() for each in shown)


def edit(page, card):
    page.go_to(card)
    QTest.keyClick(page, Qt.Key.Key_E, CONTROL)
    return page.sheet


def write(sheet, field, words):
    widget = sheet.fields.widgets[field]
    widget.setFocus()
    widget.selectAll()
    QTest.keyClick(widget, Qt.Key.Key_Delete)
    QTest.keyClicks(widget, words)


def choose(sheet, field, value):
    picked = sheet.fields.widgets[field]
    picked.setCurrentIndex(picked.findData(value))


def save(sheet):
    QTest.keyClick(sheet, Qt.Key.Key_S, CONTROL)


def new_exercise(page, name="Hip hinge with a stick", category="HG"):
    QTest.keyClick(page, Qt.Key.Key_N, CONTROL)
    sheet = page.sheet
    choose(sheet, "category", category)
    write(sheet, "name", name)
    for at, step in enumerate(("Hold a stick", "Bend at the hips", "Stand up tall")):
        write(sheet, f"steps.{at}", step)
    write(sheet, "breath", "out: up")
    for field, typed in (("sets", "3"), ("reps", "8-12"), ("a_week", "3")):
        write(sheet, field, typed)
    write(sheet, "source", "our clinic")
    choose(sheet, "figure_of", "HG04")
    return sheet


def hers(store, client):
    given = case.read(paths.resources() / "examples" / "c4.toml")
    visit = OpenVisit(store, client, store.visits.start(client.id, given.visit_date))
    visit.record_together({key: value for key, value in given.answers.items() if "previous/" not in key})
    return visit


def paper(visit, language="en"):
    asked = TakeHome(
        visit.assessment(), visit.plan(), visit.client, CLINIC, date(2026, 11, 17), "Marta Okafor", None, ""
    )
    pages = pypdf.PdfReader(io.BytesIO(take_home(asked, language=language))).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def offered_of(plan, monkeypatch, chosen=""):
    """The exercises that the plan page offers; one of them is chosen."""
    names = []

    class Menu(QMenu):
        def exec(self, *_at):
            actions = [each for sub in self.actions() for each in sub.menu().actions()]
            names.extend(each.text() for each in actions)
            for each in actions:
                if each.text() == chosen:
                    each.trigger()

    monkeypatch.setattr("runclinic.ui.parts.plan.QMenu", Menu)
    plan.findChild(QPushButton, "add").click()
    return names


# -- reading and searching


def test_everything_is_there_and_the_search_is_ready(page):
    assert page.search.hasFocus()
    assert len(listed(page)) >= 77 + 12 + 31
    assert listed(page)[0] == "BR01"


def test_a_search_looks_at_names_words_and_ids(page):
    search(page, "hg02")
    assert listed(page) == ["HG02"]
    search(page, "bridge")
    assert listed(page)[0] == "HG01"  # by its name before those that only speak of one
    search(page, "quietly baby")
    assert listed(page) == ["Q02"]
    search(page, "pelvic health and her way back")
    assert listed(page) == ["letter.seen"]


@pytest.mark.parametrize(
    "number, first", [(0, "BR01"), (1, "BR01"), (2, "Q01"), (3, "text.T-NOTYET"), (4, "letter.seen")]
)
def test_a_kind_alone(page, number, first):
    QTest.mouseClick(page.kinds.buttons[number], LEFT)
    assert listed(page)[0] == first
    kinds = {each.partition(".")[0] for each in listed(page)}
    assert number != 4 or kinds == {"letter"}


def test_a_search_that_finds_nothing_says_so_and_leads_out(page):
    search(page, "zebra")
    assert page._none.text() == "Nothing is found for “zebra” here."
    QTest.mouseClick(page.everything, LEFT)
    assert page.search.text() == ""
    assert len(listed(page)) > 100
    assert not page.everything.isVisible()


def test_the_card_of_an_exercise_says_all_of_it(page):
    page.go_to("HG01")
    words, its = said(page), exercise("HG01")
    for each in (its.name, *its.steps, its.breath, its.source, "3 × 10 to 15", "Schulterbrücke"):
        assert each in words
    assert "X4: RF20 open, or caesarean or belly surgery" in words
    drawn = next(each for each in page.scrolled.findChildren(Figure) if each.isVisible())
    assert drawn.accessibleName().startswith("Bridge: Lie on your back")


def test_easier_and_harder_lead_to_their_cards(page):
    page.go_to("HG01")
    link = next(each for each in page.scrolled.findChildren(Button) if each.text().startswith("HG02"))
    assert link.accessibleName().startswith("Harder: HG02")
    QTest.mouseClick(link, LEFT)
    assert page.item.id == "HG02"


def test_a_cue_a_phrase_and_a_letter_text(page):
    page.go_to("Q01")
    assert "Heiderscheit 2011" in said(page)
    page.go_to("text.T-CALL")
    assert "Stop running and call us" in said(page)
    assert "German" in said(page)
    page.go_to("letter.plan")
    assert "in {n} weeks" in said(page)
    assert "German" not in said(page)


def test_all_by_keys(page):
    search(page, "bridge")
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.hasFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert page.edit_button.hasFocus()
    QTest.keyClick(page.edit_button, Qt.Key.Key_Return)
    assert page.sheet.fields.widgets["name"].hasFocus()
    QTest.keyClick(page.sheet.fields.widgets["name"], Qt.Key.Key_Escape)
    assert page.sheet is None
    assert page.item.id == "HG01"
    QTest.keyClick(page, Qt.Key.Key_F, CONTROL)
    assert page.search.hasFocus()


# -- wording


def test_a_text_is_worded_anew_and_stands_on_her_paper(page, store, client):
    sheet = edit(page, "text.T-CALL")
    write(sheet, "en.", CALL)
    assert sheet.fields._notes["de."].text() == "The German text is still the shipped one."
    save(sheet)
    assert page.sheet is None
    assert "Stop running and ring 555 0142 if something is new." in paper(hers(store, client))
    assert f"Changed by Marta Okafor, {Words('en').date(date.today())}" in said(page)


def test_a_lost_blank_is_refused_by_its_name_and_nothing_typed_is_lost(page):
    sheet = edit(page, "text.T-CALL")
    write(sheet, "en.", "Stop running and ring us.")
    save(sheet)
    assert sheet.refused().startswith("{clinic_phone} is missing")
    assert sheet.fields.typed("en.") == "Stop running and ring us."
    assert page.sheet is sheet
    assert page._store.settings.get("library/texts/text.T-CALL") is None
    assert layer.laid() == {}


def test_what_keeps_her_safe_cannot_be_emptied(page):
    sheet = edit(page, "text.T-BLEED")
    write(sheet, "de.", "")
    save(sheet)
    assert sheet.refused().startswith("This text tells her when to get help.")


def test_a_long_sentence_is_only_remarked_upon(page):
    sheet = edit(page, "text.T-KNACK")
    write(sheet, "en.", "When you cough or sneeze or jump or laugh always try to lift before it comes")
    assert sheet.fields._notes["en."].text() == "16 words a sentence; up to 12 read easily."
    save(sheet)
    assert page.sheet is None


def test_a_shipped_exercise_keeps_only_what_differs(page, store):
    sheet = edit(page, "HG01")
    write(sheet, "name", "Hip lift")
    write(sheet, "reps", "12")
    save(sheet)
    kept = store.settings.get("library/exercises/HG01")
    assert kept.keys() == {"name", "dose"}
    assert kept["dose"] == {"text": "3x12, w3", "a_week": [3, 3], "sets": [3, 3], "reps": [12, 12]}
    assert exercise("HG01").dose.reps == (12, 12)


@pytest.mark.parametrize("card", ["HG01", "BR11", "ME08", "CF02", "Q02", "text.T-RED", "letter.plan"])
def test_saving_without_a_change_changes_nothing(page, store, card):
    save(edit(page, card))
    assert page.sheet is None
    assert store.settings.get(f"library/exercises/{card}") is None
    assert layer.laid() == {}


def test_no_sheet_of_the_library_says_anything_but_what_is_shipped(page):
    """Every exercise, opened and read back, is what it was."""
    from runclinic.ui.library_forms import ExerciseSheet

    for card in (*list(exercises())[::5], "BR06"):
        assert ExerciseSheet(card).value() is None, card


@pytest.mark.parametrize(
    "field, typed, why",
    [
        ("reps", "many", "“many” is no number. Write 10, or 10-15."),
        ("a_week", "9", "HG01: times a week cannot be 9 to 9."),
        ("name", "", "HG01 needs words for its name."),
        ("de.name", "", "HG01 needs words for its name."),
    ],
)
def test_a_card_that_cannot_be_is_refused_in_the_sheet(page, field, typed, why):
    sheet = edit(page, "HG01")
    write(sheet, field, typed)
    save(sheet)
    assert sheet.refused().startswith(why)
    assert page.sheet is sheet


def test_a_card_that_contradicts_itself_is_refused_without_a_file_name(page):
    sheet = edit(page, "HG01")
    choose(sheet, "easier", "HG02")
    save(sheet)
    assert "come back to it" in sheet.refused()
    assert "resources/" not in sheet.refused()


def test_back_to_what_is_shipped(page, store):
    sheet = edit(page, "HG01")
    write(sheet, "name", "Hip lift")
    save(sheet)
    assert page.item.id == "HG01"
    QTest.mouseClick(page.back_button, LEFT)
    assert exercise("HG01").name == "Bridge"
    assert store.settings.get("library/exercises/HG01") is None
    assert not page.back_button.isVisible()
    last = [each for each in store.settings.entries() if each.key == "library/exercises/HG01"]
    assert [each.value for each in last][-2:] == [{"name": "Hip lift"}, None]


def test_the_last_changes_are_taken_back_one_by_one(page):
    for name in ("Hip lift", "Hip raise"):
        sheet = edit(page, "HG01")
        write(sheet, "name", name)
        save(sheet)
    page.go_to("BR01")
    QTest.keyClick(page, Qt.Key.Key_Z, CONTROL)
    assert exercise("HG01").name == "Hip lift"
    assert page.item.id == "HG01"
    QTest.keyClick(page, Qt.Key.Key_Z, CONTROL)
    assert exercise("HG01").name == "Bridge"
    assert layer.laid() == {}
    QTest.keyClick(page, Qt.Key.Key_Z, CONTROL)  # nothing is left to take back
    assert layer.laid() == {}


# -- the clinic's own


def test_a_new_exercise_is_chosen_in_a_plan_and_stands_on_her_paper(page, store, client, qtbot, monkeypatch):
    save(new_exercise(page))
    assert page.item.id == "HG1000"
    assert exercise("HG1000").dose.text == "3x8-12, w3"
    visit = hers(store, client)
    plan = PlanPage(visit, StatusLine("Marta Okafor"))
    qtbot.addWidget(plan)
    plan.refresh()
    offered = offered_of(plan, monkeypatch, "Hip hinge with a stick")
    plan.shut()
    assert "Hip hinge with a stick" in offered
    assert visit.now()["plan/exercises"][-1] == "HG1000"
    assert "Hip hinge with a stick" in paper(visit)
    assert "Hip hinge with a stick" in paper(visit, "fr")  # no French words: the English ones


def test_in_a_clinic_that_does_not_have_it_the_plan_says_so_and_goes_on(page, store, client, qtbot):
    save(new_exercise(page))
    card = page.item.id
    visit = hers(store, client)
    proposed = [each.id for each in visit.plan().plan.exercises]
    visit.record("plan/exercises", [*proposed, card])
    visit.record(f"plan/dose/{card}", {"sets": 2})
    assert visit.plan().foreign == ()
    layer.lay({})  # as in another clinic
    plan = PlanPage(visit, StatusLine("Marta Okafor"))
    qtbot.addWidget(plan)
    plan.refresh()
    told = [each.text() for each in plan.findChildren(QLabel)]
    assert any(f"this clinic's library does not have it: {card}" in each for each in told)
    assert "Hip hinge with a stick" not in told
    assert [each.id for each in visit.plan().plan.exercises] == proposed
    assert "Your way back to running" in paper(visit)
    plan.shut()


def test_a_new_exercise_without_steps_is_refused(page, store):
    sheet = new_exercise(page, category="CO")
    write(sheet, "steps.1", "")
    save(sheet)
    assert sheet.refused().startswith("CO1000 needs words for its three steps.")
    assert store.settings.get("library/exercises/CO1000") is None
    write(sheet, "steps.1", "Bend")
    save(sheet)
    assert exercise("CO1000").steps[1] == "Bend"


def test_a_new_cue(page):
    QTest.keyClick(page, Qt.Key.Key_N, CONTROL | SHIFT)
    sheet = page.sheet
    for field, typed in (
        ("text", "Tall like a tree"),
        ("reason", "Length"),
        ("metric", "how she feels"),
        ("evidence", "our clinic"),
    ):
        write(sheet, field, typed)
    save(sheet)
    assert page.item.id == "Q1000"
    assert "Tall like a tree" in said(page)


def test_what_is_taken_away_is_offered_no_more_and_her_plan_holds(page, store, client, qtbot, monkeypatch):
    save(new_exercise(page, category="SL"))
    visit = hers(store, client)
    visit.record("plan/exercises", ["SL1000", "BR01"])
    QTest.mouseClick(page.away_button, LEFT)
    assert "taken away" in said(page)
    assert "Hip hinge with a stick" in paper(visit)
    plan = PlanPage(visit, StatusLine("Marta Okafor"))
    qtbot.addWidget(plan)
    visit.record("plan/exercises", ["BR01"])
    plan.refresh()
    names = offered_of(plan, monkeypatch)
    plan.shut()
    assert "Bridge" in names
    assert "Hip hinge with a stick" not in names
    QTest.mouseClick(page.away_button, LEFT)  # put back
    assert not exercise("SL1000").retired


def test_a_new_card_that_is_taken_back_stays_readable_and_its_number_is_not_given_again(page):
    save(new_exercise(page, category="MO"))
    QTest.keyClick(page, Qt.Key.Key_Z, CONTROL)
    assert exercise("MO1000").retired
    save(new_exercise(page, "Another hinge", "MO"))
    assert page.item.id == "MO1001"


def test_nothing_can_be_searched_away_while_a_sheet_is_open(page, work):
    sheet = edit(page, "HG01")
    write(sheet, "name", "Hip lift")
    work.show_clients()
    work.show_library()
    assert page.sheet is sheet
    assert sheet.fields.typed("name") == "Hip lift"
    assert not page.search.isEnabled()


def test_who_may_only_read_is_offered_no_change(store, qtbot, monkeypatch):
    monkeypatch.setattr(store, "read_alone", True)
    made = Workplace(store)
    qtbot.addWidget(made)
    made.show()
    made.show_library()
    page = made.library_page
    page.go_to("HG01")
    assert not page.edit_button.isVisible()
    assert not page.new_exercise.isVisible()
    QTest.keyClick(page, Qt.Key.Key_E, CONTROL)
    QTest.keyClick(page, Qt.Key.Key_N, CONTROL)
    assert page.sheet is None


@pytest.mark.parametrize("size", [(1092, 600), (683, 364)])  # the second is 1366 x 768 at 200 %
def test_nothing_is_wider_than_the_window(page, work, qtbot, size):
    work.resize(*size)
    for card in ("HG01", "text.T-CALL"):
        page.go_to(card)
        qtbot.wait(10)
        assert page.scrolled.widget().minimumSizeHint().width() <= page.scrolled.viewport().width()
        sheet = edit(page, card)
        qtbot.wait(10)
        assert page.scrolled.widget().minimumSizeHint().width() <= page.scrolled.viewport().width()
        sheet.left.emit()
    assert page.list.isVisible()
