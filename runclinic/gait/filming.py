"""How a clip was filmed: view, belt speed, true rate; from a frame to true seconds."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from runclinic.refused import Refused

FloatArray: TypeAlias = NDArray[np.float64]
Pixel: TypeAlias = tuple[float, float]  # right, down
View = Literal["side_left", "side_right", "rear", "front"]
VIEWS: tuple[View, ...] = ("side_left", "side_right", "rear", "front")
SpeedSource = Literal["console", "measured", "unknown"]
SPEED_SOURCES: tuple[SpeedSource, ...] = ("console", "measured", "unknown")

SLOW_MOTION_RATIOS = (1 / 2, 1 / 4, 1 / 8)
BELIEVABLE_CADENCE = (100.0, 260.0)  # steps/min; outside it the rate of the film is doubted (choice)
USUAL_CADENCE = (140.0, 210.0)  # what a slow-motion ratio must lead to before it is offered (choice)
SAME_RATE = 0.02  # a camera's 240 is a round name: within 2 % of it the time stamps are right (choice)
GAP = 1.5  # a frame that lasts 1.5 x the median stands for a dropped one (choice)
FEWEST_TURNS = 20
METRES_PER_MILE = 1609.344
_FASTEST_MS, _SLOWEST_MS = 12.0, 0.2
_PER_HOUR = {"km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "mph": METRES_PER_MILE / 3600, "m/s": 1.0}
_PACE = {"min/km": 1000.0, "/km": 1000.0, "min/mile": METRES_PER_MILE, "min/mi": METRES_PER_MILE}
_SPEED = re.compile(r"^\s*(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>[a-z/]+)\s*$", re.IGNORECASE)
_MINUTES = re.compile(r"^\s*(?P<minutes>\d+)[:.,](?P<seconds>[0-5]\d)\s*(?P<unit>[a-z/]+)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BeltSpeed:
    """A belt speed as it was typed, and the same in m/s."""

    typed: str
    metres_per_s: float
    source: SpeedSource = "console"


@dataclass(frozen=True, slots=True)
class Rod:
    """Both ends in the picture of a thing of known length, and whether it stood where the runner runs."""

    first: Pixel
    second: Pixel
    length_mm: float
    in_body_plane: bool = False


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What the file itself says: the presentation time of each frame (s) and its nominal rate (frames/s)."""

    file_times_s: Sequence[float] | FloatArray
    nominal_fps: float


@dataclass(frozen=True, slots=True)
class Filming:
    """What the therapist told about a clip and its runner; None is not known.

    `capture_fps` is true frames per real second, which slow motion hides. `rater_sd_frames` is the
    scatter of one rater's marks, once the clinic has marked events twice. `plumb` is the upper and lower end
    of something vertical in the picture, `rod` a thing of known length.
    """

    view: View
    capture_fps: float | None = None
    belt_speed: BeltSpeed | None = None
    incline_percent: float | None = None
    mirrored: bool = False
    height_m: float | None = None
    mass_kg: float | None = None
    leg_length_m: float | None = None
    footwear: str = ""
    rater_sd_frames: float | None = None
    plumb: tuple[Pixel, Pixel] | None = None
    rod: Rod | None = None

    def __post_init__(self) -> None:
        view_named(self.view)
        _refuse_outside("capture rate", self.capture_fps, (1, 2000), "frames per second")
        _refuse_outside("height", self.height_m, (1.0, 2.3), "m")
        _refuse_outside("mass", self.mass_kg, (25, 250), "kg")
        _refuse_outside("leg length", self.leg_length_m, (0.4, 1.4), "m")
        _refuse_outside("incline", self.incline_percent, (-15, 40), "%")
        _refuse_outside("rod", None if self.rod is None else self.rod.length_mm, (50, 5000), "mm")

    @property
    def facing(self) -> int | None:
        """+1 if the runner faces image right, -1 if left; None when seen from behind or in front."""
        if self.view in {"rear", "front"}:
            return None
        return 1 if (self.view == "side_right") != self.mirrored else -1

    @property
    def belt_ms(self) -> float | None:
        """The belt speed in m/s."""
        return None if self.belt_speed is None else self.belt_speed.metres_per_s


