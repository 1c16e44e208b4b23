"""Staying on one runner from frame to frame: where to look next, whom to believe, when to look anew."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from runclinic.video.beside import Beside, Came
from runclinic.video.pose_body import NUMBERS, Finder, Seen
from runclinic.video.pose_detector import Person, Point, Region, most_likely, weight
from runclinic.video.pose_network import POINTS, Floats

VERSION = 2  # of the rules below: counted up when a change of them changes points
LAG = 2  # frame k is looked at where the body was at k - 2, so that two frames are worked on at once

# All of the following are choices. Lengths are in sides of the body's square (about 1.8 m).
SURE = 0.5
JUMP = 0.20  # from one frame to the next
SIZE_CHANGE = 1.4
ROUGH_SIZE = 2.2  # the detector's word on a small body's size is no better
FOUND_AGAIN, FASTEST_PER_S, FURTHEST = 0.15, 0.5, 0.5
GIVEN_UP_S = 1.0
STRIDE_S, STEADY = 0.7, 0.06
STAYS_WITHIN = 0.15
HOME_WITHIN = 0.35  # a belt lets a runner drift by half a metre or so
HOME_FOLLOWS_S = 3.0
LEARNT_S = 1.5
LOST_S = 0.2
TAKEN_BACK_S = 1.0
CHECK_S, CLOSE_CHECK_S = 0.25, 0.1
NEAR = 0.5
SAME_PLACE = 0.35
MOSTLY = 0.6
FEWEST_LOOKS = 3

PASSING_S, CROSSING_S, USUAL_S, LEAST_S = 1.0, 0.4, 2.0, 0.4
SAME_SPOT, SAME_SIZE = 0.08, 1.15  # of her own last two seconds, while somebody passes
ABRUPT_PER_S, ABRUPT_LEAST = 1.5, 0.03  # 2.7 m/s: no belt lets a runner drift so; what jitter may do

UNCHECKED, ALONE, OTHERS, OTHERS_NEAR, HIDDEN = range(-1, 4)


@dataclass(slots=True, eq=False)
class Table:
    """What is known of every frame so far, row by frame; NaN where nothing was found.

    `points` float32[n, 33, 5], `sure` float32[n], `bodies` float32[n, 4] (the region that was found: x, y,
    side, turn), `looked` float32[n, 4] (the region looked at), `company` int8[n], `done` rows filled.
    """

    points: Floats
    sure: Floats
    bodies: Floats
    looked: Floats
    company: npt.NDArray[np.int8]
    done: int = 0

    @classmethod
    def empty(cls, frames: int) -> "Table":
        def nothing(*shape: int) -> Floats:
            return np.full((frames, *shape), np.nan, dtype=np.float32)

        company = np.full(frames, UNCHECKED, dtype=np.int8)
        return cls(
            nothing(len(POINTS), NUMBERS), np.zeros(frames, np.float32), nothing(4), nothing(4), company
        )

    def body(self, k: int) -> Region | None:
        """Where the body was found in frame k."""
        return _region(self.bodies[k])

    def keep(self, k: int, found: Seen) -> None:
        self.points[k], self.sure[k] = found.points, found.sure
        self.bodies[k] = _row(found.region)

    def forget(self, k: int) -> None:
        self.points[k], self.sure[k], self.bodies[k] = np.nan, 0.0, np.nan


def _region(row: Floats) -> Region | None:
    return None if np.isnan(row[0]) else Region(*(float(each) for each in row))


def _row(region: Region) -> tuple[float, float, float, float]:
    return region.x, region.y, region.side, region.turn


@dataclass(slots=True)
class Tracker:
    """One runner through one clip. `home` is where she runs on the spot; None for who passes by."""

    table: Table
    fps: float
    size: tuple[int, int]
    start: Region | None = None
    clicked: Point | None = None
    home: Region | None = None
    learnt: bool = field(default=False)
    beside: Beside | None = None

    def where(self, k: int) -> Region | None:
        """Where to look in frame k, from what was found up to frame k - 2; None: look for people first."""
        given = _region(self.table.looked[k])
        if given is not None:
            return given
        last = self._last(k - LAG)
        recent = last is not None and k - LAG - last <= self._frames(LOST_S)
        region = self._steady(last) if recent and last is not None else None
        if region is not None:
            self.table.looked[k] = _row(region)
        return region

    def _steady(self, last: int) -> Region | None:
        """The body of that frame, or the usual one of the last stride if she has not left it.

        A square that stands still leaves less jitter in the points than one that follows every bounce.
        """
        body = self.table.body(last)
        recent = self.table.bodies[max(0, last + 1 - self._frames(STRIDE_S)) : last + 1]
        usual = _region(np.median(recent[np.isfinite(recent[:, 0])], axis=0))
        near = body is not None and usual is not None and body.away(usual) <= STEADY
        return usual if near else body

    def take(self, k: int, picture: Any, found: Seen | None, finder: Finder) -> None:
        """Judge what was found in frame k, look anew where it cannot be true, and fill the row.

        Rows are filled in order; `found` is None where nobody was looked at.
        """
        came = self._came(k, picture)
        if came:
            self._met(k, OTHERS_NEAR)
        if found is None or not self._believable(k, found):
            found = self._look_anew(k, picture, finder)
        elif self._check_is_due(k):
            found = self._checked(k, picture, found, finder)
        if came is Came.ACROSS:
            self._hidden_since_she_was(k)
            found = None
        elif found is not None and self._somebody_else(k, found.region):
            found = None
        if found is None:
            self.table.forget(k)
        else:
            self.table.keep(k, found)
            self._learn(k, found.region)
        self.table.done = k + 1

    def skip(self, k: int) -> None:
        """A frame that cannot be shown."""
        self.table.forget(k)
        self.table.done = k + 1

    def _frames(self, seconds: float) -> int:
        return max(1, round(seconds * self.fps))

    def _last(self, k: int) -> int | None:
        """The last frame up to k in which the runner was found."""
        if k < 0:
            return None
        known = np.flatnonzero(np.isfinite(self.table.bodies[: k + 1, 0]))
        return int(known[-1]) if known.size else None

    def _usual_side(self, k: int) -> float:
        recent = self.table.bodies[max(0, k - self._frames(1.0)) : k, 2]
        known = recent[np.isfinite(recent)]
        return float(np.median(known)) if known.size else float("nan")

    # ---- belief ----

    def _believable(self, k: int, found: Seen) -> bool:
        """A body, hers by place and size; who is carried away from the belt was somebody else."""
        if found.sure < SURE or not np.all(np.isfinite(found.points)):
            return False
        if self.home is not None and found.region.away(self.home) > HOME_WITHIN:
            self._take_back(k)
            return False
        usual = self._usual_side(k)
        if np.isfinite(usual) and not 1 / SIZE_CHANGE <= found.region.side / usual <= SIZE_CHANGE:
            return False
        last = self._last(k - 1)
        before = self.table.body(last) if last is not None else None
        if last is None or before is None or k - last > self._frames(LOST_S):
            return True
        return found.region.away(before) <= JUMP * (k - last)

    def _take_back(self, k: int) -> None:
        """The frames before, in which the points were already leaving, are not hers either."""
        home = self.home
        for j in range(k - 1, max(-1, k - 1 - self._frames(TAKEN_BACK_S)), -1):
            body = self.table.body(j)
            if home is None or body is None or body.away(home) <= HOME_WITHIN / 2:
                return
            self.table.forget(j)

    def _learn(self, k: int, region: Region) -> None:
        """Whether she runs on the spot, once; then the spot follows her slowly along the belt."""
        if self.home is not None:
            share = 1 / (HOME_FOLLOWS_S * self.fps)
            self.home = Region(
                self.home.x + share * (region.x - self.home.x),
                self.home.y + share * (region.y - self.home.y),
                self.home.side + share * (region.side - self.home.side),
            )
        elif not self.learnt:
            bodies = self.table.bodies[: k + 1]
            known = bodies[np.isfinite(bodies[:, 0])]
            if len(known) >= self._frames(LEARNT_S):
                self.learnt = True
                self.home = _stays(known)

    # ---- looking anew ----

    def _look_anew(self, k: int, picture: Any, finder: Finder) -> Seen | None:
        self._give_up_a_bad_choice(k)
        seen = finder.people(picture)
        person = self._hers(k, seen)
        self._met(k, self._company(seen, person.region if person else self.home))
        if person is None:
            return None
        found = finder.points(picture, person.region)
        if found.sure >= SURE and not found.region.like(person.region, SAME_SPOT, SAME_SIZE):
            found = finder.points(picture, found.region)  # the detector's square was a rough one
        return found if found.sure >= SURE and self._near_enough(k, found.region, SIZE_CHANGE) else None

    def _hers(self, k: int, seen: tuple[Person, ...]) -> Person | None:
        """The runner among the people seen: never somebody in another place, or of another size."""
        expected = self._expected(k)
        if expected is None:
            return most_likely(seen, self.size, self.clicked)
        near = [person for person in seen if self._near_enough(k, person.region, ROUGH_SIZE)]
        return min(near, key=lambda person: person.region.away(expected), default=None)

    def _expected(self, k: int) -> Region | None:
        """Where she should be: on her spot, else where she was last, else where she was pointed out."""
        last = self._last(k - 1)
        if self.home is not None:
            return self.home
        return self.start if last is None else self.table.body(last)

    def _give_up_a_bad_choice(self, k: int) -> None:
        last = self._last(k - 1)
        if last is not None and self._was_a_bad_choice(k, last):
            for j in range(k):
                self.table.forget(j)
            self.home, self.learnt = None, False

    def _was_a_bad_choice(self, k: int, last: int) -> bool:
        """Somebody whom nobody pointed out, who was hardly to be followed and is gone: no runner."""
        found = np.flatnonzero(np.isfinite(self.table.bodies[:k, 0]))
        gone = k - last > self._frames(GIVEN_UP_S)
        share = len(found) / (last + 1 - int(found[0]))
        return self.start is None and gone and (share < MOSTLY or len(found) < self._frames(LEAST_S))

    def _near_enough(self, k: int, region: Region, size_ratio: float) -> bool:
        expected = self._expected(k)
        if expected is None:
            return True
        if self.home is not None:
            return region.like(expected, HOME_WITHIN, size_ratio)
        last = self._last(k - 1)
        away_s = (k - (last if last is not None else 0)) / self.fps
        return region.like(expected, min(FURTHEST, FOUND_AGAIN + FASTEST_PER_S * away_s), size_ratio)

    # ---- somebody passes ----

    def _came(self, k: int, picture: Any) -> Came:
        """What the picture itself says of somebody else."""
        if self.beside is None:
            return Came.NOBODY
        return self.beside.somebody(k, picture.pixels, self.size, self._spot(k))

    def _passing(self, k: int) -> bool:
        """Whether somebody is close to her, or was a moment ago."""
        return bool(np.any(self.table.company[max(0, k - self._frames(PASSING_S)) : k + 1] >= OTHERS_NEAR))

    def _somebody_else(self, k: int, region: Region) -> bool:
        """Whether the points left her spot while somebody passes, or all at once: then she is hidden."""
        if self._on_the_spot(k, region):
            return False
        if self._passing(k):
            self._take_back_crossing(k)
        else:
            last = self._last(k - 1)
            before = self.table.body(last) if last is not None else None
            most = max(ABRUPT_LEAST, ABRUPT_PER_S / self.fps)
            if last is None or before is None or region.away(before) <= most * (k - last):
                return False
        self.table.company[k] = HIDDEN
        return True

    def _on_the_spot(self, k: int, region: Region) -> bool:
        """In her own place and of her own size as in the last seconds; true of who travels anyhow."""
        usual = self._spot(k)
        return usual is None or region.like(usual, SAME_SPOT, SAME_SIZE)

    def _spot(self, k: int) -> Region | None:
        """Her place of the last two seconds; None for who travels."""
        recent = self.table.bodies[max(0, k - self._frames(USUAL_S)) : k]
        known = recent[np.isfinite(recent[:, 0])]
        return _stays(known, SAME_SPOT) if len(known) >= self._frames(LEAST_S) else self.home

    def _take_back_crossing(self, k: int) -> None:
        """What was found since the last doubtful frame was the other one, on the way across her spot."""
        for j in range(k - 1, max(-1, k - 1 - self._frames(CROSSING_S)), -1):
            if self.table.company[j] >= OTHERS_NEAR:
                return
            self.table.forget(j)

    # ---- company ----

    def _check_is_due(self, k: int) -> bool:
        if self._passing(k):
            return True
        before = self.table.company[max(0, k - self._frames(CHECK_S)) : k]
        checked = np.flatnonzero(before != UNCHECKED)
        since = len(before) - int(checked[-1]) if checked.size else self._frames(CHECK_S)
        close = bool(np.any(before >= OTHERS))
        return since >= self._frames(CLOSE_CHECK_S if close else CHECK_S)

    def _checked(self, k: int, picture: Any, found: Seen, finder: Finder) -> Seen | None:
        """The detector's word on what the points follow: bodies elsewhere only mean that they drifted."""
        seen = finder.people(picture)
        self._met(k, self._company(seen, found.region))
        if not seen or any(person.region.away(found.region) <= SAME_PLACE for person in seen):
            return found
        person = self._hers(k, seen)
        if person is None:
            return found
        again = finder.points(picture, person.region)
        return again if again.sure >= SURE and self._near_enough(k, again.region, SIZE_CHANGE) else found

    def _hidden_since_she_was(self, k: int) -> None:
        """Frame k, and those since she was last hidden a moment ago: nobody walks off and back so fast."""
        first = max(0, k - self._frames(CROSSING_S))
        before = np.flatnonzero(self.table.company[first:k] == HIDDEN)
        for j in range(first + int(before[-1]) if before.size else k, k):
            self.table.forget(j)
            self._met(j, HIDDEN)
        self._met(k, HIDDEN)

    def _met(self, k: int, company: int) -> None:
        """What detector and picture say of frame k: whoever is seen by either is there."""
        self.table.company[k] = max(int(self.table.company[k]), company)

    def _company(self, seen: Iterable[Person], hers: Region | None) -> int:
        """Who is there besides her: of several bodies the nearest to her place is hers."""
        regions = [person.region for person in seen]
        if hers is not None and regions:
            nearest = min(regions, key=lambda region: region.away(hers))
            if nearest.away(hers) <= SAME_PLACE:
                regions.remove(nearest)
        if hers is not None and any(region.away(hers) < NEAR for region in regions):
            return OTHERS_NEAR
        return OTHERS if regions else ALONE


