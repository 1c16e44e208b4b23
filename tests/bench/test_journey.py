"""The bench of a whole visit: what the loop did not hear is measured, and its p99 is held to the bar."""

import time

from runclinic.bench import BENCHES, journey


def test_what_holds_the_loop_up_is_seen(qapp):
    def acts():
        yield 0.01
        time.sleep(0.06)
        yield 0.01

    gaps = journey._gaps(acts())
    assert max(gaps) >= 60
    assert len(gaps) > 2


def test_the_bar_stands_on_the_99th_of_a_hundred_gaps():
    gaps = [1.0] * 985 + [70.0] * 15
    usual, p99, longest = journey._of("gap", gaps, journey.GAP_P99_MS)
    assert (usual.median, p99.median, longest.median) == (1.0, 70.0, 70.0)
    assert "MISSED" in p99.line()
    assert usual.at_most is None
    _, p99, _ = journey._of("gap", [1.0] * 995 + [70.0] * 5, journey.GAP_P99_MS)
    assert "kept" in p99.line()


def test_it_is_a_bench_by_its_name():
    assert BENCHES["journey"] == "journey"
