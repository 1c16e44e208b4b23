"""The ± holds the truth in every kind of lock between strides and frames (the runs are the bench's)."""

import math
from dataclasses import replace

import numpy as np
import pytest

from runclinic.bench.coverage import BAR, PHASES, Runner, many_runs

FEW, MANY = 50, 600
CHANCE = 2 * math.sqrt(BAR * (1 - BAR) / FEW)  # what few runs may fall short of the bar by luck


def below(held, bar):
    return {name: share for name, share in held.items() if share < bar}


def named(runner):
    return f"{runner.fps:.0f}fps-{runner.cadence:.0f}-{runner.wander}-{runner.spread}"


@pytest.mark.parametrize("runner", PHASES, ids=named)
def test_the_interval_holds_the_truth_in_every_phase(runner):
    held, _ = many_runs(runner, FEW)
    assert below(held, BAR - CHANCE) == {}


@pytest.mark.storm
@pytest.mark.parametrize("runner", PHASES, ids=named)
def test_the_interval_holds_the_truth_in_every_phase_at_length(runner):
    held, _ = many_runs(runner, MANY)
    assert below(held, BAR) == {}


def test_a_measured_rater_is_covered_too():
    held, _ = many_runs(Runner(60, 172, 0.5, click=0.5), FEW)
    assert below(held, BAR - CHANCE) == {}


@pytest.mark.parametrize("own_s", [0.0, 0.002])
def test_at_120_frames_the_interval_is_hardly_wider_than_it_must_be(own_s):
    _, width = many_runs(replace(Runner(120, 170, 1.0), contact_sd_s=own_s), 4 * FEW)
    assert width <= 1.3


def test_an_interval_without_the_dither_rule_would_fail_the_trap():
    """The law above is no empty one: averaging a locked stride loses the truth."""
    rng = np.random.default_rng(4)
    held = []
    for _ in range(FEW):
        phase = rng.uniform()
        frames = np.ceil(phase + 10.0 * np.arange(10) + 7.5) - np.ceil(phase + 10.0 * np.arange(10))
        held.append(abs(frames.mean() - 7.5) <= 1.96 / math.sqrt(6 * 10))
    assert np.mean(held) == 0
