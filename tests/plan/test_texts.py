import pytest

from runclinic.forms.flags import OpenFlag
from runclinic.plan import build, texts
from runclinic.plan.content import content
from tests.plan.known import a_rule, facts, rules

ALWAYS = set(texts.ALWAYS)
FINDINGS = tuple(dict.fromkeys(code for row in content().row for code in row.findings))


def said(outcome, findings=(), **known):
    return set(build(outcome, findings, facts(**known)).texts)


@pytest.mark.parametrize(
    "text, findings, holds",
    [
        ("T-INTRO", ("F-LEAK-S",), True),
        ("T-INTRO", ("F-LEAK-U",), True),
        ("T-INTRO", ("F-HEAVY",), True),
        ("T-INTRO", ("F-HIP",), False),
        ("T-TIMING", ("F-LEAK-R",), True),
        ("T-TIMING", ("F-LEAK-R", "F-WEAK"), False),
        ("T-TIMING", ("F-LEAK-R", "F-TIGHT"), False),
        ("T-TIMING", ("F-LEAK-U",), False),
        ("T-TIGHT", ("F-TIGHT",), True),
        ("T-TIGHT", (), False),
        ("T-HEAVY", ("F-HEAVY",), True),
        ("T-MENO", ("F-MENO",), True),
        ("T-PF", (), True),
        ("T-PF", ("F-TIGHT",), False),
        ("T-KNACK", ("F-LEAK-S",), True),
        ("T-KNACK", ("F-LEAK-S", "F-TIGHT"), False),
        ("T-KNACK", (), False),
        ("T-FOOD", ("F-ENERGY",), True),
        ("T-FOOD", ("F-SLEEP",), False),
        ("T-SLEEP", ("F-SLEEP",), True),
        ("T-BLADDER", ("F-LEAK-U",), True),
        ("T-BOWEL", ("F-BOWEL",), True),
        ("P-PROOF", ("F-FEAR",), True),
        ("P-PROOF", (), False),
    ],
)
def test_which_texts_a_finding_calls_for(text, findings, holds):
    assert (text in said("O4", findings)) == holds


@pytest.mark.parametrize("outcome", ["O1", "O2", "O3", "O4", "O5"])
def test_what_every_plan_says(outcome):
    assert said(outcome) >= ALWAYS
    assert ("T-NOTYET" in said(outcome)) == (outcome < "O4")
    assert ("T-RUN" in said(outcome)) == (outcome >= "O4")
    assert "T-EX" in said(outcome)


def test_no_plan_no_texts():
    assert said("O0", ("F-HEAVY",)) == set()


def test_a_run_on_hold_says_nothing_of_running():
    assert "T-RUN" not in said("O4", answers={"diary/hold": "yes"})


@pytest.mark.parametrize(
    "text, known, holds",
    [
        ("T-BUGGY", {"weeks_pp": 20}, True),
        ("T-BUGGY", {"weeks_pp": "n/a"}, False),
        ("T-BUGGY", {"weeks_pp": 20, "answers": {"history/H10": [["blood_loss"], ["baby_loss"]]}}, False),
        ("T-BUGGY", {"weeks_pp": 20, "answers": {"history/H10": [["blood_loss"]]}}, True),
        ("T-FEED", {"weeks_pp": 20, "answers": {"history/H12": "mixed"}}, True),
        ("T-FEED", {"weeks_pp": 20, "answers": {"history/H12": "stopped"}}, False),
        (
            "T-FEED",
            {"weeks_pp": 20, "answers": {"history/H12": "exclusive", "history/H10": [["baby_loss"]]}},
            False,
        ),
        ("T-PESSARY", {"answers": {"history/H34": "cube", "history/H34_running": "yes"}}, True),
        ("T-PESSARY", {"answers": {"history/H34": "cube", "history/H34_running": "no"}}, False),
        ("P-SCAR", {"weeks_pp": 6, "answers": {"abdominal_wall/scar_csection_healed": "yes"}}, True),
        ("P-SCAR", {"weeks_pp": 5, "answers": {"abdominal_wall/scar_csection_healed": "yes"}}, False),
        ("P-SCAR", {"weeks_pp": 20, "answers": {"abdominal_wall/scar_csection_healed": "no"}}, False),
        ("P-SCAR", {"weeks_pp": "n/a", "answers": {"abdominal_wall/scar_perineum_healed": "yes"}}, True),
        ("P-SCAR", {}, False),
    ],
)
def test_which_texts_her_history_calls_for(text, known, holds):
    assert (text in said("O3", ("F-SCAR",), **known)) == holds


def test_texts_stand_in_reading_order():
    plan = build("O4", FINDINGS, facts(weeks_pp=20))
    assert plan.texts == tuple(each for each in texts.TEXTS if each in plan.texts)


