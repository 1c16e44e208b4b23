"""Which passwords are taken, and which sentence refuses the others."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.records.passwords import refuse_weak
from runclinic.refused import Refused

NAMES = ("Mira Testwell", "Riverside Physio")


@pytest.mark.parametrize(
    "password",
    [
        "purple tractor lemon sky",
        "correct horse battery staple",
        "vK9$m2!xQp7#",
        "drei kleine grüne Eimer",
        "мой старый синий чайник",
        "seven slow brown kettles 2024",
    ],
)
def test_good_ones_are_taken(password):
    refuse_weak(password, NAMES)


@pytest.mark.parametrize(
    "password, says",
    [
        ("", "0 characters"),
        ("short one 1", "11 characters"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("121212121212", "repeats"),
        ("password1234", "guessed first"),
        ("P@ssw0rd2024!", "guessed first"),
        ("Passwort123456", "guessed first"),
        ("welcomewelcome", "guessed first"),
        ("runclinic2026!", "guessed first"),
        ("iloveyou iloveyou", "guessed first"),
        ("123456789012", "guessed first"),
        ("qwertyuiop123", "guessed first"),
        ("abcdefghijklm", "guessed first"),
        ("zyxwvutsrqpon", "guessed first"),
        ("mira likes long walks", "name “mira”"),
        ("TESTWELL rides tonight", "name “testwell”"),
        ("by the riverside we sit", "name “riverside”"),
        ("x1y2z3 " * 200, "longer than"),
    ],
)
def test_weak_ones_are_refused_with_the_reason(password, says):
    with pytest.raises(Refused, match=says):
        refuse_weak(password, NAMES)


@given(st.text(max_size=40))
def test_any_text_is_judged_without_breaking(password):
    with suppress(Refused):
        refuse_weak(password, NAMES)
        assert len(password) >= 12
