"""Scoring a film against marks of a part of it: what is off, missed, invented, and the bars of each rate."""

from dataclasses import replace

import pytest

from runclinic.bench import marked_film, run
from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.gait.contacts import KINDS, Event
from runclinic.refused import Refused

RUN = drawn(RUNNERS[0], 60, seconds=5)
ALL = tuple(Event(one.frame, one.frame / 60, one.side, one.kind) for one in RUN.truth)
MARKED = tuple(one for one in ALL if 60 <= one.frame <= 200)


def later(events, frames):
    return tuple(replace(one, frame=one.frame + frames, time_s=one.time_s + frames / 60) for one in events)


def test_contacts_outside_the_marked_part_are_not_invented():
    score, seen = marked_film.scored(ALL, MARKED)
    assert (score.missed, score.invented, score.cadence_off) == (0, 0, [0.0])
    assert sorted(one.frame for one in seen) == sorted(one.frame for one in MARKED)
    assert {off for kind in KINDS for off in score.frames[kind]} == {0}


def test_what_is_late_missing_or_invented_is_counted():
    late, _ = marked_film.scored(later(ALL, 2), MARKED)
    assert set(late.frames[KINDS[0]]) == {2}
    assert late.ms[KINDS[1]] == pytest.approx([1000 * 2 / 60] * len(late.ms[KINDS[1]]))
    assert marked_film.scored([one for one in ALL if one != MARKED[3]], MARKED)[0].missed == 1
    extra = replace(MARKED[3], frame=MARKED[3].frame + 12, time_s=MARKED[3].time_s + 0.2)
    assert marked_film.scored([*ALL, extra], MARKED)[0].invented == 1
    nothing, _ = marked_film.scored((), MARKED)
    assert (nothing.missed, nothing.cadence_off) == (len(MARKED), [100.0])


@pytest.mark.parametrize("fps, near, toe_off", [(30, 1, 15), (59.94, 1, 30), (120, 1, 30), (300, 10, 40)])
def test_the_bars_of_each_rate(fps, near, toe_off):
    bars = marked_film.bars_for(fps)
    assert (bars.near, bars.beyond[KINDS[1]][0]) == (near, toe_off)


def test_files_that_cannot_be_marks_are_refused(tmp_path):
    wrong = tmp_path / "marks.json"
    wrong.write_text("not JSON")
    with pytest.raises(Refused, match="cannot be read as JSON"):
        list(marked_film.against_marks(tmp_path / "none.mp4", wrong))
    wrong.write_text('{"view": "above", "events": []}')
    with pytest.raises(Refused, match="view “above”"):
        list(marked_film.against_marks(tmp_path / "none.mp4", wrong))
    with pytest.raises(Refused, match="no film"):
        run("angles", film=(tmp_path / "none.mp4", wrong))
