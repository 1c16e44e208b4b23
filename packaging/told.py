"""How set-up talks: to stderr, so that what a command prints stays its own."""

import sys


class CannotGoOn(Exception):
    """Set-up stops here: what is wrong, and the one thing to do."""


def say(line: str) -> None:
    """One line, seen at once even when the output goes to a file."""
    print(line, file=sys.stderr, flush=True)
