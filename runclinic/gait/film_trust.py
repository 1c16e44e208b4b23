"""How far contact times of a film may be off, and under which source its events are therefore recorded.

There are two opinions on how long a foot is on the belt: the bounce of the body, and the share of the stride
in which the feet go back with the belt. Where they part, the ± reaches to both; where they part far, the
middle is taken. A source carries that ± with every event (resources/gait.toml, `bias_ms`).
"""

import math
from dataclasses import dataclass

from runclinic.gait import reference
from runclinic.gait.film_doubts import FEET_AGREE, Landings, believable_contact
from runclinic.gait.uncertainty import NORMAL_95

SOURCES = ("pose", "pose_doubted", "pose_rough")
OPINIONS_WITHIN_S = 0.035  # three films had the bounce's opinion within 29 ms of another one
NEAR_S = 0.025  # so near one another, opinions leave no doubt (choice)


@dataclass(frozen=True, slots=True)
class ContactGuess:
    """A contact as a share of the stride, and how far it may be off (95 %).

    `between_s` is half of the way between opinions that are not near one another, `feet_s` what feet that
    land differently may change.
    """

    share: float
    between_s: float
    feet_s: float

    @property
    def agreed(self) -> bool:
        """Whether all opinions were near one another."""
        return self.between_s == 0.0

    @property
    def off_s(self) -> float:
        """The 95 % half-width: from the middle to either opinion, and beyond it what any film may be off."""
        usual = NORMAL_95 * reference.method_of(SOURCES[0]).bias_s(0.0)
        return self.between_s + math.hypot(self.feet_s, usual)


def contact_of(landing: Landings, bounce: float, stride_s: float) -> ContactGuess:
    """The two opinions on contact put together; `bounce` is its share of the stride by the body's bounce.

    Where the usual landing stood in for one that was not clear, what the bounce says with the landing as it
    was seen is an opinion too: landing enters it twice. Feet that land differently cast doubt on either.
    """
    opinions = [bounce, landing.carried]
    if landing.prior and math.isfinite(landing.seen):
        opinions.append(bounce + 2 * (landing.pooled - landing.seen))
    opinions = [one for one in opinions if believable_contact(one)] or [bounce]
    low, high = min(opinions), max(opinions)
    away_s = (high - low) * stride_s
    apart = abs(landing.own["left"] - landing.own["right"])
    feet_s = apart / 2 * stride_s if apart > FEET_AGREE else 0.0
    share = bounce if away_s <= OPINIONS_WITHIN_S else (low + high) / 2
    return ContactGuess(share, 0.0 if away_s <= NEAR_S else away_s / 2, feet_s)


def source_of(off_s: float, *, doubted: bool) -> str | None:
    """The source whose ± holds such an error; None if even the last one's does not.

    A `doubted` film never has the first.
    """
    for source in SOURCES[1:] if doubted else SOURCES:
        if NORMAL_95 * reference.method_of(source).bias_s(0.0) >= off_s - 1e-9:
            return source
    return None
