"""The words on the screen, in the language of this computer's clinic."""

from runclinic.words import Words

_spoken = {"now": Words("en")}


def speak(language: str) -> None:
    """Choose the language of the screen."""
    _spoken["now"] = Words(language)


def say(key: str, /, **blanks: object) -> str:
    """The sentence of a key in resources/words/<language>/screen.toml, its blanks filled."""
    return _spoken["now"].say(key, **blanks)


def words() -> Words:
    """The language of the screen: for dates and numbers."""
    return _spoken["now"]
