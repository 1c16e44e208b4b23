"""A readiness rule judged, and the six outcomes that it may permit."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["O0", "O1", "O2", "O3", "O4", "O5"]
State = Literal["met", "not_met", "not_tested", "n/a"]
Severity = Literal["block", "caution", "info"]

OUTCOMES: tuple[Outcome, ...] = ("O0", "O1", "O2", "O3", "O4", "O5")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the rules R01-R32, judged against today's facts.

    `cap` is the highest outcome that it permits. `hers` says what was found, `limit` what was asked
    for; `reason` is the sentence that she may read, `note` is for the therapist. `grade` is the finding
    that decided, which tells findings of one rule apart: "with_cue", "managed", "low", "mild" ...
    `printed` is False for what stays between her and the therapist.
    """

    id: str
    name: str
    state: State
    severity: Severity | None
    cap: Outcome
    reason: str
    source: str
    hers: str = ""
    limit: str = ""
    note: str = ""
    grade: str = ""
    printed: bool = True
