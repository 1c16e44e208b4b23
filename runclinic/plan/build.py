"""From a signed outcome, the findings and the facts to a first plan; the therapist changes it from there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias, cast

import msgspec

from runclinic.plan import codes, run, texts, week
from runclinic.plan.choose import Choice, Situation, choose, cues, entries_passed, kind, minutes_of
from runclinic.plan.content import content
from runclinic.plan.cue import Cue, cue
from runclinic.plan.dose import Dose, from_examination, lowered
from runclinic.plan.exercise import Exercise, exercise
from runclinic.plan.run import Run
from runclinic.plan.week import Day
from runclinic.readiness import judge
from runclinic.readiness.criterion import Outcome
from runclinic.readiness.facts import Facts

Side: TypeAlias = Literal["left", "right", ""]

_SYMMETRY_TESTS = ("ST01", "ST02", "ST03", "ST04", "OT03")
_COLOURS: dict[str, run.Colour] = {"green": "green", "amber": "amber", "red": "red"}
_LESS = frozenset({"F-ENERGY", "F-SLEEP"})


@dataclass(frozen=True, slots=True)
class PlannedExercise:
    """A card of the plan: whose it is, how much, in which session, and why it was chosen.

    `finding` is the code that called for it ("" = for everyone), `row` its row of the table; `notes` are
    keys of [note] in the texts; `extra_set` is the side that does one set more.
    """

    id: str
    name: str
    dose: Dose
    session: str
    finding: str = ""
    row: str = ""
    notes: tuple[str, ...] = ()
    extra_set: Side = ""

    @property
    def exercise(self) -> Exercise:
        """The card of the library."""
        return exercise(self.id)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as proposed. `phase` and `review_weeks` are None at O0, where nothing is printed.

    `texts` are ids of the T-* texts that hold; `strong` keys of what is already strong, `first` the rule
    behind "not yet"; `weak_side` is the side that goes first; `course_months` how long the pelvic floor
    work goes on at least; `codes` the contraindication codes that were active.
    """

    outcome: Outcome
    phase: int | None
    exercises: tuple[PlannedExercise, ...] = ()
    cues: tuple[str, ...] = ()
    run: Run = Run("none")  # noqa: RUF009 (frozen)
    review_weeks: int | None = None
    week: tuple[Day, ...] = ()
    texts: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    gait_flags: tuple[str, ...] = ()
    short_intro: bool = False
    strong: tuple[str, ...] = ()
    first: str = "other"
    weak_side: Side = ""
    course_months: int | None = None
    codes: tuple[str, ...] = ()
    managed: bool = False
    minutes_a_day: int = 0

    @property
    def ladder_level(self) -> int | None:
        """The level of the walk-run ladder, while she is on it."""
        return self.run.level if self.run.kind == "ladder" else None

    @property
    def step(self) -> int | None:
        """Which of the four steps she is on: the run build belongs to the last."""
        return None if self.phase is None else min(self.phase, 4)

    def cue_cards(self) -> tuple[Cue, ...]:
        """The cues with their reasons."""
        return tuple(cue(each) for each in self.cues)

    def as_json(self) -> dict[str, object]:
        """The plan as `assess --json` prints it."""
        return {
            "phase": self.phase,
            "exercises": [_card_json(each) for each in self.exercises],
            "cues": list(self.cues),
            "run": _run_json(self.run),
            "ladder_level": self.ladder_level,
            "review_weeks": self.review_weeks,
            "week": [_day_json(day) for day in self.week],
            "texts": list(self.texts),
        }


def build(outcome: Outcome, findings: Collection[str], facts: Facts) -> Plan:
    """The first plan for a signed outcome (O0 to O5) and the active findings (F-codes).

    The rules are judged here if that has not been done.
    """
    if not facts.criteria:
        facts = replace(facts, criteria=judge(facts))
    if outcome == "O0":
        return Plan(outcome, None, findings=_ordered(findings))
    return _build(outcome, _ordered(findings), facts)


def _ordered(findings: Collection[str]) -> tuple[str, ...]:
    """The findings in the order of the table."""
    order = dict.fromkeys(code for row in content().row for code in row.findings)
    return tuple(code for code in order if code in findings)