def _refuse_outside(name: str, value: float | None, limits: tuple[float, float], unit: str) -> None:
    if value is not None and not limits[0] <= value <= limits[1]:
        raise Refused(
            f"A {name} of {value:g} {unit} cannot be right.",
            f"Give one between {limits[0]:g} and {limits[1]:g} {unit}.",
        )


def filming_of(told: Mapping[str, object]) -> Filming:
    """A recorded "filming" entry as values; names as in `Filming`, the belt speed as it was typed.

    A name that is not one of them is left alone, so that later versions may add some. Refused by name if a
    value has the wrong kind.
    """
    typed = _word(told, "belt_speed")
    return Filming(
        view=view_named(_word(told, "view")),
        capture_fps=_number(told, "capture_fps"),
        belt_speed=belt_speed(typed, _speed_source(_word(told, "belt_speed_source"))) if typed else None,
        incline_percent=_number(told, "incline_percent"),
        mirrored=told.get("mirrored") is True,
        height_m=_number(told, "height_m"),
        mass_kg=_number(told, "mass_kg"),
        leg_length_m=_number(told, "leg_length_m"),
        footwear=_word(told, "footwear"),
        rater_sd_frames=_number(told, "rater_sd_frames"),
    )


def view_named(word: str) -> View:
    """One of the four views; Refused by name otherwise."""
    for known in VIEWS:
        if word == known:
            return known
    raise Refused(f"The view “{word}” is not known.", f"Choose one of {', '.join(VIEWS)}.")


def _speed_source(word: str) -> SpeedSource:
    for known in SPEED_SOURCES:
        if word == known:
            return known
    return "unknown" if word else "console"


def _word(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"The clip's {name} “{value}” is not a text.", "Write it in quotes.")
    return value


def _number(told: Mapping[str, object], name: str) -> float | None:
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"The clip's {name} “{value}” is not a number.", "Write it as a number.")
    return float(value)


# ---- belt ----


def belt_speed(typed: str, source: SpeedSource = "console") -> BeltSpeed:
    """A speed as a person writes it: "9 km/h", "5.6 mph", "2.5 m/s", "6:30 min/km", "10:00 min/mile".

    Refused if the unit is missing or unknown, or no treadmill runs at it.
    """
    metres_per_s = _pace(typed) or _rate(typed)
    if metres_per_s is None:
        raise Refused(
            f"The belt speed “{typed}” cannot be read.",
            "Write it like 9 km/h, 5.6 mph, 2.5 m/s or 6:30 min/km.",
        )
    if not _SLOWEST_MS <= metres_per_s <= _FASTEST_MS:
        raise Refused(f"No treadmill runs at {typed}.", "Check the number and its unit.")
    return BeltSpeed(typed, metres_per_s, source)


def _pace(typed: str) -> float | None:
    found = _MINUTES.match(typed)
    if found is None or (metres := _PACE.get(found["unit"].lower())) is None:
        return None
    seconds = 60 * int(found["minutes"]) + int(found["seconds"])
    return metres / seconds if seconds else None


def _rate(typed: str) -> float | None:
    found = _SPEED.match(typed)
    if found is None:
        return None
    number = float(found["number"].replace(",", "."))
    unit = found["unit"].lower()
    if unit in _PACE:
        return _PACE[unit] / (60 * number) if number else None
    return number * _PER_HOUR[unit] if unit in _PER_HOUR else None


