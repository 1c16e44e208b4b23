"""Rules R07-R12: leak, heaviness, pelvic pain, bowel, prolapse, pain."""

from collections.abc import Iterable

from runclinic.readiness.facts import Facts, largest
from runclinic.readiness.load_test import LoadTest
from runclinic.readiness.rules import Found, limit, tests

EASY_TESTS = ("LT01", "LT02", "LT03", "LT07", "ST01", "ST02", "ST03", "ST04")
IMPACT_TESTS = ("LT04", "LT05", "LT06")
DAILY = ("leak", "heaviness", "pelvic_pain")
LEAKS = ("dry", "drops", "damp", "wet through")
NOT_IN_PAIN_RULES = "wrist"  # asked for floor exercises only (X13)


def easy_symptoms(facts: Facts) -> Found:
    """R07: daily life, walking, balance and strength; a test that was not done is not needed here.

    A symptom noted without a count counts all the same: a known input that fails decides.
    """
    daily = {name: facts.number(f"history/H55_{name}") for name in DAILY}
    noted = _noted(facts, EASY_TESTS)
    felt = [test.first.pelvic_symptom for test in noted]
    missing = None in daily.values() or any(test.first.pelvic_symptom is None for test in _tried(noted))
    hers = _named_symptoms(daily, noted)
    if not (any(daily.values()) or True in felt):
        return Found(missing=missing, hers=hers)
    steady = not missing and True not in felt and _small(daily) and _no_recent_birth(facts)
    name = "managed" if steady and facts.managed_reason else "symptoms"
    return Found((name,), missing, hers)


def impact_symptoms(facts: Facts) -> Found:
    """R08: first attempts of the three impact tests, or all of them calm with a cue."""
    noted = _noted(facts, IMPACT_TESTS)
    with_symptom = [test for test in noted if test.first.pelvic_symptom]
    tried = _tried(noted)
    missing = len(tried) < len(IMPACT_TESTS) or any(None in test.first.pelvic for test in tried)
    hers = _named_symptoms({}, noted)
    if not with_symptom:
        return Found(missing=missing, hers=hers)
    if all(test.calm_with_cue for test in with_symptom):
        return Found(missing=missing, hers=hers, met_as="with_cue")
    if not all(test.mild for test in with_symptom):
        return Found(("strong",), missing, hers)
    return Found(("managed" if facts.managed_reason else "mild",), missing, hers)


def bowel(facts: Facts) -> Found:
    """R09."""
    kinds = {kind: facts.text(f"history/H25_{kind}") for kind in ("gas", "liquid", "solid")}
    leaking = [kind for kind, answer in kinds.items() if answer not in {None, "never"}]
    failing = ["gas"] if "gas" in leaking else []
    failing += ["stool"] if set(leaking) - {"gas"} else []
    hers = ", ".join(f"{kind}: {str(kinds[kind]).replace('_', ' ')}" for kind in leaking)
    return Found(tuple(failing), None in kinds.values(), hers or "none")


def prolapse(facts: Facts) -> Found:
    """R10: the lowest point of a staged POP-Q, and whether she feels or sees a bulge."""
    lead, bulge = facts.pop_q.lead, facts.bulge
    felt = {None: "bulge not asked", True: "bulge", False: "no bulge"}[bulge]
    if lead is None:
        return Found(missing=True, missing_with_bulge=bulge is True, hers=f"not staged, {felt}")
    hers = f"lowest point {lead:+g} cm, {felt}"
    if lead > limit("R10", "high"):
        return Found(("supported" if facts.runs_with_pessary else "low",), hers=hers)
    if lead < limit("R10", "low"):
        return Found(hers=hers)
    return Found(("bulge",) if bulge else (), bulge is None, hers)


def easy_pain(facts: Facts) -> Found:
    """R11: the worst pain of daily life and of the tests without impact."""
    daily, missing = _daily_pain(facts)
    noted = _noted(facts, EASY_TESTS)
    pains = [test.first.msk_pain for test in noted]
    unasked = any(test.first.msk_pain is None for test in _tried(noted))
    return _pain("R11", largest(*daily, *pains), missing=missing or unasked)


def impact_pain(facts: Facts) -> Found:
    """R12: the worst pain on impact, in the retest too."""
    noted = _noted(facts, IMPACT_TESTS)
    tried = _tried(noted)
    first = [test.first.msk_pain for test in noted]
    again = [test.retest.msk_pain for test in noted if test.retest]
    unasked = any(test.first.msk_pain is None for test in tried)
    return _pain("R12", largest(*first, *again), missing=len(tried) < len(IMPACT_TESTS) or unasked)


def _pain(rule: str, worst: float | None, *, missing: bool) -> Found:
    hers = "" if worst is None else f"worst {worst:g} of 10"
    if worst is None or worst <= limit(rule, "calm"):
        return Found(missing=missing, hers=hers)
    return Found(("high" if worst >= limit(rule, "high") else "mild",), missing, hers)


def _daily_pain(facts: Facts) -> tuple[list[float], bool]:
    """Pain now and worst at each site that she named, and whether a number is missing."""
    sites = facts.several("history/H29")
    if sites is None:
        return [], True
    pains = [
        facts.pain(site, moment)
        for site in sites
        if site != NOT_IN_PAIN_RULES and not site.startswith("other:")
        for moment in ("now", "worst")
    ]
    return [pain for pain in pains if pain is not None], None in pains


def _noted(facts: Facts, ids: Iterable[str]) -> list[LoadTest]:
    """The tests of these of which anything was recorded, a symptom alone too."""
    return [facts.tests[each] for each in ids if each in facts.tests]


def _tried(noted: Iterable[LoadTest]) -> list[LoadTest]:
    """Those with a count; only they need every answer."""
    return [test for test in noted if test.tried]


def _small(daily: dict[str, float | None]) -> bool:
    return all(value is not None and value <= limit("R07", name) for name, value in daily.items())


def _no_recent_birth(facts: Facts) -> bool:
    weeks = facts.weeks_pp
    return weeks == "n/a" or (weeks is not None and weeks >= limit("R07", "weeks"))


def _named_symptoms(daily: dict[str, float | None], noted: list[LoadTest]) -> str:
    """What was felt, where: "daily: damp, hop: heaviness 3"."""
    said = [f"daily: {_felt(name, value)}" for name, value in daily.items() if value]
    for test in noted:
        values = zip(DAILY, test.first.pelvic, strict=True)
        said += [f"{tests()[test.id].name}: {_felt(name, value)}" for name, value in values if value]
    asked = any(value is not None for value in daily.values()) or bool(_tried(noted))
    return ", ".join(said) or ("none" if asked else "")


def _felt(name: str, value: float) -> str:
    return LEAKS[int(value)] if name == "leak" else f"{name.replace('_', ' ')} {value:g}"
