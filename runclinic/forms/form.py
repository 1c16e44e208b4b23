"""What a form is: questions, options, when each is shown.

The structures mirror the TOML files of resources/forms/ field by field; msgspec refuses a file that
has a field which is not named here.
"""

from typing import Literal

import msgspec

Kind = Literal[
    "choice",  # one option id
    "several",  # a list of option ids; [] = asked, none
    "yes_no",  # "yes" or "no"
    "number",  # an int or float in the question's unit
    "scale",  # an int, a row of buttons (0 to 10, ends labelled)
    "seconds",  # a number of seconds, timed on screen
    "left_right",  # {"left": v, "right": v}, each of kind `each`
    "grid",  # {row: {column: v}}: one row for each option chosen in `rows_from` (pain sites)
    "births",  # a list with one v of kind `each` for each birth, oldest first; any list of one kind
    "records",  # a list of {column: v} (operations and their dates)
    "text",
    "date",  # "2026-11-20"
]
# Whatever the kind, the text "declined" is an answer too: asked, and she would rather not say.


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """True or false of what is known; several given fields must all hold.

    `question` is "form/id" (or an id of the same form), `fact` a derived name such as "weeks_pp".
    A value that is null or "declined" satisfies nothing, unless `or_unknown`; so does the answer to a
    question that is itself not shown. `at_least` and `at_most` take of a list how many it holds.
    """

    question: str | None = None
    fact: str | None = None
    equals: bool | str | int | float | None = None
    one_of: tuple[str | int | float, ...] | None = None
    unequal: str | int | float | None = None
    has: tuple[str, ...] | None = None  # a list (`several`, `births`) that holds any of these
    known: bool | None = None  # it has been answered (true), or not (false)
    at_least: float | None = None
    at_most: float | None = None
    or_unknown: bool = False
    any: "tuple[Condition, ...] | None" = None
    all: "tuple[Condition, ...] | None" = None


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer that can be chosen: `value` is stored for ever, `text` is what is read."""

    value: str | int
    text: str
    key: str = ""  # a key of its own on the keyboard, else 1, 2, 3 ...


class Escalation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A follow-up question that changes what a yes means."""

    question: str
    actions: dict[str, str]  # answer -> action (A1 ... A5, S1)


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vital sign at which a flag opens: any of `questions` at `at_least` or above."""

    questions: tuple[str, ...]
    at_least: tuple[float, ...]  # one for each question
    action: str
    above: bool = False  # the limit itself is still well
    when: Condition | None = None


class ByAge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence for the therapist that depends on the runner's age; {age} is filled in."""

    from_age: int
    older: str  # at from_age or above
    younger: str
    unknown: str


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a yes to a safety question does (CLINICAL 1): action, sub-answers, a second flag.

    `together` = another question whose yes makes this one more severe (RF07 with RF06). `limits` are
    of a flag that is measured and not asked (RF32).
    """

    id: str = ""  # the flag's id, if it is not the question's
    action: str = ""  # without a sub-answer: the most severe that it can be
    by: Escalation | None = None  # a choice sub-answer decides
    raised: tuple[Escalation, ...] = ()  # a yes/no sub-answer makes it more severe
    also: tuple[str, ...] = ()  # further actions, each a flag of its own (RF25: S1)
    together: tuple[Escalation, ...] = ()
    limits: tuple[Limit, ...] = ()
    by_age: ByAge | None = None


class OnBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a `several` question of sites is drawn as a body chart, and which grids beside it it fills too."""

    sides: str  # the grid that holds left, right, both or mid of each site
    strength: str  # the grid that holds how strong it is
    column: str  # which column of that grid is asked as a place is chosen


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing asked. `range` is inclusive; `note` is for the therapist, never printed for her.

    `shown_when` decides whether it is asked at all: an answer to a question that is not shown is not
    used. `drawn_when` only folds a detail away until it matters: if it is answered, the answer counts.
    """

    id: str
    kind: Kind
    text: str
    note: str = ""
    source: str = ""
    required: bool = False
    shown_when: Condition | None = None
    drawn_when: Condition | None = None
    again: str = ""  # the words from the second visit on, if they differ
    options: tuple[Option, ...] = ()
    other: bool = False  # `several`: "other: <text>" is allowed
    range: tuple[float, float] | None = None
    step: float | None = None
    whole: bool = False
    unit: str = ""
    ends: tuple[str, str] | None = None  # words at the two ends of a scale
    each: "Question | None" = None  # what one side, or one birth, is asked
    columns: "tuple[Question, ...]" = ()  # what a row of a grid or of records is asked
    on_body: OnBody | None = None  # several: drawn as a body chart
    rows_from: str = ""  # grid: the `several` question whose chosen options are the rows
    plain: bool = False  # left_right: one value for both sides may stand without the table
    at_least_of: str = ""  # never below the answer to this question (pregnancies, births)
    not_after_visit: bool = False  # a date that cannot lie after the visit's own
    card: str = ""  # the test, or the flag, that it belongs to and is drawn with
    adds: tuple[str, ...] = ()  # names of resources/templates/ whose questions follow this one
    criterion: float | None = None  # what a test has to reach, on each side
    protocol: str = ""  # how a test is done, so that two visits can be compared
    beat: int = 0  # of the metronome that its protocol asks for, a minute; 0 = a free rhythm
    max_length: int = 0
    private: bool = False  # asked when she is alone; never on paper
    optional_even_if_shown: bool = False  # RF26, RF32: never counted as missing
    short: str = ""  # a name of few words: the head of a column, a row of a summary
    section: str = ""  # heading that this question opens
    flag: Flag | None = None
    retired: str = ""


class Scoring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an instrument is scored; `method` names a function of scoring.py.

    `items` are the scored items (of all parts together when left out). A subscale needs the share
    `least` of its items, and the mean of the answered ones is put on a scale where `highest` is 100.
    `bands` and `change` speak of the main score.
    """

    method: str
    items: tuple[str, ...] = ()
    parts: dict[str, tuple[str, ...]] = {}
    range: tuple[float, float] | None = None
    better: Literal["lower", "higher"] = "lower"
    bands: tuple[tuple[float, str], ...] = ()  # (lowest value of the band, its name), rising
    names: dict[str, str] = {}  # answer -> band, where an answer names its band
    reversed: tuple[str, ...] = ()  # items counted from the other end
    least: float = 1  # share of the items that must be answered
    highest: float = 1  # answer of an item that makes 100 points
    positive_from: float | None = None  # a part from here on is "positive"
    valid_when: Condition | None = None  # for whom the score may be read
    change: float | None = None  # minimal clinically important difference
    change_source: str = ""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of questions, or an instrument."""

    id: str
    title: str
    source: str
    question: tuple[Question, ...]
    intro: str = ""
    mode: Literal["CLINIC", "FULL", "ITEM", "TOTAL"] = "CLINIC"
    licence: str = ""
    totals: tuple[str, ...] = ()  # fields of TOTAL mode, ignored once an item is given
    opens_when: Condition | None = None  # consent: until then none of it is asked, shown or used
    layout: str = ""  # "" = top to bottom; "tests" = a card a test; "pop_q" = the 3 x 3 grid
    score: Scoring | None = None

    def find(self, question_id: str) -> Question | None:
        """The question with this id, if the form has it."""
        return next((each for each in self.question if each.id == question_id), None)
