"""Every kind of clip, written once a session."""

import pytest

from tests.video.zoo import KINDS


@pytest.fixture(scope="session")
def kinds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zoo")
    made = {}

    def kind(name):
        if name not in made:
            made[name] = KINDS[name](folder)
        return made[name]

    return kind
