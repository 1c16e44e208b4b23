"""Nine measurements in centimetres to a prolapse stage (Bump 1996), with what cannot be true named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Roman = Literal["0", "I", "II", "III", "IV"]
WALL = ("Aa", "Ba", "Ap", "Bp")
COMPARTMENTS = {"anterior": ("Aa", "Ba"), "apical": ("C", "D"), "posterior": ("Ap", "Bp")}
LIMITS = {"Aa": (-3, 3), "Ap": (-3, 3), "GH": (0.5, 12), "PB": (0.5, 10), "TVL": (2, 15)}  # Bump 1996
USUAL = {"GH": (1.5, 8.5), "PB": (2.0, 7.0), "TVL": (6, 12)}  # GH and PB as seen in Gerges 2013
BY_EYE_BELOW_CM = 4  # TVL: too short for the arithmetic
LONG_CERVIX_CM = 4  # C - D (clinic rule)
FREE_CM = 1  # how far C or D may lie beyond the depth before it is an error

Points = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stage:
    """The stage, or None when it cannot be computed; `errors` are points, `warnings` codes, both sorted."""

    stage: Roman | None = None
    lead: float | None = None
    compartments: tuple[str, ...] = ()
    beyond_hymen: bool | None = None
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def stage(points: Points) -> Stage:
    """The stage of `Aa Ba Ap Bp C D GH PB TVL` in cm (None = not measured) and `cervix`.

    `cervix` is "present", "absent" (total hysterectomy) or "subtotal". An error in any point leaves
    the stage open.
    """
    cm = {
        name: value
        for name in (*WALL, "C", "D", "GH", "PB", "TVL")
        if (value := _cm(points, name)) is not None
    }
    cervix = points.get("cervix")
    errors = tuple(sorted(_errors(cm, cervix)))
    warnings = tuple(sorted(_warnings(cm, cervix)))
    enough = all(name in cm for name in (*WALL, "TVL")) and ("C" in cm or "D" in cm)
    if errors or not enough:
        return Stage(errors=errors, warnings=warnings)
    top = {name: cm[name] for name in ("C", "D") if name in cm}
    lead = max(cm[name] for name in (*WALL, *top))
    found = _stage(cm, tuple(top.values()), lead)
    leading = _leading(cm, found, lead)
    return Stage(found, lead, leading, lead > 0, errors, warnings)


def _stage(cm: Mapping[str, float], top: tuple[float, ...], lead: float) -> Roman:
    """The stages in the order of CLINICAL 4.3; that a lead at -1 or lower is not stage 0 is a clinic rule."""
    limit = cm["TVL"] - 2
    walls_up = all(cm[name] == -3 for name in WALL)
    if walls_up and any(point <= -limit for point in top) and lead < -1:
        return "0"
    if lead > 1:
        return "IV" if lead >= limit else "III"
    return "II" if lead >= -1 else "I"


def _leading(cm: Mapping[str, float], found: Roman, lead: float) -> tuple[str, ...]:
    if found == "0":
        return ()
    if found == "I" and all(cm[name] == -3 for name in WALL):
        return ("apical",)
    return tuple(
        name for name, points in COMPARTMENTS.items() if any(cm.get(point) == lead for point in points)
    )


def _errors(cm: Mapping[str, float], cervix: object) -> set[str]:
    found = {name for name, (low, high) in LIMITS.items() if name in cm and not low <= cm[name] <= high}
    depth = cm.get("TVL")
    for low_point, fixed in (("Ba", "Aa"), ("Bp", "Ap")):
        if low_point in cm and _wall_wrong(cm[low_point], cm.get(fixed), depth):
            found.add(low_point)
    if depth is not None:
        found |= {name for name in ("C", "D") if name in cm and abs(cm[name]) > depth + FREE_CM}
    if "D" in cm and cervix == "absent":
        found.add("D")
    return found


def _wall_wrong(point: float, fixed: float | None, depth: float | None) -> bool:
    """Below -3, beyond the depth, or above the fixed point of its own wall."""
    return point < -3 or (depth is not None and point > depth) or (fixed is not None and point < fixed)


def _warnings(cm: Mapping[str, float], cervix: object) -> set[str]:
    found = {
        f"{name}_range" for name, (low, high) in USUAL.items() if name in cm and not low <= cm[name] <= high
    }
    if cm.get("TVL", BY_EYE_BELOW_CM) < BY_EYE_BELOW_CM:
        found.add("TVL_eye")
    return found | _top_warnings(cm, cervix) | _wall_warnings(cm, cervix)


def _top_warnings(cm: Mapping[str, float], cervix: object) -> set[str]:
    found: set[str] = set()
    top, fornix, depth = cm.get("C"), cm.get("D"), cm.get("TVL")
    if top is not None and depth is not None and abs(top) > depth:
        found.add("C_tvl")
    if fornix is None and cervix in {"present", "subtotal"}:
        found.add("D_blank")
    if top is not None and fornix is not None:
        if fornix > top:
            found.add("D_over_C")
        if top - fornix > LONG_CERVIX_CM:
            found.add("long_cervix")
    return found


def _wall_warnings(cm: Mapping[str, float], cervix: object) -> set[str]:
    """Both walls start at the cuff, or at the back fornix: they cannot lie above it."""
    found: set[str] = set()
    top, fornix = cm.get("C"), cm.get("D")
    if cervix == "absent" and top is not None and any(cm.get(wall, top) < top for wall in ("Ba", "Bp")):
        found.add("wall_over_cuff")
    if cervix in {"present", "subtotal"} and fornix is not None and cm.get("Bp", fornix) < fornix:
        found.add("Bp_over_D")
    return found


def _cm(points: Points, name: str) -> float | None:
    value = points.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
