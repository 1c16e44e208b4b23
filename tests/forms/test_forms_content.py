"""Every form and every field with its answers, written out once more: none missing, none beside."""

import re

import pytest

from runclinic import resources
from runclinic.forms import catalogue
from runclinic.forms.form import Question
from runclinic.visit.parts import Content

OFTEN = "never under_monthly monthly weekly daily"
SITES = (
    "low_back pelvic_girdle groin_hip buttock thigh knee shin calf_achilles foot "
    "abdominal_wall c_scar breast wrist"
)
GRADES = "0 1- 1 1+ 2- 2 2+ 3- 3 3+ 4- 4 4+ 5- 5"
STRATEGY = "exhale hold bears_down belly_grip"
REDUCED = "normal reduced absent"
TEARS = "none 1 2 3a 3b 3c 4 episiotomy unknown"
BIRTH_PROBLEMS = "blood_loss wound_infection retention shoulder_dystocia preeclampsia prematurity baby_loss"
BIRTHS = "spontaneous_vaginal ventouse forceps planned_caesarean emergency_caesarean vaginal_breech"
CONDITIONS = (
    "asthma_cough constipation hypermobility diabetes thyroid heart thin_bones fracture "
    "endometriosis neurological"
)
OPERATIONS = "hysterectomy_total hysterectomy_subtotal sling prolapse_repair mesh c_section hernia spine"
LEAKS_WHEN = "cough_sneeze jump_hop walking running lifting urge night no_reason after_urine sex"

