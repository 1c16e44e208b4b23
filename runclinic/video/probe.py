"""What a clip really is, as plain values; and one frame of it as a PNG file."""

from pathlib import Path
from typing import Any

from runclinic.refused import Refused
from runclinic.video.clip import Clip
from runclinic.video.cv import png


def facts(clip: Clip) -> dict[str, Any]:
    """The JSON of `runclinic frames`; decodes the whole clip once, so that the count is certain.

    Keys: `frame_count`, `width`, `height` (upright), `rotation` (degrees clockwise), `mirrored`, `codec`,
    `pixel_aspect`, `nominal_fps`, `variable_rate`, `times_s` (every frame), `damaged` (frame numbers),
    `warnings`.
    """
    for _ in clip.verify():
        pass
    width, height = clip.size
    return {
        "frame_count": clip.frame_count,
        "width": width,
        "height": height,
        "rotation": clip.rotation,
        "mirrored": clip.mirrored,
        "codec": clip.codec,
        "pixel_aspect": clip.pixel_aspect,
        "nominal_fps": clip.nominal_fps,
        "variable_rate": clip.variable_rate,
        "times_s": clip.times_s.tolist(),
        "damaged": list(clip.damaged),
        "warnings": list(clip.warnings),
    }


def lines(facts: dict[str, Any]) -> list[str]:
    """The same in words, for a shell."""
    last_s = facts["times_s"][-1]
    rate = f"{facts['nominal_fps']:.2f} frames a second"
    turned = f", turned {facts['rotation']} degrees clockwise" if facts["rotation"] else ""
    return [
        f"{facts['frame_count']} frames, the last one at {last_s:.3f} s",
        f"{facts['width']} x {facts['height']} pixels, {facts['codec']}{turned}",
        f"about {rate}, uneven" if facts["variable_rate"] else rate,
        *facts["warnings"],
    ]


def write_png(clip: Clip, k: int, path: str | Path) -> Path:
    """Writes frame k, upright, as a PNG file; whole or not at all. Returns its path.

    Raises `Refused` for a frame outside the clip (naming the frames there are), and where the file
    cannot be written.
    """
    target = Path(path)
    data = png(clip.frame(k))
    try:
        _put(data, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refused(f"{target} cannot be written ({reason}).", "Choose another place.") from None
    return target


def _put(data: bytes, target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(None, "it is a folder")
    half = target.with_name(f".{target.name}.part")
    try:
        half.write_bytes(data)
        half.replace(target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
