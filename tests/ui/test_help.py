"""F1 from every place, with real keys: the page that fits, links, search, licences, and nothing lost."""

import re
import sys
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible, QDesktopServices, QImage, QTextDocument, QTextFormat
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from runclinic import guide, licences, paths
from runclinic.ui import look
from runclinic.ui.help import ABOUT, KEYS, HelpPage
from runclinic.ui.reader import WIDEST, Read, Reader, fragments, pictures
from runclinic.ui.workplace import Workplace
from tests.ui import screens
from tests.ui.test_accessible import nameless, unreachable

F1, ENTER, ESC, DOWN = Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT, NAME = Qt.KeyboardModifier.AltModifier, Qt.ItemDataRole.UserRole
IMAGE = QTextDocument.ResourceType.ImageResource.value
PAGES = [page.name for page in guide.pages()]
PASSWORD = "orchard violin sixty tide"


@pytest.fixture
def hers(store, client):
    return client, store.visits.start(client.id, date(2026, 11, 17))


@pytest.fixture
def work(store, hers, qtbot):
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(1366, 728)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.show_clients()
    yield made
    made.put_away()


@pytest.fixture
def helped(work):
    press(F1)
    return work.help_page


@pytest.fixture(autouse=True)
def nothing_opens(monkeypatch):
    """No link leaves the program: neither a browser nor another program is ever asked."""
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    yield
    assert opened == []


def press(key, modifier=Qt.KeyboardModifier.NoModifier, on=None):
    QTest.keyClick(on or QApplication.focusWidget(), key, modifier)


def find(page, typed):
    press(Qt.Key.Key_F, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), typed)
    assert page.search.text() == typed


def listed(page):
    return [page.list.item(row).text() for row in range(page.list.count())]


def said(page):
    return page.reader.toPlainText()


def links(reader):
    return [
        (begin, given.anchorHref())
        for _, given, begin, _ in fragments(reader.document())
        if given.anchorHref()
    ]


def click(reader, href):
    """The mouse on the first link that leads there."""
    cursor = reader.textCursor()
    cursor.setPosition(next(begin for begin, each in links(reader) if each == href) + 1)
    bar = reader.verticalScrollBar()
    bar.setValue(bar.value() + reader.cursorRect(cursor).top() - 40)
    QTest.mouseClick(
        reader.viewport(), Qt.MouseButton.LeftButton, pos=reader.cursorRect(cursor).center() + QPoint(2, 0)
    )


# -- F1

VISIT = {"safety": "a-visit", "history": "a-visit", "pelvic_floor": "a-visit", "readiness": "a-visit"}
VISIT |= {"gait": "gait", "plan": "paper", "print": "paper", "sign": "a-visit"}
PLACES = {
    "clients": ("a-visit", lambda work, _: work.show_clients()),
    "new client": ("a-visit", lambda work, _: work.new_client()),
    "client": ("a-visit", lambda work, hers: work.show_client(hers[0])),
    "client file": ("backup", lambda work, hers: work.show_file(hers[0], "export")),
    "library": ("library", lambda work, _: work.show_library()),
    "documents": ("paper", lambda work, _: work.show_documents()),
    "records": ("backup", lambda work, _: work.show_records()),
    "trail": ("backup", lambda work, _: work.show_trail(None)),
    "settings": ("first-start", lambda work, _: work.show_settings()),
    "people": ("first-start", lambda work, _: work.show_people()),
    "thresholds": ("library", lambda work, _: work.show_thresholds()),
}


def visit_part(part):
    def show(work, hers):
        work.show_visit(*hers)
        work.visit_page.go_to(part)

    return show


PLACES |= {f"visit {part}": (page, visit_part(part)) for part, page in VISIT.items()}


@pytest.mark.parametrize("place", PLACES)
def test_f1_opens_the_page_that_fits_and_back_is_where_she_was(work, hers, place):
    fits, show = PLACES[place]
    show(work, hers)
    before, focus, heading = work.stack.currentWidget(), QApplication.focusWidget(), work.header._title.text()
    press(F1, on=focus or work)
    assert work.stack.currentWidget() is work.help_page
    assert work.help_page.shown == fits
    assert said(work.help_page).startswith(next(page.title for page in guide.pages() if page.name == fits))
    press(Qt.Key.Key_Left, ALT)
    assert work.stack.currentWidget() is before
    assert work.header._title.text() == heading
    assert QApplication.focusWidget() is focus or focus is None


