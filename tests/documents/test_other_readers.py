"""Each file as other programs read it: pypdf, pdfium, poppler and qpdf find nothing to warn of."""

import io
import logging
import re
import shutil
import subprocess

import pypdf
import pypdfium2
import pytest

from runclinic.documents.protected import protected
from tests.documents.every_paper import papers
from tests.documents.golden_pages import said

SAMPLE = (
    *("plan-long", "exercises-short", "diary-short", "report-empty", "record-empty", "gait-long"),
    *("letter-gp-long", "referral-A1", "recovery-short", "certificate-short", "form-pop-q"),
)
PAPERS = papers()
FAST = [(paper, {"paper": "a4"}) for paper in PAPERS if paper.name in SAMPLE]
SLOW = [(paper, how) for paper in PAPERS for how in paper.variants() if (paper, how) not in FAST]
MOST_BYTES = 2e6


def tool(name):
    """The path of a program of poppler-utils or qpdf, which packaging/debian.py installs."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install poppler-utils qpdf")
    return found


def output(*command):
    """What a program said; it must have nothing to complain of."""
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """written(paper, how): the bytes, and the file that they are in; made once."""
    folder, made = tmp_path_factory.mktemp("papers"), {}

    def of(paper, how):
        file = folder / f"{paper.name} {said(how)}.pdf"
        if file not in made:
            made[file] = paper.make(**how)
            file.write_bytes(made[file])
        return made[file], file

    return of


def pypdf_and_pdfium(pdf, caplog):
    caplog.set_level(logging.WARNING)
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    letters = ["".join(page.extract_text().split()) for page in reader.pages]
    assert all(letters)
    assert reader.metadata.title
    assert reader.metadata.author
    assert reader.root_object["/Lang"] == "en"
    assert isinstance(reader.outline, list)
    assert [each.getMessage() for each in caplog.records] == []
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == len(letters)
        for page, read in zip(document, letters, strict=True):
            text = page.get_textpage().get_text_bounded()
            assert sorted("".join(text.split())) == sorted(read)
    assert len(pdf) < MOST_BYTES


def poppler(file, pages):
    told = output(tool("pdfinfo"), file)
    assert re.search(rf"^Pages: +{pages}$", told, re.MULTILINE)
    assert re.search(r"^Title: +\S", told, re.MULTILINE)
    assert re.search(r"^JavaScript: +no$", told, re.MULTILINE)
    assert output(tool("pdftotext"), "-layout", file, "-").count("\f") == pages
    fonts = output(tool("pdffonts"), file).splitlines()[2:]
    assert fonts
    for line in fonts:
        name, *_, embedded, _subset, unicode_map, _number, _generation = line.split()
        assert (embedded, unicode_map) == ("yes", "yes"), name


def qpdf(file):
    told = output(tool("qpdf"), "--check", file)
    assert "No syntax or stream encoding errors found" in told
    assert "WARNING" not in told


def read_by_all(paper, how, written, caplog):
    pdf, file = written(paper, how)
    pypdf_and_pdfium(pdf, caplog)
    poppler(file, len(pypdf.PdfReader(io.BytesIO(pdf)).pages))
    qpdf(file)


@pytest.mark.parametrize("paper, how", FAST, ids=lambda each: getattr(each, "name", ""))
def test_every_reader_is_content(paper, how, written, caplog):
    read_by_all(paper, how, written, caplog)


@pytest.mark.storm
@pytest.mark.parametrize("paper, how", SLOW, ids=lambda each: getattr(each, "name", None) or said(each))
def test_every_reader_is_content_with_every_paper(paper, how, written, caplog):
    read_by_all(paper, how, written, caplog)


@pytest.mark.parametrize("paper, how", FAST, ids=lambda each: getattr(each, "name", ""))
def test_the_same_paper_is_the_same_bytes(paper, how, written):
    assert written(paper, how)[0] == paper.make(**how)


@pytest.mark.storm
@pytest.mark.parametrize("paper, how", SLOW, ids=lambda each: getattr(each, "name", None) or said(each))
def test_every_paper_made_again_is_the_same_bytes(paper, how, written):
    assert written(paper, how)[0] == paper.make(**how)


def test_the_sample_holds_a_paper_of_each_kind():
    kinds = {paper.kind.partition("_")[0] for paper in PAPERS}
    assert {paper.kind.partition("_")[0] for paper, _ in FAST} == kinds
    assert len(FAST) == len(SAMPLE)


def test_a_protected_copy_is_read_with_its_password(tmp_path):
    file = tmp_path / "copy.pdf"
    file.write_bytes(protected(PAPERS[0].make(paper="a4"), "teal gannet"))
    assert "No syntax" in output(tool("qpdf"), "--password=teal gannet", "--check", file)
    assert "Your way back" in output(tool("pdftotext"), "-upw", "teal gannet", file, "-")


@pytest.mark.parametrize("name", ["qpdf", "pdfinfo"])
def test_without_the_program_it_is_said_why_nothing_was_read(name, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(pytest.skip.Exception, match=f"{name} is not installed: apt-get install"):
        tool(name)