def _stays(bodies: Floats, within: float = STAYS_WITHIN) -> Region | None:
    """The usual place of bodies float32[n, 4] that hardly leave it; None if they travel."""
    x, y, side, _ = (float(each) for each in np.median(bodies, axis=0))
    away = np.hypot(bodies[:, 0] - x, bodies[:, 1] - y) / side
    return Region(x, y, side) if np.percentile(away, 90) < within else None


def scouted(
    looks: list[tuple[Person, ...]], size: tuple[int, int], clicked: Point | None = None
) -> tuple[Region | None, bool]:
    """Who is meant, from a few looks spread over the clip, and whether she was in one place in most of them.

    Counts how large and central somebody is, and in how many looks somebody of that size is in that place.
    """
    everybody = [person.region for look in looks for person in look]
    if not everybody:
        return None, False
    if clicked is not None:
        at = Region(clicked[0], clicked[1], 1.0)
        chosen = min(everybody, key=at.away)
    else:
        chosen = max(everybody, key=lambda region: weight(region, size) * _met(region, looks))
    where = np.array(
        [_row(region) for region in everybody if region.like(chosen, SAME_PLACE, ROUGH_SIZE)], np.float32
    )
    x, y, side, _ = (float(each) for each in np.median(where, axis=0))
    often = _met(chosen, looks)
    return Region(x, y, side), len(looks) >= FEWEST_LOOKS and often >= MOSTLY * len(looks)


def _met(region: Region, looks: list[tuple[Person, ...]]) -> int:
    """In how many looks somebody of that size is in that place."""
    return sum(any(person.region.like(region, SAME_PLACE, ROUGH_SIZE) for person in look) for look in looks)
