"""A failure that we expect, told in the user's words."""


class Refused(Exception):
    """What is wrong, and what to do about it; shown as it stands, beside what was asked.

    `what` and `do` are whole sentences without a trace of code. A shell shows them as one line and
    exits with 1; the window shows them beside the control that was used.
    """

    def __init__(self, what: str, do: str = "") -> None:
        super().__init__(f"{what} {do}".strip())
        self.what = what
        self.do = do
