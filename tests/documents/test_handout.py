"""Exercises alone and the diary alone: what they hold, that no finding is there, when they are refused."""

import io
from dataclasses import replace

import pypdf
import pytest

from runclinic.documents.handout import exercise_handout, symptom_diary
from runclinic.documents.plan import TakeHome
from runclinic.plan import texts
from runclinic.plan.edits import Edits, apply
from runclinic.plan.her_words import exercise_in
from runclinic.refused import Refused
from runclinic.words import Words
from tests.documents.conftest import CLINIC, example

ENGLISH = Words("en")


def asked(name="c4", **changes):
    read, assessment = example(name)
    edited = apply(assessment.plan, Edits())
    made = TakeHome(assessment, edited, read.client, CLINIC, read.visit_date, "Marta Okafor")
    return replace(made, **changes)


def pages(pdf):
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def squeezed(words):
    return "".join(words.split())


@pytest.mark.parametrize("name", ["c2", "c4", "c7"])
def test_every_card_of_the_plan_is_on_the_handout_with_its_steps_and_when_to_stop(name):
    said = squeezed(" ".join(pages(exercise_handout(asked(name)))))
    for number, each in enumerate(asked(name).plan.exercises, 1):
        assert squeezed(f"{number}. {each.name}") in said
        assert all(squeezed(step) in said for step in each.exercise.steps)
    assert squeezed("Ring 112 now if:") in said
    assert squeezed("call us on 555 0142 if:") in said


def test_only_the_chosen_exercises_are_there_with_the_numbers_of_the_plan():
    plan = asked().plan
    third, fifth = plan.exercises[2], plan.exercises[4]
    said = " ".join(pages(exercise_handout(asked(), [fifth.id, third.id])))
    assert f"3. {third.name}" in said
    assert f"5. {fifth.name}" in said
    assert f"1. {plan.exercises[0].name}" not in said
    assert said.count("Breath:") == 2


@pytest.mark.parametrize("make", [exercise_handout, symptom_diary])
@pytest.mark.parametrize("name", ["c3", "c4", "c8"])
def test_no_finding_is_on_either(make, name):
    whole = squeezed(" ".join(pages(make(asked(name)))))
    plan = asked(name).plan
    for found in texts.found(plan.findings, plan.gait_flags, plan.weak_side, ENGLISH):
        assert squeezed(found) not in whole
    assert squeezed("What we found") not in whole


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_diary_holds_the_rules_and_two_pages_of_lines(paper):
    first, second = pages(symptom_diary(asked(), paper=paper))
    for words in ("Two reds in two weeks: call us.", "Ring 112 now if:", "See a doctor today if:"):
        assert words in first
    for page in (first, second):
        assert "next morning" in page
        assert "Tick after each session" in page


def test_a_leak_that_was_agreed_on_is_green_in_the_diary_too():
    managed = asked()
    managed = replace(managed, edited=replace(managed.edited, plan=replace(managed.plan, managed=True)))
    assert "no more than we agreed" in pages(symptom_diary(managed))[0]
    assert "no more than we agreed" not in pages(symptom_diary(asked()))[0]


@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_both_are_in_her_language(language):
    words = Words(language)
    handout = squeezed(" ".join(pages(exercise_handout(asked(), language=language))))
    for each in asked().plan.exercises:
        assert squeezed(exercise_in(each.exercise, words).name) in handout
    diary = pages(symptom_diary(asked(), language=language))[0]
    assert words.say("plan.diary") in diary
    assert "Not yet reviewed by a clinician" in diary


@pytest.mark.parametrize("make", [exercise_handout, symptom_diary])
def test_large_print_and_the_same_bytes(make):
    assert make(asked()) == make(asked())
    assert len(pages(make(asked(), large=True))) > len(pages(make(asked())))


@pytest.mark.parametrize("make", [exercise_handout, symptom_diary])
def test_without_a_phone_it_is_refused_and_says_where_to_set_it(make):
    with pytest.raises(Refused, match=r"phone number is not set.*Open Settings"):
        make(asked(clinic={**CLINIC, "phone": " "}))


@pytest.mark.parametrize("make", [exercise_handout, symptom_diary])
def test_while_something_needs_a_doctor_first_it_is_refused(make):
    stopped = asked()
    stopped = replace(stopped, edited=replace(stopped.edited, plan=replace(stopped.plan, phase=None)))
    with pytest.raises(Refused, match="needs a doctor first"):
        make(stopped)


def test_without_a_chosen_exercise_it_is_refused():
    with pytest.raises(Refused, match="No exercise is chosen"):
        exercise_handout(asked(), [])