@pytest.mark.parametrize(
    "findings, known, short",
    [
        ((), {}, False),
        (("F-PGP",), {}, True),
        (("F-BONE",), {}, True),
        ((), {"criteria": rules(a_rule("R11", "not_met", "caution", "O3"))}, True),
        ((), {"criteria": rules(a_rule("R12", "not_met", "caution", "O4"))}, True),
        ((), {"flags": (OpenFlag("RF16", "A3h", "", ""),)}, True),
    ],
)
def test_running_is_not_cleared_of_pain(findings, known, short):
    assert build("O2", findings, facts(**known)).short_intro == short


# --------------------------------------------------------------------------------- found and strong
@pytest.mark.parametrize(
    "findings, flags, side, phrases",
    [
        ((), (), "", []),
        (
            ("F-LEAK-S", "F-LEAK-R", "F-COORD", "F-HIP", "F-CALF", "F-ASYM"),
            (),
            "left",
            [
                "you leak when pressure is sudden",
                "you leak when you run",
                "the lift comes a moment too late",
                "your hip muscles tire",
            ],
        ),
        (("F-ASYM",), (), "left", ["the left leg does less"]),
        (("F-ASYM",), (), "", []),
        (("F-STRIDE",), ("bounce", "overstride"), "", ["your steps are long", "you bounce high"]),
        (("F-STRIDE",), ("drop",), "", ["your hips drop"]),
    ],
)
def test_what_we_found_in_plain_words(findings, flags, side, phrases, words):
    assert texts.found(findings, flags, side, words) == tuple(phrases)


def test_every_finding_has_a_phrase(words):
    for code in FINDINGS:
        assert texts.found((code,), ("drop",), "right", words), code


@pytest.mark.parametrize(
    "findings, criteria, keys",
    [
        ((), (), ("R20", "R08")),
        (("F-ENDUR",), (a_rule("R20", "not_met", "info"),), ("R08", "R21")),
        ((), (a_rule("R20", "not_met", "info"),), ("R18", "R08")),
        ((), (a_rule("R18", "not_tested", "info"),), ("R08", "R21")),
        ((), (a_rule("R08", "met", "caution", grade="with_cue"),), ("R20", "R08_with_cue")),
        (("F-IMPACT", "F-WEAK", "F-COORD"), (), ("R16", "R14")),
        (FINDINGS, (), ("R31", "R13")),
    ],
)
def test_what_is_already_strong(findings, criteria, keys, words):
    found = texts.strong(findings, facts(rules(*criteria)))
    assert found == keys
    assert all(words.say(f"strong.{key}") for key in texts.STRONG_KEYS)


@pytest.mark.parametrize(
    "outcome, criteria, first",
    [
        ("O2", (a_rule("R13", "not_tested", "block", "O2"), a_rule("R14", "not_met", "block", "O2")), "R14"),
        ("O2", (a_rule("R13", "not_tested", "block", "O2"),), "R13"),
        ("O3", (a_rule("R11", "not_met", "caution", "O3"),), "other"),
        ("O2", (a_rule("R01", "not_met", "block", "O2", printed=False),), "other"),
        ("O1", (), "other"),
    ],
)
def test_what_comes_first(outcome, criteria, first, words):
    assert texts.first_reason(outcome, criteria) == first
    reason = texts.say_first_reason(first, words)
    assert reason == words.say(f"not_yet.{first}")
    assert words.say("text.T-NOTYET", reason=reason).startswith("Not yet does not mean no. It means: first ")


def test_a_rule_without_a_phrase_says_some_groundwork(words):
    assert texts.say_first_reason("R99", words) == "some more groundwork"


@pytest.mark.parametrize(
    "text, name, seen, do",
    [
        (
            "T-GREEN",
            "GREEN",
            "No leak, no heavy feeling, pain 0 to 2, and all back to normal by the next morning.",
            "Go on. After two green sessions move up one level.",
        ),
        (
            "T-AMBER",
            "AMBER",
            "A few drops, a bit heavy, or pain 3 to 4, gone by the next morning.",
            "Walk until it stops. Do the same level again. Two ambers in a row: go back one level.",
        ),
    ],
)
def test_a_rule_of_the_traffic_light_in_parts(text, name, seen, do, words):
    assert texts.traffic(words.say(f"text.{text}")) == (name, seen, do)


def test_red_in_parts(words):
    name, seen, do = texts.traffic(words.say("text.T-RED"))
    assert name == "RED"
    assert seen.startswith("Damp or wet, any stool, a bulge")
    assert do.startswith("Stop. Walk home slowly")
    assert do.endswith("call us.")
