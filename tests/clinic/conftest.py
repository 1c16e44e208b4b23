"""The content as it is shipped, before and after a test that lays a clinic's own over it."""

import pytest

from tests.content import forget


@pytest.fixture(autouse=True)
def shipped():
    forget()
    yield
    forget()
