"""Shared by the tests of a plan."""

import pytest

from runclinic.words import Words


@pytest.fixture(scope="session")
def words():
    return Words("en")
