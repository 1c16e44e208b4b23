"""The two ways to decode, behind one form: PyAV as a rule, OpenCV where its licence does not suit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal, TypeAlias

from runclinic.video import cv_decoder, packets
from runclinic.video.decoder import Decoder, PyAVDecoder, Store

Name: TypeAlias = Literal["pyav", "cv2"]
USUAL: Name = "pyav"


@dataclass(frozen=True, slots=True)
class Backend:
    """`read(reader)` gives a store, `decoder(store)` its decoder, with `apart=True` one of its own."""

    read: Callable[[BinaryIO], Store]
    decoder: Callable[..., Decoder]


BACKENDS: dict[Name, Backend] = {
    "pyav": Backend(packets.read, PyAVDecoder),
    "cv2": Backend(cv_decoder.read, cv_decoder.CvDecoder),
}


def size_bytes(picture: Any) -> int:
    """Memory that a decoded picture holds, of either backend."""
    planes = getattr(picture, "planes", None)
    return int(picture.nbytes) if planes is None else sum(plane.buffer_size for plane in planes)
