"""A case file: a whole visit written by hand in TOML, read and refused by name where it is wrong."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import cast, get_args

from runclinic import resources
from runclinic.forms import catalogue
from runclinic.forms.answers import refuse_at_odds, refuse_wrong
from runclinic.forms.catalogue import nearest
from runclinic.forms.conditions import Value
from runclinic.forms.flags import refuse_closing
from runclinic.gait.filming import VIEWS, belt_speed
from runclinic.plan.exercise import exercises
from runclinic.readiness.criterion import Outcome
from runclinic.readiness.decision import Decision
from runclinic.refused import Refused
from runclinic.visit.assess import Case
from runclinic.visit.client import Client
from runclinic.visit.facts import basic

__all__ = ["Case", "of_table", "read"]

TABLES = ("client", "visit", "answers", "gait", "decision")
VISIT_FIELDS = ("date", "therapist")
DECISION_FIELDS = tuple(each.name for each in fields(Decision))
CLIENT_FIELDS = tuple(each.name for each in fields(Client))
EXERCISE_FIELDS = ("previous/exercises", "previous/green_twice")
GAIT_FLAGS = ("overstride", "drop", "bounce")
FILMING_FIELDS = ("clip", "view", "belt_speed", "capture_fps", "flags")
# What pose, or a click on landmarks, can measure besides the metrics of gait.toml.
# fmt: off
ANGLES = (
    "vertical_oscillation", "vo", "foot_ic", "tibia_ic", "tibia_lr", "overstride_hip", "knee_ic",
    "knee_peak", "knee_exc", "ankle_ic", "ankle_ms", "hip_ext", "trunk_ic", "trunk_ms", "trunk_mean",
    "head", "elbow", "arm_swing", "cpd", "hip_add", "fem_add", "knee_win", "base", "evers", "lat_trunk",
    "prog", "cross_arm",
)
# fmt: on
BODY = {"height_m": (1.0, 2.3), "mass_kg": (25, 250)}

Table = Mapping[str, object]


def read(path: Path) -> Case:
    """The case in a TOML file.

    Refused: no such file, no TOML, an unknown form, field, option or unit (with the nearest known
    one), a value out of range, two answers that cannot both be true.
    """
    try:
        written = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refused(f"The case file '{path}' cannot be read as text.", "Check its name.") from None
    try:
        table = tomllib.loads(written)
    except tomllib.TOMLDecodeError as problem:
        raise Refused(f"{path.name} is not a case file: {problem}.", "Correct that line.") from None
    return of_table(table)


def of_table(table: Table) -> Case:
    """The case in the tables of a file."""
    _refuse_unknown("table", table, TABLES, "")
    visit = _table(table, "visit")
    _refuse_unknown("field", visit, VISIT_FIELDS, "visit")
    therapist = _text(visit, "therapist", "visit")
    client, day = _client(_table(table, "client")), _visit_date(visit)
    answers = _answers(_table(table, "answers"))
    known = basic(client, day, answers)
    for form_id in dict.fromkeys(key.partition("/")[0] for key in answers):
        refuse_at_odds(catalogue.form(form_id), answers, known)
    refuse_closing(answers, known)
    return Case(
        client=client,
        visit_date=day,
        therapist=therapist,
        answers=answers,
        gait=_gait(_table(table, "gait")),
        decision=_decision(_table(table, "decision"), therapist),
    )


def _client(table: Table) -> Client:
    _refuse_unknown("field", table, CLIENT_FIELDS, "client")
    given: dict[str, object] = {}
    for name, value in table.items():
        if name == "born":
            given[name] = _day(value, "client/born")
        elif name in BODY:
            given[name] = _within(value, BODY[name], f"client/{name}")
        else:
            given[name] = _text(table, name, "client")
    return replace(Client(), **given)


def _visit_date(visit: Table) -> date:
    if "date" not in visit:
        raise Refused("The case has no date of the visit.", "Write date = 2026-11-20 under [visit].")
    return _day(visit["date"], "visit/date")


def _answers(table: Table) -> dict[str, Value]:
    """Answers keyed "form/field", each checked against its question."""
    found: dict[str, Value] = {}
    for form_id, given in table.items():
        form = catalogue.form(form_id)
        if not isinstance(given, dict):
            raise Refused(
                f"answers.{form_id} must be a table.", f"Write [answers.{form_id}] above its fields."
            )
        for field, value in cast("dict[str, object]", given).items():
            question = form.find(field)
            if question is None:
                raise _unknown("field", field, [each.id for each in form.question], form_id)
            plain = _plain(value, f"{form_id}/{field}")
            refuse_wrong(question, plain, f"{form_id}/{field}")
            if f"{form_id}/{field}" in EXERCISE_FIELDS and isinstance(plain, list):
                _refuse_unknown("exercise", map(str, cast("list[object]", plain)), exercises(), field)
            found[f"{form_id}/{field}"] = plain
    return found


def _plain(value: object, where: str) -> Value:
    """TOML's dates as ISO text, at whatever depth; the rest as it is."""
    if isinstance(value, datetime):
        raise Refused(f"{where}: a date without a time is needed.", "Write it like 2026-11-20.")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(each, where) for each in cast("list[object]", value)]
    if isinstance(value, dict):
        return {name: _plain(each, where) for name, each in cast("dict[str, object]", value).items()}
    return value


