"""POP-Q staged: the table of CLINICAL 4.3, its errors and warnings, and the laws of 11.1."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runclinic.forms.pop_q import stage
from tests.laws import LAW

NAMES = ("Aa", "Ba", "C", "D", "Ap", "Bp", "TVL")
ORDER = ("0", "I", "II", "III", "IV")
_ = None


def points(*values, **more):
    named = {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}
    return named | more


TABLE = [
    ((-3, -3, -8, -10, -3, -3, 10), "present", "0", -3, (), False),
    ((-3, -3, -5, -7, -3, -3, 10), "present", "I", -3, ("apical",), False),
    ((-2, -2, -6, -8, -3, -3, 9), "present", "I", -2, ("anterior",), False),
    ((-1, 0, -5, -7, -2, -2, 9), "present", "II", 0, ("anterior",), False),
    ((1, 1, -4, -6, -2, -2, 8.5), "present", "II", 1, ("anterior",), True),
    ((2, 4, -3, -5, -2, -2, 9), "present", "III", 4, ("anterior",), True),
    ((3, 6, 6, _, 2, 6, 8), "absent", "IV", 6, ("anterior", "apical", "posterior"), True),
    ((-3, -3, -6, _, 1, 1.5, 8), "absent", "III", 1.5, ("posterior",), True),
    ((-3, -3, 2, -4, -3, -3, 9), "present", "III", 2, ("apical",), True),
]


@pytest.mark.parametrize("values, cervix, expected, lead, compartments, beyond", TABLE)
def test_the_worked_table(values, cervix, expected, lead, compartments, beyond):
    found = stage(points(*values, cervix=cervix))
    assert (found.stage, found.lead, found.compartments) == (expected, lead, compartments)
    assert found.beyond_hymen is beyond
    assert found.errors == ()


def test_a_wall_above_its_own_fixed_point_is_an_error():
    found = stage(points(-2, -3, -6, -8, -3, -3, 9))
    assert (found.stage, found.lead, found.errors) == (None, None, ("Ba",))
    assert found.beyond_hymen is None


def test_a_long_cervix_is_a_warning():
    assert stage(points(-3, -3, 2, -4, -3, -3, 9, cervix="present")).warnings == ("long_cervix",)


def test_a_long_cervix_at_the_hymen_is_not_stage_0():
    found = stage(points(-3, -3, -1, -8, -3, -3, 10, cervix="present"))
    assert (found.stage, found.compartments) == ("II", ("apical",))


GOOD = points(-2, -2, -6, -8, -3, -3, 9, GH=3, PB=3, cervix="present")


@pytest.mark.parametrize(
    "change, errors",
    [
        ({"Aa": -3.5}, ("Aa",)),
        ({"Aa": 3.5, "Ba": 3.5}, ("Aa",)),
        ({"Ap": 4, "Bp": 4}, ("Ap",)),
        ({"Ba": -3.5, "Aa": -3}, ("Ba",)),
        ({"Ba": 9.5}, ("Ba",)),
        ({"Bp": 9.5}, ("Bp",)),
        ({"Bp": -3, "Ap": -2}, ("Bp",)),
        ({"C": -10.5}, ("C",)),
        ({"D": -10.5}, ("D",)),
        ({"D": -8, "cervix": "absent"}, ("D",)),
        ({"GH": 0}, ("GH",)),
        ({"GH": 12.5}, ("GH",)),
        ({"PB": 10.5}, ("PB",)),
        ({"TVL": 1.5}, ("C", "D", "TVL")),
        ({"TVL": 15.5}, ("TVL",)),
    ],
)
def test_errors_leave_the_stage_open(change, errors):
    found = stage(GOOD | change)
    assert (found.stage, found.errors) == (None, errors)


@pytest.mark.parametrize(
    "change, warnings",
    [
        ({}, ()),
        ({"C": -9.5, "D": -9}, ("C_tvl", "D_over_C")),
        ({"D": -5}, ("D_over_C",)),
        ({"D": None}, ("D_blank",)),
        ({"D": None, "cervix": "subtotal"}, ("D_blank",)),
        ({"D": None, "cervix": "absent", "C": -6}, ()),
        ({"C": -2, "D": -6.5}, ("long_cervix",)),
        ({"C": -2, "D": -6}, ()),
        ({"GH": 1}, ("GH_range",)),
        ({"GH": 9}, ("GH_range",)),
        ({"PB": 1.5}, ("PB_range",)),
        ({"PB": 7.5}, ("PB_range",)),
        ({"TVL": 12.5}, ("TVL_range",)),
        ({"TVL": 3.5, "C": -3, "D": -3.5}, ("TVL_eye", "TVL_range")),
        ({"D": None, "cervix": "absent", "C": -1}, ("wall_over_cuff",)),
        ({"D": -2, "C": -1}, ("Bp_over_D",)),
    ],
)
def test_warnings(change, warnings):
    assert stage(GOOD | change).warnings == warnings


@pytest.mark.parametrize("missing", ["Aa", "Ba", "Ap", "Bp", "TVL"])
def test_a_needed_point_left_out_is_not_staged(missing):
    found = stage({name: value for name, value in GOOD.items() if name != missing})
    assert (found.stage, found.errors) == (None, ())


def test_one_of_c_and_d_is_enough():
    assert stage(GOOD | {"D": None}).stage == "I"
    assert stage(GOOD | {"C": None}).stage == "I"
    assert stage(GOOD | {"C": None, "D": None}).stage is None


def test_a_text_is_no_measurement():
    assert stage(GOOD | {"Aa": "declined"}).stage is None


half = st.integers(-30, 30).map(lambda value: value / 2)


PLACES = st.integers(0, 1_000)
PLACES_OR_NONE = PLACES | st.none()


@st.composite
def staged_points(draw, fornix=PLACES_OR_NONE):
    """Points without an error: each lies somewhere between the bounds that the others leave it, in halves.

    A place drawn first and put between its bounds afterwards: nothing is thrown away, so 500 are 500.
    """
    depth = draw(st.integers(4, 30)) / 2

    def between(low, high):
        return low + draw(PLACES) % (int(2 * (high - low)) + 1) / 2

    front, back = (between(-3, min(3, depth)) for _wall in range(2))
    made = {"Aa": front, "Ba": between(front, depth), "Ap": back, "Bp": between(back, depth)}
    made |= {"C": between(-depth, depth), "TVL": depth}
    place = draw(fornix)
    return made if place is None else made | {"D": -depth + place % int(4 * depth + 1) / 2}


@LAW
@given(staged_points(), PLACES)
def test_the_stage_never_falls_when_a_point_moves_outwards(measured, which):
    before = stage(measured)
    moved = {name: stage(measured | {name: measured[name] + 0.5}) for name in measured if name != "TVL"}
    possible = [name for name, after in moved.items() if after.stage is not None]
    assume(possible)
    after = moved[possible[which % len(possible)]]
    assert ORDER.index(after.stage) >= ORDER.index(before.stage)


@LAW
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, half), optional={"GH": half, "PB": half}))
def test_the_stage_is_null_whenever_there_is_an_error(measured):
    found = stage(measured)
    assert (found.stage is None) or not found.errors
    if found.errors:
        assert (found.stage, found.lead, found.compartments) == (None, None, ())


@LAW
@given(staged_points(fornix=PLACES))
def test_removing_d_never_raises_the_stage_except_from_0_to_i(measured):
    with_d = stage(measured)
    without = stage({name: value for name, value in measured.items() if name != "D"})
    risen = ORDER.index(without.stage) > ORDER.index(with_d.stage)
    assert not risen or (with_d.stage, without.stage) == ("0", "I")


@LAW
@given(staged_points())
def test_the_lead_is_the_lowest_point_and_names_its_compartments(measured):
    found = stage(measured)
    assert found.lead == max(value for name, value in measured.items() if name != "TVL")
    assert found.beyond_hymen == (found.lead > 0)
    assert (found.compartments == ()) == (found.stage == "0")
    assert list(found.compartments) == sorted(found.compartments)