def belt_speed_from_turns(turns: int, belt_m: float, seconds: float) -> BeltSpeed:
    """The speed from a tape mark on the belt; Refused below 20 turns, where the stopwatch says too little."""
    if turns < FEWEST_TURNS:
        raise Refused(f"{turns} turns of the belt are too few.", f"Count at least {FEWEST_TURNS}.")
    if belt_m <= 0 or seconds <= 0:
        raise Refused("The belt's length and the time must be more than zero.", "Measure them again.")
    return BeltSpeed(f"{turns} turns of {belt_m:g} m in {seconds:g} s", turns * belt_m / seconds, "measured")


def incline_deg(percent: float) -> float:
    """The slope of the belt in degrees from its incline in %."""
    return math.degrees(math.atan(percent / 100))


# ---- time ----


def time_ratio(nominal_fps: float, capture_fps: float | None) -> float:
    """Real seconds for each second of the file: 1 in real time, 0.125 for 240 stored to play at 30."""
    if capture_fps is None:
        return 1.0
    ratio = nominal_fps / capture_fps
    return 1.0 if abs(ratio - 1) <= SAME_RATE else ratio


@dataclass(frozen=True, eq=False)
class FrameClock:
    """True seconds of each frame, counted from the first one.

    An event marked at frame k happened after frame k - 1, so a frame is as wide as the longer of its two
    neighbours' gaps: next to a dropped frame an event is that much less certain.
    """

    times_s: FloatArray

    def __len__(self) -> int:
        return len(self.times_s)

    def at(self, frame: int) -> float:
        return float(self.times_s[frame])

    @cached_property
    def gaps_s(self) -> FloatArray:
        """T_k = t(k+1) - t(k), one fewer than frames."""
        return np.diff(self.times_s)

    @cached_property
    def frame_s(self) -> float:
        """The usual frame duration T."""
        return float(np.median(self.gaps_s))

    @property
    def fps(self) -> float:
        return 1 / self.frame_s

    @property
    def duration_s(self) -> float:
        return float(self.times_s[-1]) + self.frame_s

    @cached_property
    def dropped(self) -> tuple[int, ...]:
        """The frames after which one or more are missing (or the frame was held)."""
        return tuple(int(k) for k in np.flatnonzero(self.gaps_s > GAP * self.frame_s))

    def width_s(self, frame: int) -> float:
        """The duration that an event at this frame may have happened in."""
        return self._widths_s[frame]

    @cached_property
    def _widths_s(self) -> list[float]:
        gaps: list[float] = self.gaps_s.tolist()
        return [max(pair) for pair in zip([gaps[0], *gaps], [*gaps, gaps[-1]], strict=True)]


def clock(clip: ClipFacts, filming: Filming) -> FrameClock:
    """True times t_k = (PTS_k - PTS_0) x file rate / capture rate; never k / fps.

    Refused if there are fewer than two frames or time does not run forward.
    """
    stamps = np.asarray(clip.file_times_s, dtype=np.float64)
    if stamps.size < 2:
        raise Refused("The clip has fewer than two frames.", "Choose a longer clip.")
    if not np.all(np.isfinite(stamps)) or bool(np.any(np.diff(stamps) <= 0)):
        raise Refused("The clip's time stamps do not run forward.", "Export the clip again from the phone.")
    return FrameClock((stamps - stamps[0]) * time_ratio(clip.nominal_fps, filming.capture_fps))


def doubtful_rate(cadence: float) -> bool:
    """Whether a step rate (steps/min) is so odd that the film's rate must be asked for."""
    low, high = BELIEVABLE_CADENCE
    return not low <= cadence <= high


def slow_motion_offers(cadence: float) -> tuple[float, ...]:
    """The ratios 1/2, 1/4, 1/8 that bring a doubtful step rate into 140-210 steps/min, if any.

    `cadence` was computed with a ratio of 1. A believable one has no offers.
    """
    if not doubtful_rate(cadence):
        return ()
    low, high = USUAL_CADENCE
    return tuple(ratio for ratio in SLOW_MOTION_RATIOS if low <= cadence / ratio <= high)
