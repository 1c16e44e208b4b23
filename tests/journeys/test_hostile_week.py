"""A hostile week in small, with kills; and what its proof would find: a lost answer, a wrong plan."""

import shutil
import sys

import pytest

from runclinic import records
from runclinic.records.keys import FLOOR
from tests.journeys import hostile_proof, hostile_week
from tests.journeys.hostile_week import PEOPLE, TRIALS, hostile, trials_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9, a full disk and /proc as here")


def said(week, proof):
    return "\n".join(hostile_week.lines("week", week, proof))


@pytest.fixture(scope="module")
def small(qapp, tmp_path_factory):
    """Three visits, a part of their answers, killed once; what it left, and where."""
    folder = tmp_path_factory.mktemp("hostile")
    week, proof = hostile(folder, 3, 1, kills=1, share=0.15)
    week.home = folder / "home" if (folder / "home").is_dir() else week.home
    return week, proof, folder


@pytest.mark.storm
def test_three_hostile_visits_lose_nothing(small):
    week, proof, _ = small
    assert proof.whole, said(week, proof)
    assert not week.broken, said(week, proof)
    assert week.counts["done"] == 3
    assert week.counts["killed"] == 1
    assert proof.answers > 50
    assert proof.plans >= 1
    assert proof.clock_back >= 1
    assert all(week.counts[f"trial {trial}"] for trial in TRIALS)


def test_the_proof_finds_an_answer_that_is_not_there(small):
    week, _, folder = small
    visit, key, value = week.told[0]
    week.told.append((visit, key, "never recorded"))
    try:
        proof = hostile_proof.prove(week.home, PEOPLE, week, folder / "nowhere")
    finally:
        week.told.pop()
    assert proof.lost == [f"lost: {visit} {key} = 'never recorded'"]
    assert value != "never recorded"


def test_the_proof_finds_a_plan_that_says_something_else(small, tmp_path):
    week, _, _ = small
    home = tmp_path / "home"
    shutil.copytree(week.home, home)
    ((who, _), *_) = [each for each in records.therapists(home) if each[1] == "Marta Okafor"]
    with records.unlock(home, who, PEOPLE["Marta Okafor"], floor=FLOOR) as store:
        visits = [row for client in store.clients.recent(50) for row in store.visits.of(client.id)]
        given = [document for row in visits for document in store.documents.of(row.id)]
        other = next(row.id for row in visits if row.id != given[0].visit_id)
        pdf = store.documents.read(given[0].id)
        store.documents.keep(other, "plan", "another.pdf", pdf)
        proof = hostile_proof.Proof()
        hostile_proof.look_at_papers(store, week, proof)
    assert len(proof.wrong_plans) == 1
    assert "another.pdf" in proof.wrong_plans[0]


def test_the_proof_finds_what_the_program_did_not_expect(tmp_path):
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "screen.log").write_text(
        '{"what": "KeyError", "where": "here"}\n{"qt": "no such slot"}\nhal'
    )
    proof = hostile_proof.Proof()
    hostile_proof.look_at_log(tmp_path, proof)
    assert (proof.exceptions, proof.qt) == (["here"], ["no such slot"])


def test_three_visits_meet_every_trial():
    for seed in range(20):
        met = trials_of(3, seed).values()
        assert {trial for visit in met for trial in visit} == set(TRIALS)
