"""A film as a network sees it: the drawn runner's points with the faults of guessed ones."""

import numpy as np

from runclinic.bench.drawn import RUNNERS, drawn
from runclinic.demo.runner import POINTS
from runclinic.gait import LandmarkTrack

PUSH_S = (
    0.0445  # on real film the body's bounce is lowest before the middle of contact; the drawn one's is not
)


def guessed(fps=60, seed=1, runner=RUNNERS[0], facing=1, seconds=8.0, swaps=True):
    """Track and drawn run: feet that shrink and grow, slow wander, noise, legs exchanged around one phase.

    The head's bounce is shifted by half the known longer push, as real bodies have it.
    """
    run = drawn(runner, fps, seed=seed, facing=facing, seconds=seconds)
    earlier = drawn(runner, fps, seed=seed, facing=facing, seconds=seconds).track
    chance = np.random.default_rng(seed)
    xy = run.track.xy.copy()
    for side in ("left", "right"):
        heel, toe = POINTS.index(f"{side}_heel"), POINTS.index(f"{side}_foot_index")
        share = 0.72 + 0.28 * np.sin(2 * np.pi * run.track.times_s * 2.1 + seed)
        xy[:, toe] = xy[:, heel] + share[:, None] * (xy[:, toe] - xy[:, heel])
    shift = PUSH_S / 2
    for name in ("nose", "left_ear", "right_ear"):
        k = POINTS.index(name)
        xy[:, k, 1] = np.interp(run.track.times_s + shift, run.track.times_s, earlier.xy[:, k, 1])
    slow = np.cumsum(chance.normal(0, 1, xy.shape), axis=0)
    slow -= np.linspace(0, 1, len(xy))[:, None, None] * slow[-1]
    xy += chance.normal(0, 2.0, xy.shape) + 1.5 * slow / max(1.0, np.abs(slow).max())
    exchanged = np.zeros(len(xy), dtype=bool)
    if swaps:
        phase = (run.track.times_s + run.start_s) % runner.stride_s
        exchanged = (phase < 0.08 * runner.stride_s) & (chance.random(len(xy)) < 0.6)
        for part in ("knee", "ankle", "heel", "foot_index"):
            pair = [POINTS.index(f"left_{part}"), POINTS.index(f"right_{part}")]
            xy[np.ix_(exchanged, pair)] = xy[np.ix_(exchanged, pair[::-1])]
    return LandmarkTrack(run.track.times_s, POINTS, xy, np.full(xy.shape[:2], 0.8)), run, exchanged