def _gait(table: Table) -> dict[str, object]:
    metrics = _metrics()
    _refuse_unknown("metric or field", table, (*FILMING_FIELDS, *metrics), "gait")
    for name in table:
        if name in metrics:
            _within(table[name], (-1e6, 1e6), f"gait/{name}")
    if "view" in table and table["view"] not in VIEWS:
        raise _unknown("view", str(table["view"]), VIEWS, "gait/view")
    if "belt_speed" in table:
        belt_speed(_text(table, "belt_speed", "gait"))
    if "capture_fps" in table:
        _within(table["capture_fps"], (1, 2000), "gait/capture_fps")
    _text(table, "clip", "gait")
    flags = table.get("flags", [])
    if not isinstance(flags, list):
        raise Refused("gait/flags: a list is needed.", "Write [] for none.")
    for flag in cast("list[object]", flags):
        if flag not in GAIT_FLAGS:
            raise _unknown("option", str(flag), GAIT_FLAGS, "gait/flags")
    return dict(table)


def _metrics() -> tuple[str, ...]:
    """Ids of everything that the gait part can measure."""
    content = resources.table("gait.toml")
    lists = [content.get(name, ()) for name in ("metric", "angle")]
    rows = [row for each in lists if isinstance(each, list) for row in cast("list[dict[str, object]]", each)]
    return tuple(dict.fromkeys((*(str(row["id"]) for row in rows), *ANGLES)))


def _decision(table: Table, therapist: str) -> Decision:
    _refuse_unknown("field", table, DECISION_FIELDS, "decision")
    outcome = table.get("outcome")
    if outcome is not None and outcome not in get_args(Outcome):
        raise _unknown("outcome", str(outcome), get_args(Outcome), "decision/outcome")
    cleared = table.get("clearance_date")
    return Decision(
        outcome=cast("Outcome | None", outcome),
        reason=_text(table, "reason", "decision"),
        clearance_from=_text(table, "clearance_from", "decision"),
        clearance_date=None if cleared is None else _day(cleared, "decision/clearance_date"),
        individual_reason=_text(table, "individual_reason", "decision"),
        managed_reason=_text(table, "managed_reason", "decision"),
        by=_text(table, "by", "decision") or therapist,
    )


def _table(table: Table, name: str) -> Table:
    found = table.get(name, {})
    if not isinstance(found, dict):
        raise Refused(f"[{name}] must be a table.", f"Write [{name}] above its fields.")
    return cast("dict[str, object]", found)


def _text(table: Table, name: str, where: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise Refused(f"{where}/{name}: a text is needed, not “{value}”.", "Put it in quotes.")
    return value


def _day(value: object, where: str) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Refused(f"{where}: a date is needed.", "Write it like 2026-11-20, without quotes.")
    return value


def _within(value: object, limits: tuple[float, float], where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not limits[0] <= value <= limits[1]:
        raise Refused(f"{where}: “{value}” is out of range.", f"It goes from {limits[0]:g} to {limits[1]:g}.")
    return value


def _refuse_unknown(kind: str, given: Iterable[str], known: Iterable[str], where: str) -> None:
    names = tuple(known)
    for name in given:
        if name not in names:
            raise _unknown(kind, name, names, where)


def _unknown(kind: str, name: str, known: Iterable[str], where: str) -> Refused:
    names = list(known)
    near = nearest(name, names)
    place = f" in {where}" if where else ""
    hint = f"Did you mean “{near}”?" if near else f"Known are: {', '.join(names)}."
    return Refused(f"There is no {kind} “{name}”{place}.", hint)
