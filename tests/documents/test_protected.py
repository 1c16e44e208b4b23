"""The protected copy: opened by its password alone, nothing of it readable in the bytes."""

import io

import pypdf
import pypdfium2
import pytest

from runclinic.documents.protected import protected
from runclinic.refused import Refused

PASSWORD = "teal gannet over nine"
ACCENTED = "Grüße an die Möwe"


@pytest.fixture(scope="module")
def copy():
    from tests.documents.conftest import usual

    return usual("c4"), protected(usual("c4"), PASSWORD)


def test_only_the_password_opens_it(copy):
    _, locked = copy
    reader = pypdf.PdfReader(io.BytesIO(locked))
    assert reader.is_encrypted
    assert reader.decrypt("") == pypdf.PasswordType.NOT_DECRYPTED
    assert reader.decrypt(PASSWORD.title()) == pypdf.PasswordType.NOT_DECRYPTED
    assert reader.decrypt(PASSWORD) != pypdf.PasswordType.NOT_DECRYPTED
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(locked)


def test_pages_and_bookmarks_are_those_of_the_original(copy):
    plain, locked = copy
    reader = pypdf.PdfReader(io.BytesIO(locked), password=PASSWORD)
    original = pypdf.PdfReader(io.BytesIO(plain))
    assert [page.extract_text() for page in reader.pages] == [page.extract_text() for page in original.pages]
    assert len(reader.outline) == len(original.outline) > 3
    assert reader.metadata == original.metadata
    with pypdfium2.PdfDocument(locked, password=PASSWORD) as other:
        assert "Hanna Lindqvist" in other[0].get_textpage().get_text_bounded()


def test_it_is_aes_256_of_revision_6(copy):
    _, locked = copy
    start = locked.rindex(b"/V 5")
    said = b" ".join(locked[start : locked.index(b"endobj", start)].split())
    assert locked.startswith(b"%PDF-2.0")
    for part in (b"/V 5", b"/R 6", b"/Length 256", b"/CFM /AESV3", b"/StmF /StdCF", b"/StrF /StdCF"):
        assert part in said


def test_nothing_of_her_or_the_password_is_in_the_bytes(copy):
    plain, locked = copy
    assert b"Riverside Pelvic Health" in plain
    for word in ("Lindqvist", "Hanna", "Riverside", "What we found", PASSWORD):
        for encoding in ("utf-8", "utf-16-be", "latin-1"):
            assert word.encode(encoding) not in locked
    assert b"(" + b"RunClinic" not in locked


def test_a_second_copy_shares_no_key_with_the_first(copy):
    plain, locked = copy
    assert protected(plain, PASSWORD) != locked


@pytest.mark.parametrize("typed", [ACCENTED, "Gru\u0308ße an die Mo\u0308we"])
def test_accents_typed_either_way_are_one_password(copy, typed):
    locked = protected(copy[0], typed)
    with pypdfium2.PdfDocument(locked, password=ACCENTED) as opened:
        assert len(opened) >= 2


def test_a_password_that_no_reader_would_take_is_refused(copy):
    for password in ("", "x" * 128):
        with pytest.raises(Refused):
            protected(copy[0], password)