# form -> lines of "fields: answers"
FORMS = {
    "safety": f"""
        {" ".join(f"RF{number:02}" for number in range(1, 32))}: yes/no
        RF05_sub: one of at_rest effort flutter cleared
        RF09_sub: one of now periods
        RF08_sepsis RF14_tarry RF17_fever RF19_urgent RF20_fever RF31_unstable: yes/no
        RF11_sub: one of after_run_or_birth other
        RF15_sub: one of reducible not_reducible
        RF16_sub: one of groin_hip_sacrum elsewhere
        RF28_sub: one of with_fever burning_only
        RF32_temp: 30..45
        RF32_pulse: 20..250
        RF32_systolic: 40..300
        RF32_diastolic: 20..200
        S1_danger: yes/no
        {" ".join(f"RF{number:02}_referral RF{number:02}_closed" for number in range(1, 33))}: date
        {" ".join(f"RF{number:02}_closed_reason" for number in range(1, 33))}: text
    """,
    "history": f"""
        H01 H02: text
        H02_date H03_date H06: date
        H03: one of none 5k 10k half marathon trail other
        H04: 0..15
        H05: 0..20
        H07: list of one of {BIRTHS}
        H08: list of one of {TEARS}
        H09_weight_g: list of 300..7000
        H09_second_stage_min: list of 0..600
        H09_epidural: list of yes/no
        H10: list of any of {BIRTH_PROBLEMS}
        H11: yes/no
        H11_date H12_date H13_date: date
        H12: one of exclusive mixed pumping stopped never
        H13: one of S1 S2 S3 S4 S5 S6 S7
        H14_last_period: date
        H14_cycle: 15..120
        H15: any of none systemic_hrt vaginal_oestrogen combined_pill progestogen hormonal_iud
        H16_hot_flushes H16_sleep H16_mood H16_joints H16_dryness: 0..10
        H16_urgency H16_burning H16_palpitations H16_fatigue: 0..10
        H17: one of {OFTEN}
        H18: any of {LEAKS_WHEN}
        H19: one of stress urge mixed running_only other
        H20_after: 0..600
        H20_unit: one of min km
        H20_amount H21_worst: 0..3
        H20_also: any of downhill speed late_cycle tired coffee
        H21_pads: 0..20
        H22_now H22_worst: 0..10
        H23: one of no sometimes end_of_day always
        H24: 0..72
        H25_gas H25_liquid H25_solid: one of {OFTEN}
        H26_hold_min: 0..60
        H26_straining H27_slow: yes/no
        H26_stool: 1..7
        H27_day: 0..30
        H27_night: 0..15
        H27_urgency: 0..10
        H28_fluid_ml: 0..8000
        H28_caffeine: 0..20
        H28_alcohol: 0..100
        H29: any of {SITES}
        H29_sides: by {SITES}: one of left right both mid
        H30: by {SITES}: now 0..10, worst 0..10, impact 0..10
        H31: by {SITES}: since date, onset one of sudden gradual
        H32_sex_pain H32_dryness: 0..10
        H33: list of type one of {OPERATIONS}, date date
        H34: one of none ring cube other
        H34_date H37_date: date
        H34_running H35_latex H37_clearance: yes/no
        H35: text
        H36: any of {CONDITIONS}
        H36_fractures: one of none one several vertebral
        H37_tscore: -6..4
        H38_height_cm: 120..210
        H38_mass_kg: 30..200
        H39_years: 0..60
        H39_level: one of new recreational club competitive elite
        H40_ran H40_leaked_before H40_leaked_pregnancy: yes/no
        H41_runs: 0..14
        H41_total: 0..3000
        H41_longest_30d: 0..600
        H41_unit: one of km min
        H42_last_run H42_longest_date: date
        H42_longest_min: 0..600
        H43: 0..600
        H44: 0..7
        H45: 0..3000
        H46_shoes: text
        H46_shoe_km: 0..10000
        H46_surface: one of road trail track treadmill grass mixed
        H46_treadmill: 0..100
        H47_buggy H47_bra: yes/no
        H48_hours: 0..14
        H48_broken: 0..7
        H49_fatigue H49_stress: 0..10
        H50_eats H50_weight_loss H50_periods_stopped H50_bone_injury H50_often_ill: yes/no
        H50_bone_injury_date: date
        H50_bone_injury_site: text
        H50_bone_clearance: yes/no
        H51: 0..10
        H52_support: text
        H52_minutes: 0..240
        H53_days: any of mon tue wed thu fri sat sun
        H53_equipment: any of step band weights ball rope treadmill
        H53_weights_kg: 0..200
        H54_video H54_share H54_exam: yes/no
        H54_date: date
        H55_leak: 0..3
        H55_heaviness H55_pelvic_pain: 0..10
        H56: yes/no
    """,
    "consent": """
        explained internal anorectal allergy_checked bladder_emptied pregnancy_infection_asked: yes/no
        verbal_start verbal_internal stopped_early: yes/no
        observer: one of accepted declined
        observer_name time stopped_reason: text
    """,
    "pelvic_floor": f"""
        grade: L/R one of {GRADES}
        grade_overall: one of {GRADES}
        lift elevation cocontraction timing descends: yes/no
        substitution: any of glutes adductors breath_hold bearing_down
        endurance repetitions fast: 0..10
        stand_fast stand_holds stand_hold_seconds: 0..30
        stand_submax_seconds: 0..120
        tone: L/R one of low normal raised
        contraction: one of absent weak normal strong
        relaxation: one of full partial delayed absent
        tender_perineal_body tender_coccyx: 0..10
        tender_superficial tender_puborectalis tender_iliococcygeus tender_obturator: L/R 0..10
        attachment: L/R one of full partly avulsion not_sure not_assessed
        gap_mm: L/R 5..50
    """,
    "pop_q": """
        Aa Ba Ap Bp C D GH PB TVL: -15..15 by 0.5
        cervix: one of present absent subtotal
        position: one of supine semi_sitting standing
        bladder_empty most_felt: yes/no
    """,
    "external": """
        perineum: one of lifts no_movement goes_down
        cough_leak: 0..3
        bladder_base_mm: -20..30
    """,
    "abdominal_wall": f"""
        ird_rest_above ird_rest_at ird_rest_below ird_lift_above ird_lift_at ird_lift_below: 0..12
        ird_method: one of finger calliper ultrasound
        tension: one of good fair poor
        doming doming_controlled hernia: yes/no
        breath_rest: one of wide chest belly hold
        strategy_squat strategy_lift strategy_hop: one of {STRATEGY}
        cough_leak knack_leak: 0..3
        cough_pf: one of up_before up_with late none down
        scar_csection_healed scar_perineum_healed: one of yes no none
        scar_csection_movement scar_perineum_movement: 0..3
        scar_csection_pain scar_perineum_pain: 0..10
        scar_csection_numb scar_perineum_numb: yes/no
        sensation wink: one of {REDUCED}
    """,
    "strength": """
        ST01 ST02 ST03 ST04: L/R 0..50
        ST03_seat_cm: 30..60
        OT03_newton: L/R 0..1500
        OT03_lever_m: 0.05..1
    """,
    "load_tests": """
        LT01: 0..60
        LT02: L/R 0..60
        LT03 LT07: L/R 0..20
        LT06: L/R 0..30
        LT04: 0..120
        LT05: 0..20
        LT03_trunk LT03_pelvis LT03_knee LT03_foot: yes/no or L/R yes/no
        OT01_leak: 0..3
        OT01_heaviness: 0..10
        OT02: 0..10
        OT02_symptom: yes/no
    """,
    "diary": """
        sessions: list of date date, level 0..12, colour one of green amber red
        hold calm: yes/no
    """,
}
SYMPTOMS = """
    {test}_symptoms {test}_retest_symptoms: one of none
    {test}_leak {test}_retest_leak: 0..3
    {test}_heaviness {test}_heaviness_before {test}_retest_heaviness: 0..10
    {test}_pelvic_pain {test}_pelvic_pain_before {test}_retest_pelvic_pain: 0..10
    {test}_msk_pain {test}_retest_msk_pain: 0..10
    {test}_limp {test}_retest_limp: yes/no
    {test}_settled_hours: 0..72
    {test}_stopped: one of criterion fatigue symptom pain limp asked time space
    {test}_cue: text
"""
TESTS = {"strength": ("ST01", "ST02", "ST03", "ST04"), "load_tests": tuple(f"LT{n:02}" for n in range(1, 8))}


