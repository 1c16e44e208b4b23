"""Instruments scored: every worked row of CLINICAL 3.3, missing items, ends, and what scoring never does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from runclinic.forms import catalogue, score, scoring
from runclinic.forms.scoring import change, earlier_score
from runclinic.measured import shown
from runclinic.refused import Refused
from tests.laws import LAW

OPEN = None  # an item without an answer


def items(instrument, values, names=None):
    """Answers by item; an open item is left out."""
    names = names or [f"i{place}" for place in range(1, len(values) + 1)]
    return {
        f"{instrument}/{name}": value for name, value in zip(names, values, strict=True) if value is not OPEN
    }


def parts_of(found):
    return tuple(found.parts.values())


def printed(*values):
    """One decimal, half away from zero."""
    return tuple(None if value is None else shown(value, 1) for value in values)


@pytest.mark.parametrize(
    "values, value, band, missing",
    [([3, 2, 5], 10, "moderate", 0), ([0, 0, 0], 0, "none", 0), ([4, OPEN, 6], None, None, 1)],
)
def test_iciq_ui_sf(values, value, band, missing):
    found = score("iciq_ui_sf", items("iciq_ui_sf", values))
    assert (found.value, found.band, found.missing) == (value, band, missing)


@pytest.mark.parametrize(
    "total, band",
    [
        (0, "none"),
        (1, "slight"),
        (5, "slight"),
        (6, "moderate"),
        (12, "moderate"),
        (13, "severe"),
        (18, "severe"),
        (19, "very severe"),
        (21, "very severe"),
    ],
)
def test_bands_of_iciq_ui_sf_by_total(total, band):
    assert score("iciq_ui_sf", {"iciq_ui_sf/total": total}).band == band


_ = OPEN
PFDI = [
    ([3, 2, 0, 0, 1, 4], [0] * 8, [2, 3, 4, 0, 0, 1], (41.7, 0.0, 41.7), 83.3),
    ([2, _, 1, 0, _, 0], [_, _, _, _, 0, 1, 2, 0], [4, 4, 4, _, 2, 3], (18.8, 18.8, 85.0), 122.5),
    ([2, _, 1, 0, _, 0], [_, _, _, _, _, 1, 2, 0], [4, 4, 4, _, 2, 3], (18.8, None, 85.0), None),
]


@pytest.mark.parametrize("pop, cra, udi, parts, total", PFDI)
def test_pfdi_20(pop, cra, udi, parts, total):
    found = score("pfdi_20", items("pfdi_20", [*pop, *cra, *udi]))
    assert printed(*parts_of(found)) == printed(*parts)
    assert printed(found.value) == printed(total)


PFIQ = [
    ([1, 2, 0, 3, 1, 0, 0], [0] * 7, [1, 1, 1, 1, 0, 0, 0], (33.3, 0.0, 19.0), 52.4),
    ([3] * 7, [3] * 7, [3] * 7, (100.0, 100.0, 100.0), 300.0),
    ([1, _, 2, 2, _, 1, 0], [0] * 7, [_, _, _, _, 1, 1, 1], (40.0, 0.0, None), None),
]


@pytest.mark.parametrize("bladder, bowel, vagina, parts, total", PFIQ)
def test_pfiq_7(bladder, bowel, vagina, parts, total):
    names = [f"{letter}{place}" for letter in "ucp" for place in range(1, 8)]
    found = score("pfiq_7", items("pfiq_7", [*bladder, *bowel, *vagina], names))
    assert printed(*parts_of(found)) == printed(*parts)
    assert printed(found.value) == printed(total)


def test_the_highest_pfiq_is_exactly_300():
    names = [f"{letter}{place}" for letter in "ucp" for place in range(1, 8)]
    assert score("pfiq_7", items("pfiq_7", [3] * 21, names)).value == 300


@pytest.mark.parametrize(
    "answers, band, missing",
    [
        ({"i1": "no"}, "no leak", 0),
        ({"i1": "yes", "i3": "a"}, "stress", 0),
        ({"i1": "yes", "i3": "b"}, "urge", 0),
        ({"i1": "yes", "i3": "c"}, "other", 0),
        ({"i1": "yes", "i3": "d"}, "mixed", 0),
        ({"i1": "yes"}, None, 1),
        ({"i2": ["a"]}, None, 2),
        ({"i1": "declined", "i3": "a"}, None, 1),
    ],
)
def test_three_iq(answers, band, missing):
    found = score("three_iq", {f"three_iq/{key}": value for key, value in answers.items()})
    assert (found.value, found.band, found.missing) == (None, band, missing)


NA = "na"
PGQ = [
    ([1] * 10 + [2] * 5 + [0] * 5, [2, 2, 1, 3, 0], (33.3, 53.3), 37.3),
    (
        [3, 2, 2, 1, 1, 0, 0, 0, 1, 1, NA, NA, 2, 2, 3, 1, 0, 0, 0, NA],
        [1, 1, 0, 2, 0],
        (37.3, 26.7),
        34.8,
    ),
    ([1] * 12 + [_] * 8, [1, 1, _, 2, 0], (None, 33.3), None),
]


@pytest.mark.parametrize("activity, symptom, parts, total", PGQ)
def test_pgq(activity, symptom, parts, total):
    found = score("pgq", items("pgq", [*activity, *symptom]))
    assert printed(*parts_of(found)) == printed(*parts)
    assert printed(found.value) == printed(total)


def test_a_pgq_of_which_nothing_applies_has_no_score():
    assert score("pgq", items("pgq", [NA] * 25)).value is None


@pytest.mark.parametrize(
    "positions, value, band, item_10",
    [
        ([2, 2, 3, 2, 3, 3, 4, 3, 4, 4], 7, "low", 0),
        ([3, 3, 1, 3, 2, 2, 2, 2, 2, 3], 20, "likely", 1),
        ([2, 2, 3, 3, 2, _, 3, 3, 3, 4], None, None, 0),
    ],
)
def test_epds(positions, value, band, item_10):
    found = score("epds", items("epds", positions))
    assert (found.value, found.band, found.parts["item_10"]) == (value, band, item_10)


@pytest.mark.parametrize("total, band", [(9, "low"), (10, "possible"), (12, "possible"), (13, "likely")])
def test_bands_of_the_epds(total, band):
    assert score("epds", {"epds/total": total, "epds/item_10": 0}).band == band


@pytest.mark.parametrize(
    "values, value, band, parts, positive",
    [
        ([1, 2, 1, 0], 4, "mild", (3, 1), ("gad_2",)),
        ([3, 3, 2, 2], 10, "severe", (6, 4), ("gad_2", "phq_2")),
        ([1, _, 1, 0], None, None, (None, 1), ()),
    ],
)
def test_phq_4(values, value, band, parts, positive):
    found = score("phq_4", items("phq_4", values))
    assert (found.value, found.band, parts_of(found), found.positive) == (value, band, parts, positive)


@pytest.mark.parametrize(
    "values, parts, value, band",
    [
        ([3, 1, 3, 1, 2, 1, 3, 2, 2, 3, 2], (9, 7, 7), 23, "severe"),
        ([1, 0, 2, 1, 1, 0, 1, 0, 1, 1, 1], (4, 3, 2), 9, "moderate"),
        ([2, 0, 2, 1, 1, 1, 2, 1, _, 2, 2], (6, 5, None), None, None),
    ],
)
def test_mrs(values, parts, value, band):
    found = score("mrs", items("mrs", values))
    assert (parts_of(found), found.value, found.band) == (parts, value, band)


@pytest.mark.parametrize(
    "values, value, band",
    [
        ([2] * 17, 38, "high"),
        ([3, 3, 2, 2, 3, 3, 3, 2, 3, 3, 2, 2, 3, 2, 3, 2, 3], 48, "high"),
        ([2] * 16 + [_], None, None),
        ([1, 1, 1, 4, 1, 1, 1, 4, 1, 1, 1, 4, 1, 1, 1, 4, 1], 17, "not high"),
    ],
)
def test_tsk_17(values, value, band):
    found = score("tsk_17", items("tsk_17", values))
    assert (found.value, found.band) == (value, band)


def test_tsk_17_is_high_above_37_only():
    assert score("tsk_17", {"tsk_17/total": 37}).band == "not high"
    assert score("tsk_17", {"tsk_17/total": 38}).band == "high"


def test_tsk_11():
    assert score("tsk_11", items("tsk_11", [2, 3, 2, 2, 3, 2, 1, 2, 3, 2, 2])).value == 24


@pytest.mark.parametrize("instrument", ["ostrc_o2", "ostrc_h2"])
@pytest.mark.parametrize(
    "values, value, band, missing",
    [
        ([0, _, _, _], 0, "no problem", 0),
        ([8, 8, 8, 8], 32, "problem", 0),
        ([17, 17, 8, 17], 59, "substantial", 0),
        ([17, 8, 17, 8], 50, "substantial", 0),
        ([17, 8, 8, 17], 50, "problem", 0),
        ([25, _, _, _], 100, "substantial", 0),
        ([8, _, 8, 8], None, None, 1),
    ],
)
def test_ostrc(instrument, values, value, band, missing):
    found = score(instrument, items(instrument, values))
    assert (found.value, found.band, found.missing) == (value, band, missing)


@pytest.mark.parametrize(
    "keyed, band",
    [(0, "no problem"), (8, "problem"), (58, "problem"), (59, "substantial"), (100, "substantial")],
)
def test_the_band_of_an_ostrc_total_alone(keyed, band):
    assert score("ostrc_o2", {"ostrc_o2/total": keyed}).band == band


def test_uwri():
    first = score("uwri", items("uwri", [3, 2, 2, 3, 2, 1, 2, 2, 2])).value
    later = score("uwri", items("uwri", [4] * 9)).value
    assert (first, later) == (19, 36)
    assert change("uwri", later, first) == scoring.Change(17, "better")
    assert score("uwri", items("uwri", [1, 0, 1, 1, 0, 0, 0, 1, 0])).value == 4
    assert score("uwri", items("uwri", [1, 0, 1, 1, 0, 0, 0, 1, _])).value is None


@pytest.mark.parametrize(
    "before, now, first, later, delta, verdict",
    [
        ([3, 5, 2], [6, 7, 6], 10 / 3, 19 / 3, 3.0, "better"),
        ([5, 6, 7], [6, 7, 8], 6.0, 7.0, 1.0, "no clear change"),
    ],
)
def test_psfs(before, now, first, later, delta, verdict):
    assert score("psfs", items("psfs", before)).value == pytest.approx(first)
    again = items("psfs", now) | {"previous/psfs_items": before}
    found = score("psfs", again)
    assert found.value == pytest.approx(later)
    seen = change("psfs", found.value, earlier_score("psfs", again))
    assert (seen.delta, seen.verdict) == (pytest.approx(delta), verdict)


def test_psfs_needs_three_activities():
    found = score("psfs", items("psfs", [4, 4]))
    assert (found.value, found.missing) == (None, 1)


def test_psfs_at_a_retest_counts_only_what_was_rated_before():
    again = items("psfs", [6, 6, 6, 0]) | {"previous/psfs_items": [3, 3, 3]}
    assert score("psfs", again).value == 6
    assert earlier_score("psfs", again) == 3


def test_psfs_the_earlier_mean_is_of_what_is_rated_again_also_where_it_is_just_enough():
    again = items("psfs", [6, 6, 6, _]) | {"previous/psfs_items": [2, 3, 4, 9]}
    assert earlier_score("psfs", again) == 3


def test_psfs_with_fewer_than_three_left_has_no_score_and_no_change():
    again = items("psfs", [6, 6, _, 5]) | {"previous/psfs_items": [3, 3, 3]}
    now = score("psfs", again).value
    assert now is None
    assert change("psfs", now, earlier_score("psfs", again)) == scoring.Change(None, None)


@pytest.mark.parametrize(
    "before, now, verdict", [(6, 4, "better"), (3, 2, "no clear change"), (2, 5, "worse")]
)
def test_nprs_change(before, now, verdict):
    found = score("nprs", {"nprs/knee": now})
    assert change("nprs", found.value, before).verdict == verdict


def test_nprs_takes_the_worst_site():
    found = score("nprs", {"nprs/knee": 3, "nprs/foot": 8, "nprs/shin": "declined"})
    assert (found.value, found.band, found.parts) == (8, "severe", {"knee": 3, "foot": 8})


@pytest.mark.parametrize("instrument", ["pgi_i", "g_change"])
@pytest.mark.parametrize(
    "answer, band",
    [
        (1, "better"),
        (2, "better"),
        (3, "a little better"),
        (4, "same"),
        (5, "a little worse"),
        (6, "worse"),
        (7, "worse"),
    ],
)
def test_change_in_her_words(instrument, answer, band):
    assert score(instrument, {f"{instrument}/i1": answer}).band == band


def test_pgi_s_is_its_value():
    assert score("pgi_s", {"pgi_s/i1": 3}).value == 3


@pytest.mark.parametrize(
    "facts, answers, band, valid",
    [
        ({"age": 31}, {}, "at risk", True),
        ({"age": 18}, {"history/H13": "S6"}, "at risk", True),
        ({"age": 39}, {"safety/RF19": "no"}, "at risk", True),
        ({"age": 40}, {}, "not valid", False),
        ({"age": 17}, {}, "not valid", False),
        ({"age": None}, {}, "not valid", False),
        ({"age": 31}, {"safety/RF19": "yes"}, "not valid", False),
        ({"age": 31}, {"history/H12": "mixed"}, "not valid", False),
        ({"age": 31}, {"history/H13": "S3"}, "not valid", False),
    ],
)
def test_leaf_q_is_read_only_where_it_is_valid(facts, answers, band, valid):
    found = score("leaf_q", {"leaf_q/total": 9, **answers}, facts)
    assert (found.value, found.band, found.valid) == (9, band, valid)


def test_leaf_q_below_8_is_no_risk():
    assert score("leaf_q", {"leaf_q/total": 7}, {"age": 30}).band == "not at risk"


def test_three_scores_of_iciq_vs_are_not_added_up():
    found = score("iciq_vs", {"iciq_vs/vaginal": 20, "iciq_vs/sexual": 30, "iciq_vs/qol": 5})
    assert (found.value, found.parts) == (None, {"vaginal": 20, "sexual": 30, "qol": 5})


def test_the_colour_of_reds_is_its_band():
    found = score("reds_cat2", {"reds_cat2/colour": "orange"})
    assert (found.value, found.band) == (None, "orange")


KEYED = [
    ("pfdi_20", {"popdi_6": 20, "cradi_8": 30.5, "udi_6": 40}, 90.5),
    ("pfdi_20", {"popdi_6": 20, "cradi_8": 30.5}, None),
    ("pfiq_7", {"uiq_7": 10, "craiq_7": 0, "popiq_7": 5}, 15),
    ("pgq", {"activity": 40, "symptom": 20, "total": 36}, 36),
    ("phq_4", {"gad_2": 2, "phq_2": 4}, 6),
    ("mrs", {"somatic": 8, "psychological": 4, "urogenital": 3}, 15),
]


@pytest.mark.parametrize("instrument, totals, value", KEYED)
def test_totals_can_be_keyed_instead(instrument, totals, value):
    answers = {f"{instrument}/{name}": total for name, total in totals.items()}
    found = score(instrument, answers)
    assert (found.value, found.missing) == (value, 0)
    assert {name: part for name, part in found.parts.items() if part is not None} == {
        name: total for name, total in totals.items() if name != "total"
    }


def test_totals_are_ignored_once_an_item_is_given():
    found = score("iciq_ui_sf", {"iciq_ui_sf/i1": 1, "iciq_ui_sf/total": 12})
    assert (found.value, found.missing) == (None, 2)


def test_a_declined_item_is_missing():
    assert score("iciq_ui_sf", items("iciq_ui_sf", [3, "declined", 5])).missing == 1


def test_answers_may_be_named_without_the_form():
    assert score("iciq_ui_sf", {"i1": 3, "i2": 2, "i3": 5}).value == 10


def test_an_unknown_instrument_is_refused_with_the_nearest():
    with pytest.raises(Refused, match="iciq_ui_sf"):
        score("iciq_ui", {})


def test_a_form_without_a_score_is_refused():
    with pytest.raises(Refused, match="without a score"):
        score("history", {})


@pytest.mark.parametrize(
    "change,said",
    [
        ({"method": "guess"}, "no scoring method “guess”"),
        ({"items": ("i1", "i9")}, "“i9”, which is not asked"),
    ],
)
def test_a_file_that_names_what_is_not_there_is_refused(change, said, monkeypatch):
    form = catalogue.form("pgi_s")
    wrong = structs.replace(form, score=structs.replace(form.score, **change))
    monkeypatch.setattr(scoring.catalogue, "form", lambda _: wrong)
    scoring.scoring_of.cache_clear()
    with pytest.raises(Refused, match=said):
        scoring.scoring_of("pgi_s")


MCID = {
    "iciq_ui_sf": 3,
    "pfdi_20": 24,
    "pfiq_7": 36,
    "pgq": 25,
    "epds": 4,
    "nprs": 2,
    "psfs": 2.3,
    "tsk_11": 5.6,
    "uwri": 5,
}
HIGHER_IS_BETTER = {"psfs", "uwri"}


@pytest.mark.parametrize("instrument", scoring.instruments())
def test_a_change_counts_from_the_mcid_on(instrument):
    assert change(instrument, 50, None) == scoring.Change(None, "first score")
    assert change(instrument, None, 50) == scoring.Change(None, None)
    limit = MCID.get(instrument)
    if limit is None:
        assert change(instrument, 60, 50) == scoring.Change(10, "no MCID")
        return
    up, down = ("better", "worse") if instrument in HIGHER_IS_BETTER else ("worse", "better")
    assert change(instrument, 10 + limit, 10).verdict == up
    assert change(instrument, 10 - limit, 10).verdict == down
    assert change(instrument, 10 + limit - 0.05, 10).verdict == "no clear change"


def scored_items(form):
    return form.score.items or tuple(item for part in form.score.parts.values() for item in part)


def answers_of(form, item):
    question = form.find(item)
    if question.range:
        return [int(question.range[0]), int(question.range[1])]
    values = [option.value for option in question.options] or ["yes", "no"]
    return [value for value in values if value != NA]


WITH_ITEMS = [form_id for form_id in scoring.instruments() if scored_items(catalogue.form(form_id))]
WITH_RANGE = [form_id for form_id in WITH_ITEMS if catalogue.form(form_id).score.range]


@pytest.mark.parametrize("instrument", WITH_ITEMS)
def test_an_empty_instrument_has_no_score_and_lacks_every_item(instrument):
    found = score(instrument, {})
    assert (found.value, found.band) == (None, None)
    needed = 3 if instrument == "psfs" else len(scored_items(catalogue.form(instrument)))
    assert found.missing == needed


@pytest.mark.parametrize("instrument", WITH_RANGE)
@pytest.mark.parametrize("end", [0, -1])
def test_all_items_at_an_end_stay_in_the_range(instrument, end):
    form = catalogue.form(instrument)
    values = {f"{instrument}/{item}": answers_of(form, item)[end] for item in scored_items(form)}
    found = score(instrument, values)
    low, high = form.score.range
    assert low <= found.value <= high
    if not form.score.reversed:
        assert found.value == (low, high)[end]


def all_answered(instrument):
    """The instrument with some answer to every item, and the place of one of them."""
    form = catalogue.form(instrument)
    answers = {f"{instrument}/{item}": st.sampled_from(answers_of(form, item)) for item in scored_items(form)}
    return st.tuples(st.just(instrument), st.fixed_dictionaries(answers), st.integers(0, len(answers) - 1))


@LAW
@given(st.one_of(*map(all_answered, WITH_RANGE)))
def test_a_score_is_null_or_in_its_range_and_one_item_less_never_scores_where_all_are_needed(given_answers):
    instrument, values, place = given_answers
    form = catalogue.form(instrument)
    found = score(instrument, values)
    assert form.score.range[0] <= found.value <= form.score.range[1]
    assert found.missing == 0
    all_needed = {"sum", "sum of parts", "positions"}
    left_out = sorted(values)[place]
    fewer = score(instrument, {key: value for key, value in values.items() if key != left_out})
    if form.score.method in all_needed:
        assert (fewer.value, fewer.missing) == (None, 1)
    elif fewer.value is not None:
        assert form.score.range[0] <= fewer.value <= form.score.range[1]


def test_no_item_form_carries_wording():
    """Labels of ITEM instruments are the item number and a topic of our own."""
    for form_id in scoring.instruments():
        form = catalogue.form(form_id)
        if form.mode != "ITEM":
            continue
        assert form.licence
        for item in scored_items(form):
            number, _dot, topic = form.find(item).text.partition(" · ")
            assert number.isdigit()
            assert 1 <= len(topic.split()) <= 2