@pytest.mark.parametrize("place", PLACES)
def test_shift_f1_shows_the_keys_from_everywhere(work, hers, place):
    PLACES[place][1](work, hers)
    press(F1, SHIFT, on=QApplication.focusWidget() or work)
    assert work.help_page.shown == KEYS
    assert "Ctrl+K" in said(work.help_page)
    assert "Ctrl+Shift+E: all that can be saved" in said(work.help_page)


def test_before_there_is_a_client_it_is_how_to_begin(work, monkeypatch):
    monkeypatch.setattr(work.store.clients, "count", lambda: 0)
    press(F1)
    assert work.help_page.shown == "first-start"


def test_f1_in_the_help_goes_to_the_page_that_fits_again(work, hers):
    work.show_visit(*hers)
    work.visit_page.go_to("print")
    press(F1, SHIFT)
    press(F1)
    assert work.help_page.shown == "paper"
    press(Qt.Key.Key_Left, ALT)
    assert work.visit_page.part == "print"


def test_nothing_typed_is_lost(work, hers):
    work.show_visit(*hers)
    work.visit_page.go_to("history")
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "I leak when I ju")
    press(F1)
    assert work.visit_page.visit.answers()["history/H01"] == "I leak when I ju"  # saved when she left it
    press(Qt.Key.Key_Left, ALT)
    QTest.keyClicks(QApplication.focusWidget(), "mp")
    assert field.toPlainText() == "I leak when I jump"


def test_a_form_that_is_not_sent_keeps_what_is_typed(work):
    press(Qt.Key.Key_N, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), "Ines")
    field = QApplication.focusWidget()
    press(F1)
    press(Qt.Key.Key_Left, ALT)
    assert QApplication.focusWidget() is field
    assert field.text() == "Ines"


def test_opened_from_the_command_box_it_leads_back_too(work):
    before = QApplication.focusWidget()
    press(Qt.Key.Key_K, CONTROL)
    press(F1)
    assert work.help_page.isVisible()
    assert work.commands.isHidden()
    press(Qt.Key.Key_Left, ALT)
    press(Qt.Key.Key_K, CONTROL)
    QTest.keyClicks(QApplication.focusWidget(), "gait pan")
    press(ENTER)
    assert work.help_page.shown == "gait"
    press(Qt.Key.Key_Left, ALT)
    assert QApplication.focusWidget() is before


def test_locked_while_she_reads_it_knows_where_she_was(work, hers):
    work.show_visit(*hers)
    work.visit_page.go_to("strength")
    press(F1)
    assert work.where()[:3] == (hers[0].id, hers[1].id, "strength")


def test_what_is_written_in_the_library_is_known_then_too(work):
    work.show_library()
    press(Qt.Key.Key_E, CONTROL, on=work.library_page)
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "words")
    typed = field.text()
    press(F1)
    assert work.where().draft == work.library_page.draft()
    press(Qt.Key.Key_Left, ALT)
    assert QApplication.focusWidget() is field
    assert field.text() == typed
    work.library_page.sheet.left.emit()


def test_a_page_that_was_left_from_the_help_is_let_go_of(work, hers):
    work.show_visit(*hers)
    press(F1)
    press(Qt.Key.Key_5, CONTROL)
    assert work.stack.currentWidget() is work.settings_page
    assert work._before_help is None
    press(Qt.Key.Key_Left, ALT, on=work)
    assert work.stack.currentWidget() is work.settings_page


# -- pages, pictures, links


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_there_with_all_of_its_pictures(helped, name):
    helped.show_page(name)
    reader, markdown = helped.reader, next(each.markdown for each in guide.pages() if each.name == name)
    shown, there = pictures(reader.document()), re.findall(r"!\[[^]]*\]\(([^)]+)\)", markdown)
    assert [each.name() for each in shown] == there
    for each in shown:
        picture = reader.document().resource(IMAGE, QUrl(each.name()))
        assert isinstance(picture, QImage)
        assert 300 < picture.deviceIndependentSize().width() <= WIDEST
        assert each.stringProperty(QTextFormat.Property.ImageAltText.value)
    assert reader.accessibleName() == next(page.title for page in guide.pages() if page.name == name)