def numbered(count, prefix="i"):
    return [f"{prefix}{number}" for number in range(1, count + 1)]


INSTRUMENTS = {
    "iciq_ui_sf": [*numbered(4), "total"],
    "pfdi_20": [*numbered(20), "popdi_6", "cradi_8", "udi_6"],
    "pfiq_7": [*numbered(7, "u"), *numbered(7, "c"), *numbered(7, "p"), "uiq_7", "craiq_7", "popiq_7"],
    "iciq_vs": ["vaginal", "sexual", "qol"],
    "three_iq": numbered(3),
    "pgq": [*numbered(25), "activity", "symptom", "total"],
    "epds": [*numbered(10), "total", "item_10"],
    "phq_4": [*numbered(4), "gad_2", "phq_2"],
    "nprs": SITES.split(),
    "psfs": [*numbered(5), *numbered(5, "activity_")],
    "mrs": [*numbered(11), "somatic", "psychological", "urogenital"],
    "tsk_17": [*numbered(17), "total"],
    "tsk_11": [*numbered(11), "total"],
    "leaf_q": ["injury", "gut", "menstrual", "total"],
    "reds_cat2": ["colour", "assessor", "date"],
    "ostrc_o2": [*numbered(4), "region", "problem", "total"],
    "ostrc_h2": [*numbered(4), "region", "problem", "total"],
    "pgi_s": ["i1"],
    "pgi_i": ["i1"],
    "g_change": ["i1"],
    "uwri": [*numbered(9), "total"],
}
PREVIOUS = {"exercises", "green_twice", "psfs_items", *INSTRUMENTS}
SETTINGS = {
    "name",
    "address",
    "phone",
    "emergency_number",
    "out_of_hours",
    "crisis_line",
    "paper",
    "strict_pain",
    "lock_minutes",
    "retention_years",
    "retention_child_age",
}


def read(lines):
    """A table as {field: answers}."""
    pairs = [line.strip().partition(": ") for line in lines.strip().splitlines()]
    return {field: answers for fields, _, answers in pairs for field in fields.split()}


def written(question: Question):
    """What a question takes, in the words of the tables above."""
    if question.kind in {"number", "scale", "seconds"}:
        low, high = question.range
        return f"{low:g}..{high:g}" + (f" by {question.step:g}" if question.step else "")
    options = " ".join(str(option.value) for option in question.options)
    columns = ", ".join(f"{column.id} {written(column)}" for column in question.columns)
    if question.kind == "left_right":
        return (f"{written(question.each)} or " if question.plain else "") + f"L/R {written(question.each)}"
    if question.kind == "grid":
        return f"by {options}: {written(question.each) if question.each else columns}"
    return {
        "yes_no": "yes/no",
        "choice": f"one of {options}",
        "several": f"any of {options}",
        "births": f"list of {written(question.each) if question.each else ''}",
        "records": f"list of {columns}",
    }.get(question.kind, question.kind)


def expected(form_id):
    table = read(FORMS[form_id])
    symptoms = read(SYMPTOMS)
    for test in TESTS.get(form_id, ()):
        table |= {field.format(test=test): answers for field, answers in symptoms.items()}
        table[f"{test}_retest"] = table[test]
    return table


@pytest.mark.parametrize("form_id", FORMS)
def test_every_field_and_its_answers(form_id):
    found = {each.id: written(each) for each in catalogue.form(form_id).question}
    assert found == expected(form_id)


