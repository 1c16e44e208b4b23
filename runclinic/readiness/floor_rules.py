"""Rules R18-R23: lift, letting go, stamina, timing, belly wall, opening on strain."""

from runclinic.readiness.facts import GRADES, Facts
from runclinic.readiness.rules import Found, limit

TENDER = ("perineal_body", "coccyx")
TENDER_SIDES = ("superficial", "puborectalis", "iliococcygeus", "obturator")


def lift(facts: Facts) -> Found:
    """R18: a grade by finger; without one, a lift that is seen from outside counts."""
    grade = facts.grade
    failing = ["bears_down"] if facts.bears_down else []
    if grade is not None and not facts.lifts:
        failing.append("none" if grade == 0 else "weak")
    seen = facts.text("external/perineum") == "lifts"
    hers = (
        "external only: lifts"
        if seen and grade is None
        else ""
        if grade is None
        else f"grade {GRADES[grade]}"
    )
    if facts.bears_down:
        hers = ", ".join(filter(None, (hers, "bears down")))
    return Found(tuple(failing), grade is None and not seen, hers)


def letting_go(facts: Facts) -> Found:
    """R19: raised tone that does not let go fully, or a tender spot."""
    tone, relaxation = facts.sides("pelvic_floor/tone"), facts.text("pelvic_floor/relaxation")
    tender = tenderness(facts)
    holds_on = "raised" in tone and relaxation not in {None, "full"}
    sore = tender is not None and tender >= limit("R19", "tender")
    said = [f"relaxation {relaxation}"] if relaxation else []
    said += ["raised tone"] if "raised" in tone else []
    said += [f"tender {tender:g}"] if tender else []
    missing = None in tone or relaxation is None
    return Found(("tight",) if holds_on or sore else (), missing, ", ".join(said))


def tenderness(facts: Facts) -> float | None:
    """The worst of all tender spots, 0-10."""
    single = [facts.number(f"pelvic_floor/tender_{place}") for place in TENDER]
    paired = [value for place in TENDER_SIDES for value in facts.side_numbers(f"pelvic_floor/tender_{place}")]
    return max((value for value in (*single, *paired) if value is not None), default=None)


def stamina(facts: Facts) -> Found:
    """R20: all three tasks, in standing."""
    names = {
        "fast": "fast",
        "holds": "holds",
        "hold_seconds": "s a hold",
        "submax_seconds": "s at part strength",
    }
    values = {name: facts.number(f"pelvic_floor/stand_{name}") for name in names}
    short = any(value is not None and value < limit("R20", name) for name, value in values.items())
    hers = ", ".join(f"{value:g} {names[name]}" for name, value in values.items() if value is not None)
    return Found(("short",) if short else (), None in values.values(), hers)


def timing(facts: Facts) -> Found:
    """R21: the floor rises before the cough, or lifting first keeps her dry (Miller 1998)."""
    moves = facts.text("abdominal_wall/cough_pf")
    knack, leak = facts.number("abdominal_wall/knack_leak"), facts.cough_leak
    hers = f"cough: {moves.replace('_', ' ')}" if moves else ""
    if knack is not None:
        hers = ", ".join(filter(None, (hers, f"leak with lift first: {knack:g}")))
    if moves == "up_before" or (knack == 0 and leak is not None and leak > 0):
        return Found(hers=hers)
    return Found(("late",) if moves else (), not moves, hers)


def belly_wall(facts: Facts) -> Found:
    """R22: doming that breath does not control, or poor tension; width alone blocks nothing (Qu 2021)."""
    doming, tension = facts.yes("abdominal_wall/doming"), facts.text("abdominal_wall/tension")
    controlled = facts.yes("abdominal_wall/doming_controlled")
    failing = facts.doming_uncontrolled or tension == "poor"
    missing = doming is None or tension is None or (doming and controlled is None)
    said = [f"tension {tension}"] if tension else []
    if doming:
        said.append({True: "doming, controlled", False: "doming", None: "doming"}[controlled])
    return Found(("uncontrolled",) if failing else (), missing, ", ".join(said))


def opening(facts: Facts) -> Found:
    """R23: genital hiatus and perineal body on strain, and whether the muscle is attached."""
    hiatus, avulsion = facts.hiatus_cm, facts.avulsion
    failing: list[str] = ["avulsion"] if avulsion else []
    if hiatus is not None and hiatus >= limit("R23", "usual"):
        failing.insert(0, "marked" if hiatus >= limit("R23", "marked") else "wide")
    hers = "" if hiatus is None else f"{hiatus:.1f} cm"
    if avulsion:
        hers = ", ".join(filter(None, (hers, "muscle not attached")))
    return Found(tuple(failing), hiatus is None or avulsion is None, hers)