def test_pictures_follow_the_width(helped, qtbot):
    helped.show_page("gait")
    (picture,) = pictures(helped.reader.document())

    def wide():
        found = helped.reader.document().resource(IMAGE, QUrl(picture.name()))
        return found.deviceIndependentSize().width()

    assert wide() == WIDEST
    helped.window().resize(960, 600)
    qtbot.wait(10)
    assert 400 < wide() <= helped.reader.viewport().width() - 24
    assert not helped.reader.horizontalScrollBar().isVisible()
    helped.window().resize(1366, 728)
    qtbot.wait(10)
    assert wide() == WIDEST


def test_what_is_read_stays_at_the_top_when_the_window_changes(helped, qtbot):
    helped.show_page("gait")
    reader = helped.reader

    def at_top():
        return reader.cursorForPosition(QPoint(40, 4)).block().text()

    reader.verticalScrollBar().setValue(900)
    before = at_top()
    helped.window().resize(900, 600)
    qtbot.wait(10)
    assert before
    assert at_top() == before


@pytest.mark.parametrize("how", ["mouse", "keys"])
def test_a_link_leads_to_its_page(helped, how):
    helped.show_page(guide.CONTENTS)
    if how == "mouse":
        click(helped.reader, "gait.md")
    else:
        helped.reader.setFocus()
        for _ in range(3):
            press(Qt.Key.Key_Tab)
        press(ENTER)
    assert helped.shown == "gait"
    assert helped.list.currentItem().text() == "The gait panel"
    assert helped.reader.verticalScrollBar().value() == 0


def test_every_link_of_the_guide_leads_to_a_page_of_it(helped):
    seen = set()
    for name in PAGES:
        helped.show_page(name)
        for _, href in links(helped.reader):
            helped.show_page(name)
            helped.follow(href)
            assert helped.shown == href.removesuffix(".md"), (name, href)
            assert helped.told.isHidden()
            seen.add(helped.shown)
    assert seen == set(PAGES) - {guide.CONTENTS}


OUTSIDE = [
    "https://example.org/page",
    "file:///etc/hostname",
    "mailto:her@example.org",
    "../../README.md",
    "licence:999",
]


@pytest.mark.parametrize("link", [*OUTSIDE, "licence:999"])
def test_a_link_out_of_the_program_is_named_and_not_opened(helped, link):
    helped.reader.show_page(Read(f"Read [this]({link}) now.", "markdown", paths.guide()))
    click(helped.reader, link)
    assert link.removeprefix("file://") in helped.told.text()
    assert helped.told.isVisible()
    assert "Read this now." in said(helped)
    helped.show_page("paper")
    assert helped.told.isHidden()


@pytest.mark.parametrize(
    "picture",
    ["../../tests/ui/golden/sign.png", "https://example.org/a.png", "file:///usr/a.png", "pictures/no.png"],
)
def test_a_picture_from_elsewhere_is_not_loaded(qtbot, picture):
    reader = Reader()
    qtbot.addWidget(reader)
    reader.show_page(Read(f"![a]({picture})", "markdown", paths.guide()))
    assert reader.loadResource(IMAGE, reader.document().baseUrl().resolved(QUrl(picture))) is None
    inside = reader.document().baseUrl().resolved(QUrl("pictures/sign.png"))
    assert not reader.loadResource(IMAGE, inside).isNull()


@pytest.mark.parametrize("scheme", ["light", "dark", "contrast"])
def test_it_is_in_our_type_and_colours(helped, scheme):
    helped.show_page(guide.CONTENTS)
    try:
        look.dress(scheme)
        helped.show_page("paper")
        helped.show_page(guide.CONTENTS)
        reader, shown = helped.reader, look.colours()
        assert reader.palette().color(reader.palette().ColorRole.Base).name().upper() == shown.surface
        families = {tuple(given.font().families()) for _, given, _, _ in fragments(reader.document())}
        assert families == {tuple(look.FAMILIES)}
        links_in = {
            given.foreground().color().name().upper()
            for _, given, _, _ in fragments(reader.document())
            if given.isAnchor()
        }
        assert links_in == {shown.accent}
    finally:
        look.dress("light")


