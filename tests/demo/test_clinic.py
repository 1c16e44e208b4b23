"""The sample clinic: every outcome, a trend, visits signed, amended and open, all as the records want it."""

from datetime import date, timedelta

import pytest

from runclinic.demo import clinic
from runclinic.demo.histories import AMENDED, HISTORIES
from runclinic.forms import catalogue
from runclinic.forms.answers import refuse_wrong
from runclinic.readiness.criterion import OUTCOMES
from runclinic.records.keys import FLOOR
from runclinic.ui.open_visit import OpenVisit
from runclinic.visit import trends

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def store(qapp, tmp_path_factory):
    home = tmp_path_factory.mktemp("sample") / "clinic"
    with clinic.make(home, today=TODAY, cost=FLOOR) as made:
        yield made


@pytest.fixture(scope="module")
def visits(store):
    return [
        OpenVisit(store, client, row)
        for client in store.clients.recent(10)
        for row in store.visits.of(client.id)
    ]


def test_six_clients_show_every_outcome(store, visits):
    assert len(store.clients.recent(10)) == len(HISTORIES) == 6
    last = {visit.client.id: visit.assessment().outcome for visit in visits}
    assert sorted(last.values()) == sorted(OUTCOMES)


def test_every_answer_is_possible(visits):
    for visit in visits:
        for key, value in visit.answers().items():
            refuse_wrong(catalogue.question(key), value, key)


def test_all_are_signed_but_the_one_to_carry_on(store, visits):
    _, todays = clinic.todays(store)
    assert {visit.visit.id for visit in visits if visit.visit.state == "draft"} == {todays.id}
    assert todays.date == TODAY
    (amended,) = [visit for visit in visits if store.amendments.of(visit.visit.id)]
    assert amended.stands(AMENDED[0]) == AMENDED[1]
    assert store.signing.of(amended.visit.id).record["entries"] != []


def test_the_records_are_as_they_were_written(store):
    assert store.verify() == ()
    assert store.signing.faults() == ()
    assert all(row.action != "clock_back" for row in store.access.recent())


def test_a_visit_was_recorded_on_its_day(store, visits):
    for visit in visits:
        assert {entry.when[:10] for entry in store.visits.entries(visit.visit.id)} == {visit.day.isoformat()}


def test_a_plan_lies_with_every_signed_visit_that_allows_one(store, visits):
    given = {visit.visit.id: len(store.documents.of(visit.visit.id)) for visit in visits}
    for visit in visits:
        allowed = visit.visit.state == "signed" and visit.assessment().outcome != "O0"
        assert given[visit.visit.id] == int(allowed)


def test_her_leak_score_falls_by_more_than_its_error(store, visits):
    client, _ = clinic.todays(store)
    hers = [trends.Visited(v.day, v.answers(), v.facts()) for v in visits if v.client.id == client.id]
    trend = trends.of_instrument("iciq_ui_sf", hers)
    assert [score.value for _, score in trend.points] == [14, 9, 6]
    assert (trend.change.delta, trend.change.verdict) == (-3, "better")


def test_the_births_stay_and_the_runs_move(store):
    hanna = HISTORIES[0]
    births = {clinic.answers_of(hanna, visit, TODAY)[clinic.BORN] for visit in hanna.visits}
    assert births == {(TODAY - timedelta(weeks=20)).isoformat()}
    claire = HISTORIES[2]
    last_runs = [clinic.answers_of(claire, visit, TODAY)["history/H42_last_run"] for visit in claire.visits]
    assert len(set(last_runs)) == 3
