import pytest

from runclinic import resources
from runclinic.plan import ladder
from runclinic.plan.ladder import level, levels
from runclinic.refused import Refused

AFTER = "Walk 5 minutes. Run so that you can talk."


@pytest.mark.parametrize(
    "number, repeats, run, walk, run_total, session",
    [
        (0, 1, 0, 30, 0, 30),
        (1, 8, 0.5, 2, 4, 20),
        (2, 8, 1, 1.5, 8, 20),
        (3, 10, 1, 1, 10, 20),
        (4, 7, 2, 1, 14, 21),
        (5, 5, 3, 1, 15, 20),
        (6, 5, 4, 1, 20, 25),
        (7, 4, 5, 1, 20, 24),
        (8, 3, 7, 1, 21, 24),
        (9, 3, 8, 1, 24, 27),
        (10, 2, 12, 1, 24, 26),
        (11, 2, 15, 1, 30, 32),
        (12, 1, 30, 0, 30, 30),
    ],
)
def test_the_levels(number, repeats, run, walk, run_total, session):
    its = level(number)
    assert (its.repeats, its.run, its.walk) == (repeats, run, walk)
    assert (its.run_minutes, its.session_minutes) == (run_total, session)


def test_there_are_thirteen_and_running_grows():
    assert [each.number for each in levels()] == list(range(13))
    totals = [each.run_minutes for each in levels()]
    assert totals == sorted(totals)


def test_a_level_that_is_not_there_is_refused():
    with pytest.raises(Refused, match="no level 13"):
        level(13)


@pytest.mark.parametrize(
    "number, text, sentence",
    [
        (0, "walk 30 min", "walk 30 minutes so that you can talk. No running yet."),
        (
            1,
            "8 × (run 30 s, walk 2 min)",
            f"walk 5 minutes. Then 8 times: run 30 seconds, walk 2 minutes. {AFTER}",
        ),
        (
            2,
            "8 × (run 1 min, walk 1.5 min)",
            f"walk 5 minutes. Then 8 times: run 1 minute, walk 1.5 minutes. {AFTER}",
        ),
        (12, "run 30 min", "walk 5 minutes. Then run 30 minutes. Walk 5 minutes. Run so that you can talk."),
    ],
)
def test_a_level_in_words(number, text, sentence, words):
    assert level(number).say(words) == text
    assert level(number).sentence(words) == sentence


def test_levels_out_of_order_are_refused(monkeypatch):
    read = ladder.ladders()
    upside_down = read.walk_run.level[::-1]
    import msgspec

    turned = msgspec.structs.replace(read, walk_run=msgspec.structs.replace(read.walk_run, level=upside_down))
    monkeypatch.setattr(resources, "decode", lambda *_: turned)
    ladder.ladders.cache_clear()
    with pytest.raises(Refused, match="in order"):
        ladder.ladders()
    ladder.ladders.cache_clear()
