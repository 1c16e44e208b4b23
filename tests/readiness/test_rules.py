"""The file of rules: what contradicts itself is refused with its line."""

import pytest

from runclinic.readiness import rules
from runclinic.refused import Refused


@pytest.fixture
def wrong(monkeypatch):
    """criteria.toml with a rule that stands twice."""
    content = rules.content()
    twice = rules.Content(
        content.met, content.not_applicable, content.outcome, content.test, content.rule[:1] * 2
    )
    monkeypatch.setattr(rules.resources, "decode", lambda *_: twice)
    rules.content.cache_clear()
    yield
    monkeypatch.undo()
    rules.content.cache_clear()


@pytest.mark.usefixtures("wrong")
def test_a_rule_that_stands_twice_is_refused():
    with pytest.raises(Refused, match=r"criteria\.toml, line \d+: the rule R01 stands twice"):
        rules.content()


def test_an_unknown_limit_is_refused():
    with pytest.raises(Refused, match="R05 has no limit “weeks”"):
        rules.limit("R05", "weeks")


def test_an_unknown_finding_is_refused():
    with pytest.raises(Refused, match="R05 has no finding “late”"):
        rules.judged(rules.rules()["R05"], rules.Found(("late",)))