def _build(outcome: Outcome, findings: tuple[str, ...], facts: Facts) -> Plan:
    limited = _phase_limit(facts)
    active = codes.active(outcome, findings, facts)
    situation = _situation(outcome, findings, facts, codes.kept_away(active, facts))
    chosen = choose(situation)
    running = Run("none") if limited else run_of(outcome, findings, facts)
    days = _week(outcome, findings, facts, running)
    side = weak_side(facts) if "F-ASYM" in findings else ""
    cards = tuple(_planned(each, findings, facts, active, side, days) for each in chosen)
    lifts = any("X5" in each.exercise.not_if for each in chosen)
    said = texts.Said(outcome, findings, [each.id for each in cards], lifts, running)
    return Plan(
        outcome=outcome,
        phase=1 if limited else content().outcome[outcome].phase,
        exercises=cards,
        cues=cues(situation),
        run=running,
        review_weeks=review_weeks(outcome, facts.cautions),
        week=week.with_cards(days, [each.exercise for each in chosen]),
        texts=texts.texts(said, facts),
        findings=findings,
        gait_flags=situation.gait_flags,
        short_intro=texts.short_intro(findings, facts),
        strong=texts.strong(findings, facts),
        first=texts.first_reason(outcome, facts.criteria),
        weak_side=side,
        course_months=_course_months(facts, lifts=lifts),
        codes=tuple(sorted(active, key=lambda code: int(code[1:]))),
        managed=facts.managed,
        minutes_a_day=minutes_of(each.exercise for each in chosen),
    )


def _phase_limit(facts: Facts) -> bool:
    """Weeks 0 to 2 after birth: rest and recovery (Christopher 2024)."""
    return isinstance(facts.weeks_pp, int) and facts.weeks_pp <= content().selection.phase_limit_weeks


def _situation(
    outcome: Outcome, findings: tuple[str, ...], facts: Facts, kept_away: frozenset[str]
) -> Situation:
    equipment = facts.several("history/H53_equipment")
    green_twice = facts.several("previous/green_twice") or ()
    sides = {each.both_sides: _sides(facts, each.both_sides) for each in content().entry if each.both_sides}
    return Situation(
        outcome=outcome,
        findings=findings,
        gait_flags=facts.gait_flags,
        kept_away=kept_away,
        phase_limit=_phase_limit(facts),
        equipment=None if equipment is None else frozenset(equipment),
        minutes=facts.number("history/H52_minutes"),
        last_plan=frozenset(facts.several("previous/exercises") or ()),
        entries=entries_passed(green_twice, sides),
    )


def _sides(facts: Facts, test: str) -> tuple[float | None, float | None]:
    """Left and right count of a strength test, as typed."""
    return facts.side_numbers(f"strength/{test}")


def review_weeks(outcome: Outcome, cautions: int) -> int | None:
    """Weeks to the next visit: one fewer, but never none, with three cautions or more."""
    opened = content().outcome.get(outcome)
    if opened is None:
        return None
    sooner = cautions >= content().selection.many_cautions
    return max(1, opened.review_weeks[0] - 1) if sooner else opened.review_weeks[0]


# -- running


def run_of(outcome: Outcome, findings: Collection[str], facts: Facts) -> Run:
    """The running that an outcome allows: at O4 by her diary, her present runs, or the ladder."""
    if outcome < "O4":
        return Run("none")
    if outcome == "O5":
        return Run("build")
    followed = _by_diary(facts)
    if followed.kind != "none":
        return followed
    if facts.state("R31") == "met":
        return Run("present_runs")
    offered = run.present_runner(facts.number("history/H41_runs"), facts.symptom_free_min)
    return offered or run.start(_background(findings, facts))


def _by_diary(facts: Facts) -> Run:
    hold, calm = facts.yes("diary/hold") is True, facts.yes("diary/calm") is True
    return run.after(sessions(facts), facts.visit_date, hold=hold, calm=calm)


def sessions(facts: Facts) -> tuple[run.Session, ...]:
    """The sessions of her diary, oldest first; a line without date, level or colour says nothing."""
    lines = facts.value("diary/sessions")
    given = cast("list[object]", lines) if isinstance(lines, list) else []
    read = (_session(cast("dict[str, object]", line)) for line in given if isinstance(line, dict))
    return tuple(each for each in read if each)


def _session(line: dict[str, object]) -> run.Session | None:
    day, level = line.get("date"), line.get("level")
    colour = _COLOURS.get(str(line.get("colour")))
    if not isinstance(day, str) or not isinstance(level, int) or colour is None:
        return None
    return run.Session(date.fromisoformat(day), level, colour)


def _background(findings: Collection[str], facts: Facts) -> run.Background:
    longest_on = facts.day("history/H42_longest_date")
    return run.Background(
        longest_min=facts.number("history/H42_longest_min"),
        longest_days_ago=None if longest_on is None else facts.days_since(longest_on),
        weeks_pp=facts.weeks_pp if isinstance(facts.weeks_pp, int) else None,
        cautions=facts.cautions,
        short_of_sleep="F-SLEEP" in findings,
        low_strength=facts.low_strength,
        impact_pain_mild=facts.impact_pain_mild,
        wide_hiatus=_wide_hiatus(facts),
        managed_or_with_cue=facts.managed or facts.with_cue,
        symptom_free_min=facts.symptom_free_min,
    )


