"""Which plain texts a plan prints (T-*), what it says was found, and what is already strong."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from runclinic.plan.content import content
from runclinic.plan.run import Run
from runclinic.readiness.criterion import Criterion, Outcome
from runclinic.readiness.facts import Facts
from runclinic.words import Words

# Every text, in the order in which a plan says them.
TEXTS = (
    "T-NOTYET", "T-FOUND", "T-INTRO", "T-TIMING", "T-TIGHT", "T-HEAVY", "T-MENO", "T-STEPS",
    "T-GREEN", "T-AMBER", "T-RED", "T-CALL", "T-TODAY", "T-EMERG", "T-BLEED",
    "T-EX", "T-PF", "T-KNACK", "T-RUN", "T-PESSARY", "T-BUGGY", "T-FEED", "T-FOOD", "T-SLEEP",
    "T-BLADDER", "T-BOWEL", "P-SCAR", "P-PROOF", "T-DIARY", "T-REVIEW", "T-SIGN",
)  # fmt: skip
ALWAYS = (
    "T-FOUND", "T-STEPS", "T-GREEN", "T-AMBER", "T-RED", "T-CALL", "T-TODAY", "T-EMERG", "T-BLEED",
    "T-DIARY", "T-REVIEW", "T-SIGN",
)  # fmt: skip
RUNNING = frozenset({"ladder", "present_runs", "runs", "build"})
MOST_FOUND = 4
STRIDE = ("overstride", "drop", "bounce")
MOST_STRONG = 2
_LEAKS = frozenset({"F-LEAK-S", "F-LEAK-U", "F-LEAK-R"})
_LEAKS_ON_EFFORT = frozenset({"F-LEAK-S", "F-LEAK-R"})
_FEEDS = frozenset({"exclusive", "mixed", "pumping"})

# What is already strong, best first: the rule that was met, and the findings that speak against saying so.
_STRONG: tuple[tuple[str, frozenset[str]], ...] = (
    ("R20", frozenset({"F-WEAK", "F-ENDUR", "F-TIGHT"})),
    ("R18", frozenset({"F-WEAK", "F-ENDUR", "F-TIGHT"})),
    ("R08", frozenset({"F-IMPACT", "F-HEAVY"})),
    ("R21", frozenset({"F-COORD", "F-TIGHT", "F-WEAK"})),
    ("R16", frozenset({"F-HIP", "F-CALF"})),
    ("R14", frozenset({"F-SLCTRL"})),
    ("R31", frozenset()),
    ("R17", frozenset({"F-ASYM"})),
    ("R22", frozenset({"F-DRA"})),
    ("R13", frozenset()),
    ("R27", frozenset({"F-FEAR"})),
)
STRONG_KEYS = (*(rule for rule, _ in _STRONG), "R08_with_cue")


@dataclass(frozen=True, slots=True)
class Said:
    """What the choice of texts asks."""

    outcome: Outcome
    findings: Collection[str]
    exercises: Collection[str]  # ids
    lifts: bool  # an exercise that lifts the pelvic floor is among them
    run: Run


def texts(said: Said, facts: Facts) -> tuple[str, ...]:
    """The ids of the texts that hold, in reading order (at O0 no plan is printed: do not ask)."""
    holds = _by_finding(said) | _by_history(said, facts) | _by_plan(said)
    shown = {text for text, is_so in holds.items() if is_so} | set(ALWAYS)
    shown |= {text for row in content().row if set(row.findings) & set(said.findings) for text in row.said}
    return tuple(text for text in TEXTS if text in shown)


def _by_finding(said: Said) -> dict[str, bool]:
    found = set(said.findings)
    weak_or_tight = bool(found & {"F-WEAK", "F-TIGHT"})
    tight = "F-TIGHT" in found
    return {
        "T-INTRO": bool(found & (_LEAKS | {"F-HEAVY"})),
        "T-TIMING": bool(found & _LEAKS_ON_EFFORT) and not weak_or_tight,
        "T-TIGHT": tight,
        "T-HEAVY": "F-HEAVY" in found,
        "T-MENO": "F-MENO" in found,
        "T-PF": said.lifts and not tight,
        "T-KNACK": bool(found & (_LEAKS_ON_EFFORT | {"F-COORD"})) and not tight,
        "T-FOOD": "F-ENERGY" in found,
        "T-SLEEP": "F-SLEEP" in found,
    }


def _by_history(said: Said, facts: Facts) -> dict[str, bool]:
    scars = {facts.text(f"abdominal_wall/scar_{where}_healed") for where in ("csection", "perineum")}
    early = isinstance(facts.weeks_pp, int) and facts.weeks_pp < content().limits.scar_weeks
    baby = isinstance(facts.weeks_pp, int) and not lost_a_baby(facts)
    return {
        "T-BUGGY": baby,
        "T-FEED": baby and facts.text("history/H12") in _FEEDS,
        "T-PESSARY": facts.runs_with_pessary,
        "P-SCAR": "F-SCAR" in said.findings and "yes" in scars and "no" not in scars and not early,
    }


def _by_plan(said: Said) -> dict[str, bool]:
    return {
        "T-NOTYET": said.outcome < "O4",
        "T-EX": bool(said.exercises),
        "T-RUN": said.run.kind in RUNNING,
    }


def lost_a_baby(facts: Facts) -> bool:
    """A baby died or does not live with her (H10): then no baby wording anywhere."""
    births = facts.value("history/H10")
    problems = cast("list[object]", births) if isinstance(births, list) else []
    return any("baby_loss" in cast("list[object]", each) for each in problems if isinstance(each, list))


def short_intro(findings: Collection[str], facts: Facts) -> bool:
    """T-INTRO without its first sentence: with pain or a bone finding running may well be the cause."""
    painful = any(facts.state(rule) == "not_met" for rule in ("R11", "R12"))
    return painful or facts.has_flag("RF16") or bool({"F-PGP", "F-BONE"} & set(findings))


def strong(findings: Collection[str], facts: Facts) -> tuple[str, ...]:
    """Keys of up to two phrases on what is already strong."""
    found = [
        "R08_with_cue" if rule == "R08" and facts.with_cue else rule
        for rule, against in _STRONG
        if facts.state(rule) == "met" and not against & set(findings) and _was_tested(rule, facts)
    ]
    if "R20" in found and "R18" in found:  # the one sentence says both
        found.remove("R18")
    return tuple(found[:MOST_STRONG])


def _was_tested(rule: str, facts: Facts) -> bool:
    """R20 says nothing of strength, and calm jump tests count once they are done."""
    needs = {"R20": "R18", "R08": "R15"}.get(rule, rule)
    return facts.state(needs) == "met"


def first_reason(outcome: Outcome, criteria: Collection[Criterion]) -> str:
    """The rule behind "It means: first ...": of those that hold her at this outcome, a failed one first."""
    holding = [each for each in criteria if each.cap == outcome and each.severity == "block" and each.printed]
    failed = [each.id for each in holding if each.state == "not_met"]
    return next(iter([*failed, *(each.id for each in holding)]), "other")


def say_first_reason(rule: str, words: Words) -> str:
    """The phrase of a rule for T-NOTYET."""
    return words.say(f"not_yet.{rule}" if words.has(f"not_yet.{rule}") else "not_yet.other")


def found(
    findings: Collection[str], gait_flags: Collection[str], side: str, words: Words, most: int = MOST_FOUND
) -> tuple[str, ...]:
    """Plain phrases of the findings in their order, at most so many; what has no phrase is never printed."""
    said: list[str] = []
    for code in findings:
        if code == "F-STRIDE":
            said += [words.say(f"finding_stride.{flag}") for flag in STRIDE if flag in gait_flags]
        elif code == "F-ASYM":
            said += [words.say("finding.F-ASYM", side=words.say(f"side.{side}"))] if side else []
        elif words.has(f"finding.{code}"):
            said.append(words.say(f"finding.{code}"))
    return tuple(said[:most])


def traffic(text: str) -> tuple[str, str, str]:
    """T-GREEN, T-AMBER or T-RED in its three parts: the colour's name, what was felt, what to do."""
    name, seen, do = text.split(". ", 2)
    return (name, f"{seen}.", do)
