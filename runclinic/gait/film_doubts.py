"""What readings of a film fail by, each as a sentence: nothing is left to look right by chance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runclinic.gait.contacts import CONTACT, Side
from runclinic.gait.film_points import Filmed
from runclinic.gait.folded_cycle import ankle_error
from runclinic.gait.stride_phase import FASTEST, SLOWEST

FEET_AGREE, ANKLES_FIT, FEWEST_STRIDES = 0.04, 0.05, 4.0
STEADY = 0.10
FEWEST_FPS = 23.0
CARRIED_AT_MOST = 0.50
ANY_GAIT = (0.15, 0.75)  # contact over stride: sprinting to slow walking
ROUGH_FEET = "The body points of the feet are rough: check the contacts by hand."


@dataclass(frozen=True, slots=True)
class Landings:
    """Phases of landing: each foot's own, both pooled, what is used; `prior` = the usual one was taken.

    `seen` is the pooled one before that, NaN if there was none. `carried` is the share of the stride in which
    a foot goes back at more than half the belt's speed.
    """

    own: Mapping[Side, float]
    seen: float
    pooled: float
    used: Mapping[Side, float]
    prior: bool
    carried: float


def doubts_of(film: Filmed, landing: Landings, bounce: float, *, agreed: bool) -> Iterator[str]:
    """Everything that speaks against these readings.

    `bounce` is contact as a share of the stride by the body's bounce, `agreed` whether the feet say the same.
    """
    found = film.legs
    yield from rate_doubts(film)
    apart = abs(landing.own["left"] - landing.own["right"])
    if not apart <= FEET_AGREE:
        yield "The two feet were found to land very differently: check the contacts by hand."
    if ankle_error(found) > ANKLES_FIT:
        yield ROUGH_FEET
    if landing.prior:
        yield "The landing was not clear in the feet's motion, the usual moment was taken: check it by hand."
    yield from toe_off_doubts(film, bounce)
    if landing.carried > CARRIED_AT_MOST:
        yield (
            "Each foot is on the belt for about half of the stride or more: walking, or running without "
            "flight. Mark three toe-offs by hand to check."
        )
    elif believable_contact(bounce) and not agreed:
        yield "Feet and bounce of the body disagree about toe-off: mark three toe-offs by hand to check."


def rate_doubts(film: Filmed) -> Iterator[str]:
    """Too few frames or strides, a step rate that no runner has, one that changes."""
    found = film.legs
    if not 1 / FASTEST <= found.stride_s <= 1 / SLOWEST:
        rate = 120 / found.stride_s
        yield f"{rate:.0f} steps/min is no step rate of running: is it slow motion, or the film's rate wrong?"
    elif found.fs < FEWEST_FPS:
        yield (
            f"{found.fs:.0f} frames/s are too few for contacts; only the step rate counts. "
            "Film at 60 frames/s or more."
        )
    if found.phase.strides < FEWEST_STRIDES:
        yield f"Only {found.phase.strides:.1f} strides: contacts are less certain, film longer."
    if found.phase.wander > STEADY:
        yield "The step rate changes within the clip: measure a steady part."


def believable_contact(share: float) -> bool:
    """Whether any gait has a contact of this share of the stride."""
    return ANY_GAIT[0] <= share <= ANY_GAIT[1]


def toe_off_doubts(film: Filmed, share: float) -> Iterator[str]:
    """A contact, as a share of the stride, that is not usual."""
    contact_s = share * film.legs.stride_s
    if not believable_contact(share):
        yield "Toe-off cannot be read from the bounce of this body, and is left out: mark it by hand."
    elif CONTACT.grade(contact_s) is not None:
        yield f"A contact of {1000 * contact_s:.0f} ms is unusual: mark three toe-offs by hand to check."
