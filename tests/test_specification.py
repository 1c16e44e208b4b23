"""Every id of the specification: it stands in resources/, something uses it, and it names its source."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from runclinic import paths, resources
from runclinic.forms import catalogue, flags, scoring
from runclinic.plan.choose import none_row
from runclinic.plan.codes import active
from runclinic.plan.content import content
from runclinic.plan.cue import cues
from runclinic.plan.edits import Edits, apply
from runclinic.plan.exercise import exercises
from runclinic.plan.ladder import ladders, levels
from runclinic.plan.texts import ALWAYS, TEXTS
from runclinic.readiness import floor_rules, load_rules, rules, safety_rules, symptom_rules, whole_rules
from runclinic.readiness.criteria import RULES, WEEKS_RULE
from runclinic.visit.findings import FINDINGS
from runclinic.visit.parts import parts
from runclinic.words import Words
from tests.forms.test_forms_content import FORMS, INSTRUMENTS, PREVIOUS, expected
from tests.whole_visit import assessed, judged, rule, weeks_ago


def numbered(prefix, last, first=1):
    return [f"{prefix}{number:02}" for number in range(first, last + 1)]


def ids(written):
    return written.split()


FLAGS = numbered("RF", 32)
HISTORY = numbered("H", 56)
LOAD_TESTS, STRENGTH_TESTS, OPTIONAL_TESTS = numbered("LT", 7), numbered("ST", 4), numbered("OT", 3)
CRITERIA = numbered("R", 32)
ACTIONS = ids("A1 A2 A3h A3 A4 A5 S1")
CODES = [f"X{number}" for number in range(1, 15)]
CUES = numbered("Q", 16)
OF_THE_TABLE = ids("""
    F-LEAK-S F-LEAK-R F-LEAK-U F-COORD F-WEAK F-ENDUR F-TIGHT F-HEAVY F-BOWEL F-BREATH F-DRA F-HIP F-SLCTRL
    F-CALF F-ASYM F-PGP F-IMPACT F-STRIDE F-FEAR F-MENO F-BONE F-SCAR F-ENERGY F-SLEEP
""")
EXERCISES = [
    *numbered("BR", 11), *numbered("HG", 10), *numbered("SL", 10), *numbered("CO", 9), *numbered("CF", 5),
    *numbered("MO", 6), *numbered("IM", 11), *numbered("RD", 5), *numbered("ME", 10),
]  # fmt: skip
PLAIN_TEXTS = [
    f"T-{name}"
    for name in ids("""
        INTRO TIMING TIGHT HEAVY STEPS MENO FOUND GREEN AMBER RED CALL EMERG TODAY BLEED DIARY PF KNACK EX RUN
        FOOD SLEEP BUGGY FEED BLADDER BOWEL PESSARY REVIEW NOTYET SIGN
    """)
]
# Texts of ours for what the specification names without an id: the scar massage, one test a week as proof.
OUR_TEXTS = ["P-SCAR", "P-PROOF"]
# In the library for the therapist to add by hand; no row of 7.3 and no chain of 8.2 leads to them.
ADDED_BY_HAND = set(ids("CF05 ME10 MO01 MO03 MO04 RD01 RD03"))
CUES_BY_HAND = set(ids("Q13 Q14 Q15 Q16"))

# What 12.3 and sections 6 to 8 name as inputs. (Values and symptoms of tests, points and items are read by
# their place in a form.)
INPUTS = """
    safety: RF19 RF22 RF23 S1_danger
    history: H04 H06 H07 H10 H12 H13 H16_dryness H16_urgency H16_burning H17 H18 H19 H22_now H22_worst H23
      H25_gas H25_liquid H25_solid H27_urgency H29 H30 H32_dryness H33 H34 H34_running H36 H36_fractures
      H37_tscore H37_clearance H38_height_cm H38_mass_kg H41_runs H42_longest_min H42_longest_date H43 H44
      H47_bra H48_hours H48_broken H49_fatigue H50_eats H50_weight_loss H50_periods_stopped H50_bone_injury
      H50_often_ill H50_bone_injury_date H50_bone_clearance H51 H52_minutes H53_days H53_equipment H55_leak
      H55_heaviness H55_pelvic_pain H56
    consent: internal
    pelvic_floor: grade_overall descends substitution endurance repetitions fast stand_fast stand_holds
      stand_hold_seconds stand_submax_seconds tone relaxation tender_perineal_body tender_coccyx
      tender_superficial tender_puborectalis tender_iliococcygeus tender_obturator attachment gap_mm
    pop_q: Aa Ba Ap Bp C D GH PB TVL cervix
    external: perineum cough_leak
    abdominal_wall: tension doming doming_controlled strategy_squat strategy_lift strategy_hop cough_leak
      cough_pf knack_leak scar_csection_healed scar_perineum_healed scar_csection_movement
      scar_perineum_movement scar_csection_pain scar_perineum_pain
    load_tests: LT03_trunk LT03_pelvis LT03_knee LT03_foot OT02 OT02_symptom
    strength: OT03_newton OT03_lever_m
    previous: exercises green_twice psfs_items
    diary: sessions hold calm
    reds_cat2: colour
