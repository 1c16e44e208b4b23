"""Rules R01-R06: flags, safety questions, pregnancy, weeks since birth, wounds."""

from runclinic.forms import catalogue
from runclinic.forms.flags import leads_to
from runclinic.layer import kept
from runclinic.readiness.facts import Facts
from runclinic.readiness.rules import NOT_APPLICABLE, Found, limit

URGENT = frozenset({"A1", "A2", "S1"})
REFERRALS = frozenset({"A3h", "A3"})


@kept
def questions_leading_to(actions: frozenset[str]) -> tuple[str, ...]:
    """Ids of the safety questions whose answer can open a flag with one of these actions.

    Without those that may stay open: RF26, asked alone only, and the vital signs of RF32.
    """
    form = catalogue.form("safety")
    needed = (each for each in form.question if not each.optional_even_if_shown)
    return tuple(each.id for each in needed if leads_to(each) & actions)


def urgent_flags(facts: Facts) -> Found:
    """R01."""
    failing = ["emergency"] if facts.flag_open("A1", "A2") else []
    if facts.flag_open("S1"):
        danger = facts.yes("safety/S1_danger")
        failing.append("danger_unknown" if danger is None else "danger" if danger else "safeguarding")
    return Found(tuple(failing), _open(facts, URGENT), _flags_named(facts, URGENT))


def safety_answers(facts: Facts) -> Found:
    """R02: "declined" is an answer here."""
    left = len(facts.unanswered_safety)
    return Found(missing=left > 0, hers=f"{left} left" if left else "all answered")


def referral_flags(facts: Facts) -> Found:
    """R03: an A3h flag stays at O1 until it is closed, an A3 flag until the referral is recorded."""
    failing = ["hold"] if facts.flag_open("A3h") else []
    referrals = [flag.referral for flag in facts.flags if flag.action == "A3"]
    if referrals:
        failing.append("referred" if all(referrals) else "refer")
    return Found(tuple(failing), _open(facts, REFERRALS), _flags_named(facts, REFERRALS))


def pregnancy(facts: Facts) -> Found:
    """R04: the answer counts, whether or not its flag was closed."""
    if "RF19" not in facts.safety_shown:
        return Found(hers="not asked after menopause")
    pregnant = facts.yes("safety/RF19")
    said = "not known" if pregnant is None else "pregnant, or may be" if pregnant else "not pregnant"
    return Found(("pregnant",) if pregnant else (), pregnant is None, said)


def weeks_since_birth(facts: Facts, *, on_offer: bool) -> Found:
    """R05; `on_offer`: the other rules allow an individual decision."""
    weeks = facts.weeks_pp
    if weeks == "n/a":
        return NOT_APPLICABLE
    if weeks is None:
        return Found(missing=True)
    hers = f"{weeks} weeks"
    if weeks < limit("R05", "least"):
        return Found(("early",), hers=hers)
    if weeks >= limit("R05", "full"):
        return Found(hers=hers)
    return Found(("individual" if facts.individual_reason and on_offer else "preparing",), hers=hers)


def birth_wounds(facts: Facts) -> Found:
    """R06."""
    weeks = facts.weeks_pp
    if weeks == "n/a" or (weeks is not None and weeks > limit("R06", "weeks")):
        return NOT_APPLICABLE
    if weeks is None:
        return Found(missing=True)
    answers = [facts.text(f"abdominal_wall/scar_{place}_healed") for place in ("csection", "perineum")]
    if "no" in answers or facts.has_flag("RF20"):
        return Found(("open",), hers="not closed")
    given = any(answers)
    return Found(missing=not given, hers="healed, or no wound" if given else "")


def _open(facts: Facts, actions: frozenset[str]) -> bool:
    """Whether a question that matters, and is shown, has no yes or no."""
    shown = (each for each in questions_leading_to(actions) if each in facts.safety_shown)
    return any(facts.yes(f"safety/{each}") is None for each in shown)


def _flags_named(facts: Facts, actions: frozenset[str]) -> str:
    """What is open by its id; what she said in private is not named on a screen that others may see."""
    named = ["private" if flag.action == "S1" else flag.id for flag in facts.flags if flag.action in actions]
    return f"open: {', '.join(named)}" if named else "none open"
