"""Memory for pictures: bounded, shared, the clip in focus first."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runclinic.video import budget


@pytest.mark.parametrize("memory_gb, allowed_mb", [(1, 300), (2, 300), (4, 500), (8, 1000), (64, 1000)])
def test_an_eighth_of_the_memory_within_bounds(memory_gb, allowed_mb):
    assert budget.total_bytes(memory_gb * 10**9) == allowed_mb * 10**6


@given(st.integers(10**6, 10**9), st.integers(0, 5), st.integers(0, 4))
def test_shares_never_exceed_the_whole(total, clips, focused):
    shares = budget.shares(total, clips, focused)
    assert len(shares) == clips
    assert sum(shares) <= total
    if clips > 1 and focused < clips:
        assert shares[focused] == max(shares) == int(total * 2 / 3)


def test_this_machine_has_memory():
    assert 10**8 < budget.memory_bytes() < 10**15


def test_the_process_is_settled_once_and_switches_quickly():
    twice = "from runclinic.video.budget import settle_process as settle; settle(); settle()"
    look = f"import sys; {twice}; print(sys.getswitchinterval())"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert float(said.stdout) == pytest.approx(0.0005)