"""
PURE = ("forms", "readiness", "plan", "visit")


def inputs():
    words = re.split(r"\s+(?=\w+:)|\s+", INPUTS.strip())
    form = ""
    for word in words:
        if word.endswith(":"):
            form = word.removesuffix(":")
        else:
            yield f"{form}/{word}"


@cache
def keys_in_code():
    """Patterns of all keys "form/field" that the pure rooms write; a hole of an f-string matches anything."""
    package = Path(resources.__file__).parent
    nodes = [
        node
        for room in PURE
        for file in sorted((package / room).glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    ]
    joined = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    pieces = {id(piece) for each in joined for piece in each.values}
    whole = [
        re.escape(node.value)
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in pieces
    ]
    return tuple(each for each in (*whole, *map(pattern, joined)) if re.match(r"\w+/.", each))


def pattern(node):
    parts_of = (re.escape(each.value) if isinstance(each, ast.Constant) else r"\w+" for each in node.values)
    return "".join(parts_of)


# ------------------------------------------------------------------------------------- forms and fields
def test_every_form_and_instrument_is_asked_in_a_part_of_the_visit_and_names_its_source():
    asked = {form_id for part in parts() for form_id in part.forms}
    of_earlier_and_clinic = {"previous", "clinic"}
    assert asked == {*FORMS, *INSTRUMENTS}
    assert set(catalogue.ids()) == asked | of_earlier_and_clinic
    for form_id in catalogue.ids():
        assert catalogue.form(form_id).source
        assert catalogue.form(form_id).title


@pytest.mark.parametrize("form_id", FORMS)
def test_no_field_is_missing_or_on_no_page(form_id):
    """On a page: asked in its form, and in some part where the cards of the form are shared out."""
    wanted = set(expected(form_id))
    there = {each.id: each for each in catalogue.form(form_id).question}
    assert wanted - set(there) == set()
    cards = [part.cards.get(form_id) for part in parts() if form_id in part.forms]
    for each in there.values():
        assert any(names is None or (each.card or each.id) in names for names in cards), each.id
        assert each.text.strip()
        assert not each.retired


def test_every_question_of_the_history_has_a_field():
    fields = set(expected("history"))
    assert {
        name for name in HISTORY if not any(re.match(rf"{name}(_|$)", field) for field in fields)
    } == set()


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_every_instrument_is_scored_and_says_mode_licence_and_source(instrument):
    form = catalogue.form(instrument)
    assert {each.id for each in form.question} == set(INSTRUMENTS[instrument])
    assert scoring.scoring_of(instrument).method in scoring.METHODS
    assert form.mode in {"FULL", "ITEM", "TOTAL"}
    assert form.licence or form.mode == "FULL"
    assert instrument in assessed().as_json()["scores"]
    assert instrument in PREVIOUS or form.score.method in {"keyed", "leak type", "colour"}


def test_every_input_of_a_rule_is_a_field_that_the_code_reads():
    for key in inputs():
        form_id, _, field = key.partition("/")
        assert catalogue.question(key), key
        by_place = form_id == "pop_q" or key in {"consent/internal", "safety/S1_danger"}
        assert by_place or any(re.fullmatch(each, key) for each in keys_in_code()), key
        assert field in {each.id for each in catalogue.form(form_id).question}


def test_the_code_reads_no_field_that_no_form_has():
    known = [f"{form.id}/{each.id}" for form in catalogue.forms().values() for each in form.question]
    forms = set(catalogue.ids())
    unknown = [
        each
        for each in keys_in_code()
        if each.partition("/")[0] in forms and not any(re.fullmatch(each, key) for key in known)
    ]
    assert unknown == []


# --------------------------------------------------------------------------------------------- red flags
def test_every_flag_opens_an_action_and_names_its_source():
    opened = {}
    for each in catalogue.form("safety").question:
        if each.flag:
            opened.setdefault(flags.flag_id(each), []).append(each)
    assert sorted(opened) == FLAGS
    for name, asked in opened.items():
        assert {action for each in asked for action in flags.leads_to(each)}, name
        assert all(each.source and each.note for each in asked if each.required or each.flag.limits[:1]), name


def test_every_action_is_explained_and_used():
    assert list(flags.actions()) == ACTIONS
    used = {action for each in catalogue.form("safety").question for action in flags.leads_to(each)}
    assert used == set(ACTIONS)
    assert all(each.meaning and each.banner for each in flags.actions().values())
    assert flags.content().source
    assert all(each.source for each in (flags.content().item_10, flags.content().bone_injury))


# ----------------------------------------------------------------------------------------- tests, criteria
def test_every_test_is_asked_judged_and_has_its_source():
    in_rules = {
        *symptom_rules.EASY_TESTS, *symptom_rules.IMPACT_TESTS, *load_rules.CONTROL_TESTS,
        *load_rules.STRENGTH_TESTS,
    }  # fmt: skip
    wanted = {*LOAD_TESTS, *STRENGTH_TESTS}
    assert set(rules.tests()) == in_rules == wanted
    for form_id in ("load_tests", "strength"):
        for each in catalogue.form(form_id).question:
            if each.id in wanted:
                wanted.remove(each.id)
                assert each.source
                assert each.protocol
                assert each.criterion == rules.tests()[each.id].criterion
    assert wanted == set()


def test_every_optional_test_is_asked_and_has_its_source():
    asked = {
        each.card: each
        for form in ("load_tests", "strength")
        for each in catalogue.form(form).question
        if each.source
    }
    assert set(OPTIONAL_TESTS) <= set(asked)
    assert (
        "OT03" in assessed({"strength/OT03_newton": {"left": 118, "right": 142}}).as_json()["scores"]["lsi"]
    )


def test_every_criterion_is_written_judged_and_has_its_source():
    assert list(rules.rules()) == CRITERIA
    assert sorted((*RULES, WEEKS_RULE)) == CRITERIA
    assert [each["id"] for each in assessed().as_json()["criteria"]] == CRITERIA
    for each in rules.content().rule:
        assert each.source, each.id
        assert each.reason, each.id
    for each in assessed().criteria:
        assert each.source == rules.rules()[each.id].source


# Each finding of a rule, with answers that bring it up: none stands in criteria.toml for nothing.
LEAK = {"load_tests/LT06_symptoms": None, "load_tests/LT06_heaviness": 0, "load_tests/LT06_pelvic_pain": 0,
        "load_tests/LT06_msk_pain": 0, "load_tests/LT06_limp": "no"}  # fmt: skip
MILD = LEAK | {"load_tests/LT06_leak": 1, "load_tests/LT06_settled_hours": 2}
HURTS = {"history/H29": ["knee"]}
SIGNED = {"managed_reason": "mild, stable, knows her cue"}
FOUND = [
    ("R01", "emergency", {"safety/RF01": "yes"}, {}),
    ("R01", "danger", {"safety/RF24": "yes", "safety/S1_danger": "yes"}, {}),
    ("R01", "danger_unknown", {"safety/RF24": "yes"}, {}),
    ("R01", "safeguarding", {"safety/RF24": "yes", "safety/S1_danger": "no"}, {}),
    ("R03", "hold", {"safety/RF18": "yes"}, {}),
    ("R03", "refer", {"safety/RF13": "yes"}, {}),
    ("R03", "referred", {"safety/RF13": "yes", "safety/RF13_referral": weeks_ago(0)}, {}),
    ("R04", "pregnant", {"safety/RF19": "yes", "safety/RF19_urgent": "no"}, {}),
    ("R05", "early", {"history/H06": weeks_ago(5)}, {}),
    ("R05", "preparing", {"history/H06": weeks_ago(9)}, {}),
    ("R05", "individual", {"history/H06": weeks_ago(9)}, {"individual_reason": "strong and well supported"}),
    ("R06", "open", {"history/H06": weeks_ago(20), "abdominal_wall/scar_perineum_healed": "no"}, {}),
    ("R07", "symptoms", {"history/H55_leak": 1}, {}),
    ("R07", "managed", {"history/H55_leak": 1}, SIGNED),
    ("R08", "strong", LEAK | {"load_tests/LT06_leak": 3}, {}),
    ("R08", "mild", MILD, {}),
    ("R08", "managed", MILD, SIGNED),
    ("R08", "with_cue", MILD | {"load_tests/LT06_retest": 10, "load_tests/LT06_retest_symptoms": "none"}, {}),
    ("R09", "gas", {"history/H25_gas": "weekly"}, {}),
    ("R09", "stool", {"history/H25_solid": "monthly"}, {}),
    ("R10", "low", {"pop_q/Ba": 2}, {}),
    ("R10", "supported", {"pop_q/Ba": 2, "history/H34": "ring", "history/H34_running": "yes"}, {}),
    ("R10", "bulge", {"pop_q/Ba": 0, "history/H23": "always"}, {}),
    ("R11", "mild", HURTS | {"history/H30": {"knee": {"now": 3, "worst": 3, "impact": 0}}}, {}),
    ("R11", "high", HURTS | {"history/H30": {"knee": {"now": 3, "worst": 6, "impact": 0}}}, {}),
    ("R12", "mild", LEAK | {"load_tests/LT06_leak": 0, "load_tests/LT06_msk_pain": 4}, {}),
    ("R12", "high", LEAK | {"load_tests/LT06_leak": 0, "load_tests/LT06_msk_pain": 5}, {}),
    ("R13", "short", {"load_tests/LT01": 29}, {}),
    ("R14", "short", {"load_tests/LT02": {"left": 9, "right": 12}}, {}),
    ("R15", "short", {"load_tests/LT05": 9}, {}),
    ("R16", "short", {"strength/ST01": {"left": 19, "right": 19}}, {}),
    ("R16", "low", {"strength/ST01": {"left": 9, "right": 9}}, {}),
    ("R17", "watch", {"strength/ST01": {"left": 20, "right": 24}}, {}),
    ("R17", "gap", {"strength/ST01": {"left": 20, "right": 28}}, {}),
    ("R18", "weak", {"pelvic_floor/grade_overall": "2+"}, {}),
    ("R18", "none", {"pelvic_floor/grade_overall": "0"}, {}),
    ("R18", "bears_down", {"pelvic_floor/descends": "yes"}, {}),
    ("R19", "tight", {"pelvic_floor/tender_coccyx": 4}, {}),
    ("R20", "short", {"pelvic_floor/stand_fast": 9}, {}),
    ("R21", "late", {"abdominal_wall/cough_pf": "late"}, {}),
    ("R22", "uncontrolled", {"abdominal_wall/tension": "poor"}, {}),
    ("R23", "wide", {"pop_q/GH": 5}, {}),
    ("R23", "marked", {"pop_q/GH": 6}, {}),
    ("R23", "avulsion", {"pelvic_floor/attachment": {"left": "avulsion", "right": "full"}}, {}),
    ("R24", "yellow", {"reds_cat2/colour": "yellow"}, {}),
    ("R24", "orange", {"reds_cat2/colour": "orange"}, {}),
    ("R24", "red", {"reds_cat2/colour": "red"}, {}),
    ("R25", "low", {"epds/total": 13}, {}),
    ("R26", "short", {"history/H48_hours": 5}, {}),
    ("R26", "tired", {"history/H49_fatigue": 7}, {}),
    ("R27", "fear", {"history/H51": 4}, {}),
    ("R28", "thin", {"history/H36": ["thin_bones"], "history/H37_tscore": -2.5}, {}),
    ("R28", "one_fracture", {"history/H36": ["fracture"]}, {}),
    ("R28", "fractures", {"history/H36": ["fracture"], "history/H36_fractures": "vertebral"}, {}),
    ("R29", "few", {"history/H13": "S3", "history/H44": 1}, {}),
    ("R30", "sore", {"history/H13": "S3", "history/H16_dryness": 5}, {}),
    ("R31", "none_yet", {"history/H56": "no"}, {}),
    ("R32", "bra", {"history/H47_bra": "no"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("rule_id", "finding", "changes", "signed"), FOUND)
def test_every_finding_of_a_rule_is_found_by_some_answer(rule_id, finding, changes, signed):
    effect = rules.rules()[rule_id].findings[finding]
    assert assessed(changes, **signed).facts.grade_of(rule_id) == finding
    assert rule(rule_id, changes, **signed)[1:] == (effect.severity, effect.cap)


def test_no_finding_of_a_rule_is_without_such_an_answer():
    there = {(each.id, finding) for each in rules.content().rule for finding in each.findings}
    assert {(rule_id, finding) for rule_id, finding, _, _ in FOUND} == there


def test_every_limit_of_a_rule_is_read_when_it_is_judged(monkeypatch):
    read = set()

    def recorded(rule_id, name):
        read.add((rule_id, name))
        return rules.limit(rule_id, name)

    for module in (floor_rules, load_rules, safety_rules, symptom_rules, whole_rules):
        if hasattr(module, "limit"):
            monkeypatch.setattr(module, "limit", recorded)
    for _, _, changes, signed in FOUND:
        judged(changes, **signed)
    judged({"leaf_q/total": 9, "history/H12": "never", "tsk_17/total": 38})
    assert read == {(each.id, name) for each in rules.content().rule for name in each.limits}


# ---------------------------------------------------------------------------------------------- the plan
def test_every_finding_is_derived_has_a_row_and_a_phrase():
    words = Words("en")
    assert list(FINDINGS) == OF_THE_TABLE
    assert list(dict.fromkeys(code for row in content().row for code in row.findings)) == OF_THE_TABLE
    for code in OF_THE_TABLE:
        assert words.has(f"finding.{code}") or code == "F-STRIDE"
    for row in content().row:
        assert not row.flag or words.has(f"finding_stride.{row.flag}")
    assert content().source


def test_every_exercise_stands_with_its_source_and_can_come_into_a_plan():
    assert sorted(exercises()) == sorted(EXERCISES)
    assert all(each.source for each in exercises().values())
    assert set(EXERCISES) - reached_by_the_table() == ADDED_BY_HAND


def reached_by_the_table():
    """Exercises of the selection table, and what is easier or harder than one of them, step by step."""
    reached = {content().selection.mobility_for_all}
    for row in content().row:
        cells = [item for column in ("one", "two", "three") for item in row.cell(column)]
        reached |= {name for item in cells for name in (item.id, item.then, item.instead) if name}
    new = reached
    while new:
        beside = {name for each in new for name in (exercises()[each].easier, exercises()[each].harder)}
        new = beside - reached - {""}
        reached = reached | new
    return reached


def test_what_the_table_does_not_reach_is_added_by_hand():
    plan = assessed().plan
    edited = apply(plan, Edits(exercises=tuple(sorted(ADDED_BY_HAND)), cues=tuple(sorted(CUES_BY_HAND)))).plan
    assert {each.id for each in edited.exercises} == ADDED_BY_HAND
    assert {each.id for each in edited.cue_cards()} == CUES_BY_HAND
    assert all(each.session for each in edited.exercises)


def test_every_cue_stands_with_its_evidence_and_is_called_for():
    assert list(cues()) == CUES
    assert all(each.evidence and each.reason and each.metric for each in cues().values())
    called_for = {name for row in content().row for name in row.cues}
    assert set(CUES) - called_for == CUES_BY_HAND
    assert none_row().cues


def test_every_contraindication_code_is_derived_used_and_has_its_source():
    assert [each.id for each in content().code] == CODES
    assert all(each.source and each.active_when for each in content().code)
    assert {code for each in exercises().values() for code in each.not_if} == set(CODES)
    written = Path(active.__code__.co_filename).read_text(encoding="utf-8")
    assert all(f'"{code}": ' in written for code in CODES)


def test_every_level_of_the_ladder_stands_with_its_source():
    assert [each.number for each in levels()] == list(range(13))
    assert ladders().source
    assert ladders().build.source


def test_every_text_stands_and_a_plan_says_it():
    """That each of them is printed: tests/documents/test_laws.py."""
    assert sorted(TEXTS) == sorted([*PLAIN_TEXTS, *OUR_TEXTS])
    assert set(ALWAYS) <= set(TEXTS)
    written = resources.table("words/en/paper.toml")["text"]
    assert sorted(written) == sorted(TEXTS)


def test_every_note_of_a_card_is_given_by_something():
    words = resources.table("words/en/paper.toml")
    doses = {each.dose.note for each in exercises().values()} - {""}
    assert set(words["dose_note"]) == doses
    assert set(words["finding"]) == set(OF_THE_TABLE) - {"F-STRIDE"}
    assert set(words["finding_stride"]) == {row.flag for row in content().row} - {""}


def test_every_example_of_the_worked_cases_is_there():
    names = {path.stem for path in (paths.resources() / "examples").glob("*.toml")}
    assert names == {"c1", "c2", "c3", "c3b", "c4", "c5", "c5b", "c6", "c7", "c8"}
