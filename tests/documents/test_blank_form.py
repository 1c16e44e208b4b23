"""Every form, empty, on paper: each question and each box is there, and nothing that is for no paper."""

import io

import pytest
from pypdf import PdfReader

from runclinic.cli import main
from runclinic.documents.blank_form import OF_A_FLAG, blank_form
from runclinic.forms import catalogue
from runclinic.refused import Refused

FORMS = catalogue.ids()


def plain(pdf):
    """All letters of a file in their order, whatever the lines."""
    reader = PdfReader(io.BytesIO(pdf))
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def squeezed(words):
    return "".join(words.split())


def on_paper(form):
    return [
        each for each in form.question if not (each.retired or each.private or each.id.endswith(OF_A_FLAG))
    ]


@pytest.mark.parametrize("form_id", FORMS)
def test_every_question_and_every_option_is_printed(form_id):
    form = catalogue.form(form_id)
    printed = plain(blank_form(form_id))
    for each in on_paper(form):
        if form.layout == "tests" and each.card not in ("", each.id):
            continue  # in few words beside its test
        said = each.short if form.layout == "pop_q" and each.kind == "number" else each.text
        assert squeezed(said) in printed, each.id
        for option in each.options if each.kind != "scale" else ():
            assert squeezed(option.text) in printed, (each.id, option.value)


def test_what_is_asked_when_she_is_alone_is_on_no_paper():
    private = [each for form_id in FORMS for each in catalogue.form(form_id).question if each.private]
    assert private
    printed = plain(blank_form("safety"))
    assert not [each.id for each in private if squeezed(each.text) in printed]
    assert squeezed("Reason for closing, and who cleared it") not in printed


def test_a_test_has_its_counts_its_symptoms_and_its_retest():
    printed = plain(blank_form("load_tests"))
    for words in ("Hop in place", "(to reach: 10)", "Free rhythm, low.", "Heaviness", "Ended by", "With cue"):
        assert squeezed(words) in printed


@pytest.mark.parametrize("how", [{"paper": "letter"}, {"large": True}], ids=["letter", "large"])
def test_on_other_paper_and_in_large_print(how):
    page = PdfReader(io.BytesIO(blank_form("pop_q", **how))).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (
        (612, 792) if "paper" in how else (595, 842)
    )


def test_from_a_shell_one_or_all(tmp_path, capsys):
    assert main(["forms", "iciq_ui_sf", "--blank", str(tmp_path)]) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["iciq_ui_sf.pdf"]
    assert main(["forms", "--blank", str(tmp_path / "all")]) == 0
    assert len([*(tmp_path / "all").iterdir()]) == len(FORMS)
    assert main(["forms", "iciq", "--blank", str(tmp_path)]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_form_is_refused():
    with pytest.raises(Refused):
        blank_form("nothing")
