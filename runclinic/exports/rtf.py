"""The words of a text in Rich Text Format, as other programs keep comments; its looks are left out."""

import re

TOKEN = re.compile(
    r"\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'(?P<code>[0-9a-f]{2})|\\(?P<sign>[^a-z])|(?P<brace>[{}])|(?P<letter>[^\\{}\r\n])",
    re.IGNORECASE,
)
NOT_READ = {"fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "header", "footer", "generator"}
SIGNS = {"par": "\n", "line": "\n", "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•"}
SIGNS |= {"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}
LETTERS = "cp1252"  # \ansi: what Windows wrote in western Europe and America


def words(text: str) -> str:
    """The words alone; a text that is no RTF is given back as it is, without white ends."""
    if not text.lstrip().startswith("{\\rtf"):
        return text.strip()
    made: list[str] = []
    unread = [False]  # of each group that is open
    skip = 0  # letters that stand in for one that was told by its number
    for token in TOKEN.finditer(text):
        word, brace, sign = token["word"], token["brace"], token["sign"]
        if brace:
            unread = [*unread, unread[-1]] if brace == "{" else (unread[:-1] or [False])
        elif word in NOT_READ or sign == "*":
            unread[-1] = True
        elif not unread[-1]:
            said = _said(word, token["number"], token["code"], sign, token["letter"])
            if skip and not word:
                skip -= 1
            else:
                made.append(said)
            skip = 1 if word == "u" else skip
    return "".join(made).strip()


def _said(
    word: str | None, number: str | None, code: str | None, sign: str | None, letter: str | None
) -> str:
    if word == "u" and number:
        return chr(int(number) % 65536)
    if word:
        return SIGNS.get(word, "")
    if code:
        return bytes([int(code, 16)]).decode(LETTERS, errors="replace")
    if sign:
        return " " if sign == "~" else sign if sign in "\\{}" else ""
    return letter or ""