def _wide_hiatus(facts: Facts) -> bool:
    """GH + PB marked (Gerges 2013), or a muscle edge off the bone (Dietz 2008)."""
    wide = facts.hiatus_cm is not None and facts.hiatus_cm >= content().limits.hiatus_cm
    return wide or facts.avulsion is True


# -- cards


def _planned(
    choice: Choice,
    findings: tuple[str, ...],
    facts: Facts,
    active: frozenset[str],
    side: Side,
    days: Sequence[Day],
) -> PlannedExercise:
    its = choice.exercise
    less = bool(_LESS & set(findings)) and its.category in content().selection.lowered_categories
    dose = _examined(its, facts)
    return PlannedExercise(
        id=its.id,
        name=its.name,
        dose=lowered(dose, content().selection.lowered) if less else dose,
        session=week.session_of(its, days),
        finding=choice.finding,
        row=choice.row,
        notes=_notes(its, findings, facts, active, less=less),
        extra_set=side if _does_extra_set(its) else "",
    )


def _examined(its: Exercise, facts: Facts) -> Dose:
    """The dose of the card; pelvic floor holds follow the examination where there was one."""
    if not its.dose.perfect:
        return its.dose
    held, again, fast = (
        facts.number(f"pelvic_floor/{name}") for name in ("endurance", "repetitions", "fast")
    )
    return from_examination(its.dose, held, again, fast)


def _notes(
    its: Exercise, findings: tuple[str, ...], facts: Facts, active: frozenset[str], *, less: bool
) -> tuple[str, ...]:
    """What is added to a card: words of the table, a code that only warns, and how to begin."""
    by_finding = [
        row.notes[its.id]
        for row in content().row
        if its.id in row.notes and set(row.findings) & set(findings)
    ]
    hypermobile = its.category == "MO" and "hypermobility" in (facts.several("history/H36") or ())
    easy_first = "F-FEAR" in findings and its.easier and its.category not in ("BR", "MO")
    added = {"lowered": less, "short_of_end": hypermobile, "easy_first": bool(easy_first)}
    every = [*by_finding, *codes.notes(active, its), *(name for name, holds in added.items() if holds)]
    return tuple(dict.fromkeys(every))


def _does_extra_set(its: Exercise) -> bool:
    """Strength done side by side in sets; balance that is practised every day needs none."""
    weekly = its.dose.a_week is not None and its.dose.a_week[1] < len(week.DAYS)
    return kind(its) == "strength" and its.dose.each == "side" and weekly


def weak_side(facts: Facts) -> Side:
    """The weaker side of the least even strength test."""
    known = (facts.symmetry[test] for test in _SYMMETRY_TESTS if test in facts.symmetry)
    uneven = [each for each in known if each.value is not None and each.weaker]
    least = min(uneven, key=lambda each: each.value or 0, default=None)
    return least.weaker or "" if least else ""


def _week(outcome: Outcome, findings: tuple[str, ...], facts: Facts, running: Run) -> tuple[Day, ...]:
    pattern = week.pattern_for(outcome, findings, phase_limit=_phase_limit(facts))
    free = [day for day in facts.several("history/H53_days") or () if day in week.DAYS]
    return week.lay_out(pattern, free, runs=running.kind in texts.RUNNING)


def _course_months(facts: Facts, *, lifts: bool) -> int | None:
    """How long pelvic floor training goes on at least (NICE NG210)."""
    rule = content().pelvic_floor
    lead = facts.pop_q.lead
    prolapse = facts.bulge is True or (lead is not None and lead >= rule.prolapse_lead_cm)
    if not lifts:
        return None
    if prolapse:
        return rule.prolapse_months
    return rule.leak_months if facts.leak_type in {"stress", "mixed"} else None


# -- as the shell prints it


def _card_json(card: PlannedExercise) -> dict[str, object]:
    return {
        "id": card.id,
        "name": card.name,
        "dose": msgspec.to_builtins(card.dose),
        "session": card.session,
        "finding": card.finding or None,
        "notes": list(card.notes),
        "extra_set": card.extra_set or None,
    }


def _day_json(day: Day) -> dict[str, object]:
    return {"day": day.day, "sessions": list(day.sessions), "cards": list(day.cards)}


def _run_json(running: Run) -> dict[str, object]:
    written: dict[str, object] = {"kind": running.kind}
    if running.kind == "runs":
        written |= {"per_week": running.per_week, "minutes": running.minutes}
    return written
