"""A copy of a PDF that only a password opens: for an e-mail, or a stick that may be lost."""

import io
import unicodedata

from pypdf import PdfReader, PdfWriter

from runclinic.refused import Refused

METHOD = "AES-256"  # of PDF 2.0 (ISO 32000-2, security handler of revision 6)
MOST_BYTES = 127  # of a password: readers cut off what is longer (ISO 32000-2, 7.6.4.3.3)


def protected(pdf: bytes, password: str) -> bytes:
    """The same pages, bookmarks and names, encrypted with AES-256; `pdf` itself is left as it is.

    Composed letters are taken in the form that readers give them (NFKC). Refused for no password, or one
    that is too long for a PDF. ValueError if `pdf` is protected already.
    """
    secret = unicodedata.normalize("NFKC", password)
    if not secret:
        raise Refused("There is no password.", "Type one.")
    if len(secret.encode()) > MOST_BYTES:
        raise Refused("The password is too long for a PDF.", "Choose one of at most 60 characters.")
    given = PdfReader(io.BytesIO(pdf))
    if given.is_encrypted:
        raise ValueError("this PDF is protected already")
    copy = PdfWriter(clone_from=given)
    copy.pdf_header = "%PDF-2.0"
    copy.encrypt(secret, algorithm=METHOD)
    held = io.BytesIO()
    copy.write(held)
    return held.getvalue()
