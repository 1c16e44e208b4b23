"""The sine-wave model, against the worked examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.gait.cue import cued_cadence, seconds_of
from runclinic.gait.sine_wave import leg_length_m, sine_wave
from runclinic.refused import Refused


def wave(mass, height, speed, contact, flight):
    return sine_wave(contact, flight, mass_kg=mass, leg_m=leg_length_m(height, None), speed_ms=speed)


@pytest.mark.parametrize(
    "inputs, newton, body_weights, sink_mm, vertical, leg, compression_mm, stiffness",
    [
        ((62, 1.66, 2.5, 0.260, 0.090), 1286.102, 2.115, 59.185, 21.730, 0.880, 121.413, 10.593),
        ((60, 1.65, 2.78, 0.250, 0.100), 1294.399, 2.199, 59.974, 21.583, 0.8745, 131.982, 9.807),
    ],
)
def test_the_worked_runners(inputs, newton, body_weights, sink_mm, vertical, leg, compression_mm, stiffness):
    found = wave(*inputs)
    assert found.peak_n == pytest.approx(newton, abs=5e-4)
    assert found.peak_bw == pytest.approx(body_weights, abs=5e-4)
    assert 1000 * found.displacement_m == pytest.approx(sink_mm, abs=5e-4)
    assert found.vertical_stiffness_kn_m == pytest.approx(vertical, abs=5e-4)
    assert found.leg_m == pytest.approx(leg, abs=5e-4)
    assert 1000 * found.compression_m == pytest.approx(compression_mm, abs=5e-4)
    assert found.leg_stiffness_kn_m == pytest.approx(stiffness, abs=5e-4)


def test_duty_factor_and_oscillation_of_the_model():
    found = wave(62, 1.66, 2.5, 0.260, 0.090)
    assert 100 * found.duty_factor == pytest.approx(37.143, abs=5e-4)
    assert 1000 * found.oscillation_m == pytest.approx(69.117, abs=5e-4)


def test_ten_ms_more_contact_at_the_same_step_time():
    before, after = wave(62, 1.66, 2.5, 0.260, 0.090), wave(62, 1.66, 2.5, 0.270, 0.080)

    def percent(name):
        return 100 * (getattr(after, name) / getattr(before, name) - 1)

    assert percent("peak_n") == pytest.approx(-3.704, abs=5e-4)
    assert percent("displacement_m") == pytest.approx(-1.748, abs=5e-4)
    assert percent("vertical_stiffness_kn_m") == pytest.approx(-1.991, abs=5e-4)
    assert percent("leg_stiffness_kn_m") == pytest.approx(-6.809, abs=5e-4)


@given(st.floats(0.15, 0.4), st.floats(0.001, 0.2))
def test_peak_force_follows_from_the_duty_factor(contact, flight):
    found = sine_wave(contact, flight)
    assert found.peak_bw == pytest.approx(3.141592653589793 / (4 * found.duty_factor))
    assert found.displacement_m > 0


def test_what_is_not_known_is_absent():
    found = sine_wave(0.26, 0.09)
    assert (found.peak_n, found.vertical_stiffness_kn_m, found.compression_m, found.leg_stiffness_kn_m) == (
        None,
    ) * 4
    assert wave(62, 0.5, 6.0, 0.30, 0.10).compression_m is None
    assert leg_length_m(1.66, 0.9) == 0.9


def test_without_flight_the_model_is_refused():
    with pytest.raises(Refused):
        sine_wave(0.30, 0.0)


def test_a_cue_is_a_share_of_her_own_rate():
    assert cued_cadence(162, 5) == pytest.approx(170.1)
    assert cued_cadence(162, 10) == pytest.approx(178.2)
    assert seconds_of(20, 170) == pytest.approx(7.059, abs=5e-4)
    with pytest.raises(Refused):
        seconds_of(20, 0)