def test_a_page_that_is_open_takes_the_new_colours_where_it_stands(helped):
    helped.show_page("a-visit")
    bar = helped.reader.verticalScrollBar()
    bar.setValue(700)
    try:
        look.dress("dark")
        colours = {
            g.foreground().color().name().upper() for _, g, _, _ in fragments(helped.reader.document())
        }
        assert look.DARK.accent in colours
        assert bar.value() == 700
    finally:
        look.dress("light")


# -- the list, and the search


def test_the_list_holds_the_guide_the_keys_and_the_licences(helped):
    assert listed(helped) == [*(page.title for page in guide.pages()), "Keys", "About and licences"]


def test_by_keys_alone_through_the_list(helped):
    find(helped, "")
    press(DOWN)
    assert helped.list.hasFocus()
    press(DOWN)
    assert helped.shown == PAGES[PAGES.index("a-visit") + 1]
    press(ENTER)
    assert helped.reader.hasFocus()
    before = helped.reader.verticalScrollBar().value()
    press(Qt.Key.Key_PageDown)
    assert helped.reader.verticalScrollBar().value() > before


def test_a_page_is_found_again_where_it_was_left(helped):
    helped.reader.verticalScrollBar().setValue(500)
    helped.list.setCurrentRow(PAGES.index("paper"))
    assert helped.reader.verticalScrollBar().value() == 0
    helped.list.setCurrentRow(PAGES.index("a-visit"))
    assert helped.reader.verticalScrollBar().value() == 500


def test_a_search_lists_the_pages_and_goes_to_the_first_place(helped):
    find(helped, "Kinovea")
    assert listed(helped) == ["The gait panel (2)", "Keys (1)"]
    heard = QAccessible.queryAccessibleInterface(helped.list)
    assert heard.child(0).text(QAccessible.Text.Name) == "The gait panel, 2 places"
    assert helped.shown == "gait"
    reader = helped.reader
    marked = [each.cursor.selectedText() for each in reader.extraSelections()]
    assert marked == ["Kinovea", "Kinovea"]
    first = reader.textCursor().position()
    assert 0 <= reader.cursorRect().top() < reader.viewport().height()
    assert reader.verticalScrollBar().value() > 0
    assert helped.search.hasFocus()
    press(ENTER)
    assert reader.textCursor().position() > first
    press(ENTER)
    assert reader.textCursor().position() == first


@pytest.mark.parametrize(
    ("typed", "page", "marked"),
    [
        ("recovery SHEET", "first-start", {"recovery sheet"}),
        ("sheet recovery", "first-start", {"recovery", "sheet"}),
        ("Alt+Left", KEYS, {"alt+left"}),
        ("ctrl+shift+e", "gait", {"ctrl+shift+e"}),
    ],
)
def test_a_phrase_or_each_of_its_words(helped, typed, page, marked):
    find(helped, typed)
    assert helped.shown == page
    assert helped.list.currentItem().data(NAME) == page
    found = {each.cursor.selectedText().casefold() for each in helped.reader.extraSelections()}
    assert found == marked


def test_a_page_that_is_asked_for_ends_the_search(work, helped):
    find(helped, "kinovea")
    press(F1, SHIFT)
    assert helped.shown == KEYS
    assert helped.search.text() == ""
    assert len(listed(helped)) == len(PAGES) + 2
    assert helped.reader.extraSelections() == []
    press(Qt.Key.Key_F, CONTROL)
    QTest.keyClicks(helped.search, "consent")
    helped.search.selectAll()
    press(Qt.Key.Key_Delete)
    assert len(listed(helped)) == len(PAGES) + 2