def test_every_form_is_there_and_no_other():
    assert set(catalogue.ids()) == {*FORMS, *INSTRUMENTS, "previous", "clinic"}


@pytest.mark.parametrize("form_id", INSTRUMENTS)
def test_every_field_of_an_instrument(form_id):
    assert {each.id for each in catalogue.form(form_id).question} == set(INSTRUMENTS[form_id])


def test_the_fields_of_an_earlier_visit_and_of_the_clinic():
    assert {each.id for each in catalogue.form("previous").question} == PREVIOUS
    assert {each.id for each in catalogue.form("clinic").question} == SETTINGS


REQUIRED_HISTORY = """
    H01 H02 H04 H06 H11 H12 H13 H17 H18 H22_now H22_worst H23 H25_gas H25_liquid H25_solid H29 H30 H35 H36
    H39_years H39_level H40_ran H40_leaked_before H40_leaked_pregnancy H41_runs H41_total H41_longest_30d
    H41_unit H42_last_run H42_longest_min H42_longest_date H48_hours H48_broken H50_eats H50_weight_loss
    H50_periods_stopped H50_bone_injury H50_often_ill H51 H54_video H54_share H54_exam H55_leak H55_heaviness
    H55_pelvic_pain H56
"""


def test_what_the_history_requires():
    assert {each.id for each in catalogue.form("history").question if each.required} == set(
        REQUIRED_HISTORY.split()
    )


def test_what_the_safety_screen_requires():
    required = {each.id for each in catalogue.form("safety").question if each.required}
    sub_answers = {
        each for each in expected("safety") if re.fullmatch(r"RF\d\d_(?!ref|clo|temp|pul|sys|dia).*", each)
    }
    asked = {f"RF{number:02}" for number in range(1, 32)} - {"RF26"}
    assert required == asked | sub_answers | {"S1_danger"}


def test_private_questions_and_their_records_stay_private():
    private = {each.id.split("_")[0] for each in catalogue.form("safety").question if each.private}
    assert private == {"RF24", "RF25", "RF26", "S1"}
    assert all(
        each.private for each in catalogue.form("safety").question if each.card in {"RF24", "RF25", "RF26"}
    )


CRITERIA = {
    "LT01": 30,
    "LT02": 10,
    "LT03": 10,
    "LT04": 60,
    "LT05": 10,
    "LT06": 10,
    "LT07": 10,
    "ST01": 20,
    "ST02": 20,
    "ST03": 20,
    "ST04": 20,
}


def test_every_test_has_its_criterion_protocol_and_source():
    questions = [*catalogue.form("load_tests").question, *catalogue.form("strength").question]
    tests = {each.id: each for each in questions if each.id in CRITERIA}
    assert {name: each.criterion for name, each in tests.items()} == CRITERIA
    assert all(each.protocol and "Goom 2019" in each.source for each in tests.values())


def test_every_flag_has_a_note_and_a_source():
    flagged = [each for each in catalogue.form("safety").question if each.flag]
    assert len(flagged) == 32
    assert all(each.note and each.source and each.short for each in flagged)


def test_every_question_reads_like_a_sentence_of_ours():
    for form in catalogue.forms().values():
        for question in form.question:
            for words in (question.text, question.again, *(option.text for option in question.options)):
                assert words == words.strip(), question.id
                assert "{" not in words, question.id
            assert question.text, question.id


def test_the_parts_of_a_visit_name_forms_and_cards_that_exist():
    visit = resources.decode("visit.toml", Content)
    assert [part.id for part in visit.part] == [
        "safety",
        "history",
        "questionnaires",
        "pelvic_floor",
        "strength",
        "impact",
        "gait",
        "readiness",
        "plan",
        "print",
        "sign",
    ]
    for part in visit.part:
        assert set(part.forms) <= set(catalogue.ids())
        for form_id, cards in part.cards.items():
            assert form_id in part.forms
            assert set(cards) <= {each.card or each.id for each in catalogue.form(form_id).question}


def test_the_cards_of_the_load_tests_are_shared_out_between_two_parts():
    parts = [part for part in resources.decode("visit.toml", Content).part if "load_tests" in part.cards]
    shared = [card for part in parts for card in part.cards["load_tests"]]
    every = {each.card or each.id for each in catalogue.form("load_tests").question}
    assert len(shared) == len(set(shared))
    assert set(shared) == every
