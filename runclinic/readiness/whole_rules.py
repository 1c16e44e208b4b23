"""Rules R24-R32: energy, mood, sleep, trust, bone, menopause, running base."""

from runclinic.readiness.facts import Facts
from runclinic.readiness.rules import NOT_APPLICABLE, Found, limit

ADVERSE = {  # H50: the answer that speaks for too little energy
    "eats": False,
    "weight_loss": True,
    "periods_stopped": True,
    "bone_injury": True,
    "often_ill": True,
}


def energy(facts: Facts) -> Found:
    """R24: the assessor's colour alone; without one, the energy screen."""
    colour = facts.text("reds_cat2/colour")
    if colour is not None:
        return Found(() if colour == "green" else (colour,), hers=f"REDs CAT2 {colour}")
    screen = {name: facts.yes(f"history/H50_{name}") for name in ADVERSE}
    adverse = sum(screen[name] is bad for name, bad in ADVERSE.items())
    asked = [facts.yes("safety/RF23")]
    asked += [facts.yes("safety/RF22")] if "RF22" in facts.safety_shown else []
    missing = None in asked or None in screen.values()
    if asked[0]:
        return Found(("orange",), missing, "cutting food, or losing weight fast")
    questionnaire = _low_energy_score(facts)
    yellow = any(asked[1:]) or adverse >= limit("R24", "adverse") or questionnaire
    said = [f"{adverse} of {len(ADVERSE)} signs"] + (
        [f"LEAF-Q {facts.score('leaf_q'):g}"] if questionnaire else []
    )
    return Found(("yellow",) if yellow else (), missing, ", ".join(said))


def mood(facts: Facts) -> Found:
    """R25: any threshold that is reached decides, one part of the PHQ-4 too."""
    epds = facts.score("epds")
    parts = [facts.part("phq_4", name) for name in ("gad_2", "phq_2")]
    low = (epds is not None and epds >= limit("R25", "epds")) or any(
        part is not None and part >= limit("R25", "phq_4_part") for part in parts
    )
    said = [f"EPDS {epds:g}"] if epds is not None else []
    said += [
        f"{name} {part:g}" for name, part in zip(("GAD-2", "PHQ-2"), parts, strict=True) if part is not None
    ]
    return Found(("low",) if low else (), epds is None and None in parts, ", ".join(said))


def sleep(facts: Facts) -> Found:
    """R26: F-SLEEP."""
    hours, broken = facts.number("history/H48_hours"), facts.number("history/H48_broken")
    fatigue = facts.number("history/H49_fatigue")
    failing = ["tired"] if fatigue is not None and fatigue >= limit("R26", "fatigue") else []
    if hours is not None and hours < limit("R26", "hours"):
        failing.append("short")
    if broken is not None and broken >= limit("R26", "broken"):
        failing.append("short")
    said = [f"{hours:g} h"] if hours is not None else []
    said += [f"{broken:g} broken nights"] if broken is not None else []
    said += [f"fatigue {fatigue:g}"] if fatigue is not None else []
    return Found(tuple(failing), hours is None or broken is None, ", ".join(said))


def trust(facts: Facts) -> Found:
    """R27."""
    confidence, fear = facts.number("history/H51"), facts.score("tsk_17")
    doubts = confidence is not None and confidence < limit("R27", "confidence")
    afraid = fear is not None and fear > limit("R27", "tsk_17")
    said = [f"confidence {confidence:g}"] if confidence is not None else []
    said += [f"TSK-17 {fear:g}"] if fear is not None else []
    return Found(("fear",) if doubts or afraid else (), confidence is None, ", ".join(said))


def bone(facts: Facts) -> Found:
    """R28: applies late in the menopause transition and after, with thin bones or a fracture."""
    conditions, stage = facts.several("history/H36"), facts.menopause
    named = bool({"thin_bones", "fracture"} & set(conditions or ()))
    if not named and stage not in {"S3", "S4", "S5", "S7"}:
        return Found(missing=True) if conditions is None or stage is None else NOT_APPLICABLE
    t_score, fractures = facts.number("history/H37_tscore"), facts.fractures
    failing = ["thin"] if t_score is not None and t_score <= limit("R28", "t_score") else []
    if fractures not in {None, "none"}:
        failing.append("one_fracture" if fractures == "one" else "fractures")
    said = [f"T-score {t_score:g}"] if t_score is not None else []
    said += [] if fractures is None else [f"fractures: {fractures}"]
    return Found(tuple(failing), conditions is None or t_score is None, ", ".join(said))


def strength_days(facts: Facts) -> Found:
    """R29."""
    if facts.changing is None:
        return Found(missing=True)
    if not facts.changing:
        return NOT_APPLICABLE
    sessions = facts.number("history/H44")
    few = sessions is not None and sessions < limit("R29", "sessions")
    return Found(
        ("few",) if few else (), sessions is None, "" if sessions is None else f"{sessions:g} a week"
    )


def sore_tissue(facts: Facts) -> Found:
    """R30: the menopause list is needed; what bladder and pain questions say counts when given."""
    if facts.changing is None:
        return Found(missing=True)
    if not facts.changing:
        return NOT_APPLICABLE
    needed = {name: facts.number(f"history/H16_{name}") for name in ("dryness", "urgency", "burning")}
    values = {
        "dryness": _larger(needed["dryness"], facts.number("history/H32_dryness")),
        "urgency": _larger(needed["urgency"], facts.number("history/H27_urgency")),
        "burning": needed["burning"],
    }
    sore = any(value is not None and value > limit("R30", "calm") for value in values.values())
    hers = ", ".join(f"{name} {value:g}" for name, value in values.items() if value is not None)
    return Found(("sore",) if sore else (), None in needed.values(), hers)


def running_base(facts: Facts) -> Found:
    """R31."""
    base = facts.yes("history/H56")
    said = {None: "", True: "steady for 2 weeks", False: "not yet"}[base]
    return Found(("none_yet",) if base is False else (), base is None, said)


def bra(facts: Facts) -> Found:
    """R32: asked within two years of a birth."""
    if facts.weeks_pp == "n/a":
        return NOT_APPLICABLE
    fits = facts.yes("history/H47_bra") if facts.weeks_pp is not None else None
    said = {None: "", True: "bra fits", False: "bra does not fit"}[fits]
    return Found(("bra",) if fits is False else (), fits is None, said)


def _low_energy_score(facts: Facts) -> bool:
    """LEAF-Q at or above its threshold, where it may be read (Melin 2014)."""
    found = facts.scores.get("leaf_q")
    valid = found is not None and found.valid is True
    return valid and found is not None and found.value is not None and found.value >= limit("R24", "leaf_q")


def _larger(first: float | None, second: float | None) -> float | None:
    return max((value for value in (first, second) if value is not None), default=None)