def test_the_page_that_is_read_stays_while_it_has_a_place(helped):
    helped.show_page("backup")
    find(helped, "password")
    assert helped.shown == "backup"
    assert listed(helped)[0] == "First start (6)"
    press(DOWN)
    helped.list.setCurrentRow(0)
    assert helped.shown == "first-start"
    assert len(helped.reader.extraSelections()) == 6


def test_a_search_that_finds_nothing_says_so_and_esc_leads_out(helped):
    shown = helped.shown
    find(helped, "zebra")
    assert helped._none.text() == "Nothing is found for “zebra”."
    assert helped._none.isVisible()
    assert not helped.list.isVisible()
    assert helped.shown == shown
    press(ESC)
    assert helped.search.text() == ""
    assert helped.reader.extraSelections() == []
    assert len(listed(helped)) == len(PAGES) + 2
    assert not helped._none.isVisible()


# -- licences


def test_every_part_is_listed_with_its_version_and_licence(helped):
    helped.show_page(ABOUT)
    words = said(helped)
    for part in licences.parts()[1:]:
        assert re.search(rf"^{re.escape(part.name)}\n{re.escape(part.version)}\n", words, re.MULTILINE), part
        assert part.licence in words
    for name in (
        "numpy",
        "fontpkg-atkinson-hyperlegible",
        "Material Design Icons",
        "BlazePose",
        "x264 and x265",
        "Python",
    ):
        assert name in words
    assert "GNU General Public License" in words
    assert "log" in words


def test_the_text_of_a_licence_is_read_in_the_same_place_and_back_is_the_list(work, helped):
    helped.show_page(ABOUT)
    number = [part.name for part in licences.parts()].index("structlog")
    click(helped.reader, f"licence:{number}")
    at = helped._left_at[ABOUT]
    assert said(helped).startswith("structlog")
    assert "Apache License" in said(helped)
    assert "MIT" in said(helped)
    assert at > 0
    press(Qt.Key.Key_Left, ALT)
    assert said(helped).startswith("About and licences")
    assert helped.reader.verticalScrollBar().value() == at
    press(Qt.Key.Key_Left, ALT)
    assert work.stack.currentWidget() is work.clients


def test_all_texts_of_licences_can_be_opened_and_lead_back(helped):
    helped.show_page(ABOUT)
    hrefs = [href for _, href in links(helped.reader)]
    assert len(hrefs) == sum(bool(part.files) for part in licences.parts())
    for href in hrefs:
        helped.follow(href)
        part = licences.parts()[int(href.removeprefix("licence:"))]
        assert helped.reader.accessibleName() == part.name
        assert all(text.split()[0] in said(helped) for text in part.texts())
    click(helped.reader, ABOUT)
    assert said(helped).startswith("About and licences")


def test_without_its_guide_it_says_so_and_the_keys_are_there(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    guide.pages.cache_clear()
    page = HelpPage(tmp_path)
    qtbot.addWidget(page)
    page.show_page("gait")
    assert "The guide is missing" in said(page)
    assert listed(page) == ["Help", "Keys", "About and licences"]
    page.show_page(KEYS)
    assert "Ctrl+K" in said(page)
    guide.pages.cache_clear()


# -- heard, and read whole


def test_it_can_be_heard_and_reached(work, helped):
    for name in (*PAGES, KEYS, ABOUT):
        helped.show_page(name)
        assert nameless(work) == []
        assert unreachable(work) == []
        for widget in (helped.reader, helped.search, helped.list):
            told = QAccessible.queryAccessibleInterface(widget)
            assert told.text(QAccessible.Text.Name)
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize("size", [(683, 364), (1092, 614), (1366, 696)])
def test_it_fits_every_window(store, qtbot, size):
    made = Workplace(store)
    made.backing_up.stop()
    qtbot.addWidget(made)
    made.resize(*size)
    made.show()
    for name in (*PAGES, KEYS, ABOUT):
        made.show_help(name)
        screens.rest()
        assert screens.cut_off(screens.Screen(name, made), size) == []
        page = made.help_page
        assert page.reader.document().idealWidth() <= page.reader.viewport().width() + 1
        assert page.list.visualItemRect(page.list.currentItem()).height() > 20
        assert page.reader.viewport().width() > size[0] * 0.5
