"""OpenCV as the second backend: exact by a list of every frame's time, checked at each jump."""

import io
import zlib
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np

from runclinic.refused import Refused
from runclinic.video.cv import opencv
from runclinic.video.decoder import Decoded
from runclinic.video.index import Stamp
from runclinic.video.source import COPY_AGAIN, NOT_A_VIDEO, Watched, is_short

NANOSECOND = Fraction(1, 1_000_000_000)
TICKS_A_MS = 1_000_000
# OpenCV seeks by a mean rate: it is told to go so many frames too far back, and the landing is looked at.
HINTS_BACK = (0, 8, 40, 200)
# A run begins at one of these, as it would at a key packet: nearer ones cost a seek each.
KEY_EVERY = 16
OTHER_BACKEND = "Open it with the usual decoder (PyAV)."
CODECS = {
    "avc1": "h264",
    "hev1": "hevc",
    "hvc1": "hevc",
    "vp80": "vp8",
    "vp90": "vp9",
    "av01": "av1",
    "mjpg": "mjpeg",
    "mp4v": "mpeg4",
    "fmp4": "mpeg4",
    "apch": "prores",
    "apcn": "prores",
    "apcs": "prores",
    "apco": "prores",
}
# In these ten bits a colour mean HDR as a rule, and OpenCV gives no word on it.
MAYBE_HDR = ("hevc", "vp9", "av1")
TRANSPORT_SYNC = 0x47
RIFF_AVI = (b"RIFF", b"AVI ")
BOX_HEADER, LARGE_BOX_HEADER = 8, 16
MOST_INDEX_BYTES = 64 << 20
# Places in a `tkhd` box after its name, version 0 and 1 (ISO/IEC 14496-12, 8.3.2): its matrix, then width.
MATRIX_AT, MATRIX_BYTES = (44, 56), 36


class _Stream(io.BufferedIOBase):
    """What OpenCV accepts as a reader.

    It never raises: OpenCV 4.14 takes the bytes of what `read` returned before it looks for an exception, and
    the process ends. A failure looks like the end of the file, and is kept by the reader.
    """

    def __init__(self, reader: Watched) -> None:
        self._reader = reader

    def read(self, size: int | None = -1) -> bytes:
        try:
            return self._reader.read(-1 if size is None else size)
        except Exception:  # noqa: BLE001 -- see above; `Watched` keeps it
            return b""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._reader.seek(offset, whence)
        except Exception:  # noqa: BLE001
            return -1


@dataclass(frozen=True)
class CvStore:
    """Every frame's time in order of showing; a frame is its own packet, for packets are not to be seen."""

    reader: Watched
    stamps: tuple[Stamp, ...]
    codec: str
    pixel_aspect: float
    average_fps: float
    cut_off: bool
    time_base: Fraction = NANOSECOND
    expected: int = 0
    reordered: bool = False
    promised_s: float = 0.0

    def close(self) -> None:
        """Nothing is held open here: each decoder opens the file for itself."""


def read(seekable: BinaryIO) -> CvStore:
    """Lists the frames. Raises `Refused` for what is no clip, and by name for kinds not shown exactly."""
    reader = Watched(seekable)
    _refuse_by_its_start(reader)
    source, cv2 = reader.again(), opencv()
    capture = _capture(source)
    codec = _codec(int(capture.get(cv2.CAP_PROP_FOURCC)))
    if codec in MAYBE_HDR and _deep(int(capture.get(cv2.CAP_PROP_CODEC_PIXEL_FORMAT))):
        raise Refused("OpenCV does not show 10-bit clips, which may be HDR, in their colours.", OTHER_BACKEND)
    times = _times(capture, source)
    source.raise_what_failed()
    aspect = capture.get(cv2.CAP_PROP_SAR_NUM) / (capture.get(cv2.CAP_PROP_SAR_DEN) or 1.0)
    store = CvStore(
        reader,
        tuple(Stamp(round(ms * TICKS_A_MS), None, k % KEY_EVERY == 0) for k, ms in enumerate(times)),
        codec,
        aspect or 1.0,
        float(capture.get(cv2.CAP_PROP_FPS)),
        is_short(reader.again(), _container_name(reader)),
    )
    reader.raise_what_failed()
    return store


def _refuse_by_its_start(reader: Watched) -> None:
    start = reader.again().read(LARGE_BOX_HEADER)
    if start[:1] == bytes([TRANSPORT_SYNC]) or start[4:5] == bytes([TRANSPORT_SYNC]):
        raise Refused("OpenCV does not show MPEG-TS clips exactly.", OTHER_BACKEND)
    if start[4:8] == b"ftyp" and _is_mirrored(_index_box(reader.again())):
        raise Refused("OpenCV does not show mirrored clips the right way round.", OTHER_BACKEND)


def _index_box(reader: Watched) -> bytes:
    """The `moov` box of an MP4 or MOV file; empty where there is none."""
    at = 0
    while len(head := _at(reader, at, LARGE_BOX_HEADER)) >= BOX_HEADER:
        size, name = int.from_bytes(head[:4], "big"), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if name == b"moov":
            return _at(reader, at, min(size, MOST_INDEX_BYTES))
        if size < BOX_HEADER:
            break
        at += size
    return b""


def _at(reader: Watched, offset: int, size: int) -> bytes:
    reader.seek(offset)
    return reader.read(size)


def _is_mirrored(index: bytes) -> bool:
    """Whether a picture track's matrix mirrors."""
    place = index.find(b"tkhd")
    while place >= 0:
        at = place + MATRIX_AT[index[place + 4] & 1]
        numbers = index[at - 4 : at + MATRIX_BYTES + 4]
        if len(numbers) == MATRIX_BYTES + 8 and int.from_bytes(numbers[-4:], "big"):
            a, b, _, c, d = np.frombuffer(numbers[4:24], dtype=">i4").astype(float)
            if a * d - b * c < 0:
                return True
        place = index.find(b"tkhd", place + 4)
    return False


def _container_name(reader: Watched) -> str:
    start = reader.again().read(12)
    if (start[:4], start[8:12]) == RIFF_AVI:
        return "avi"
    return "matroska" if start.startswith(b"\x1a\x45\xdf\xa3") else ""


def _capture(reader: Watched) -> Any:
    """An open capture, which is let go by dropping it.

    Its `release()` lets go of a Python reader without holding the interpreter's lock (OpenCV 4.14), and the
    process ends.
    """
    cv2 = opencv()
    try:
        capture = cv2.VideoCapture(_Stream(reader), cv2.CAP_FFMPEG, [])
    except cv2.error:
        capture = None
    if capture is None or not capture.isOpened():
        reader.raise_what_failed()
        raise Refused(NOT_A_VIDEO, COPY_AGAIN)
    return capture


def _times(capture: Any, reader: Watched) -> list[float]:
    """Milliseconds of every frame in order of showing.

    An interlaced picture OpenCV does not convert and gives what was in its memory, for all frames alike, so
    some are looked at: a clip in which nothing at all moves is not shown rather than shown wrong.
    """
    cv2 = opencv()
    times: list[float] = []
    looks: list[int] = []
    while capture.grab():
        count = len(times)
        if count & (count - 1) == 0:
            looks.append(_checksum(capture))
        times.append(float(capture.get(cv2.CAP_PROP_POS_MSEC)))
        reader.refuse_late()
    if not times:
        reader.raise_what_failed()
        raise Refused(NOT_A_VIDEO, COPY_AGAIN)
    if -1 in looks or (len(looks) > 1 and len(set(looks)) == 1):
        raise Refused("OpenCV does not show interlaced or unusual pictures exactly.", OTHER_BACKEND)
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise Refused("OpenCV does not show clips without presentation times exactly.", OTHER_BACKEND)
    return times


def _checksum(capture: Any) -> int:
    """Of the picture that was grabbed; -1 where there is none to get."""
    try:
        done, picture = capture.retrieve()
    except opencv().error:
        return -1
    return zlib.crc32(picture.tobytes()) if done else -1


def _codec(fourcc: int) -> str:
    letters = fourcc.to_bytes(4, "little").decode("latin-1").strip("\0 ")
    return CODECS.get(letters.lower(), letters.lower())


def _deep(pixel_format: int) -> bool:
    """Whether a raw pixel format has more than 8 bits: FFmpeg then writes "Y3", chroma, bits."""
    letters = pixel_format.to_bytes(4, "little", signed=False)
    return letters[:1] == b"Y" and letters[3] > 8


class CvDecoder:
    """Frames in order of showing from any frame on; a landing that cannot be proved is never used."""

    def __init__(self, store: CvStore, *, apart: bool = False) -> None:  # noqa: ARG002 -- always apart
        self._store = store
        self._ms = [(stamp.pts or 0) / TICKS_A_MS for stamp in store.stamps]
        self._open()
        self._grabbed = False
        self.position = 0
        self.failures = 0

    def _open(self) -> None:
        """From the start of the file."""
        self._reader = self._store.reader.again()
        self._capture: Any = _capture(self._reader)
        self._reader.in_time()

    def start(self, packet: int, only: int | None = None) -> None:  # noqa: ARG002 -- it shows no packets
        """Forget what went before and begin at this frame."""
        self.failures = 0
        self._grabbed = False
        if packet == self.position and packet:
            return
        cv2 = opencv()
        for back in HINTS_BACK if packet else ():
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, max(0, packet - back))
            if self._walked_to(packet):
                self._grabbed = True
                self.position = packet
                return
        self._from_start(packet)

    def hurry(self, only: int | None) -> None:
        """OpenCV leaves nothing out."""

    def _walked_to(self, packet: int) -> bool:
        """Grabs on until this very frame, by its time; False where the seek landed behind it."""
        wanted = self._ms[packet]
        for _ in range(len(self._ms)):
            if not self._capture.grab():
                return False
            at = float(self._capture.get(opencv().CAP_PROP_POS_MSEC))
            if at >= wanted:
                return at == wanted
        return False

    def _from_start(self, packet: int) -> None:
        self._open()
        for _ in range(packet):
            self._capture.grab()
        self.position = packet

    def next(self) -> Decoded | None:
        """The next picture, or None after the last."""
        if self.position >= len(self._ms):
            return None
        grabbed = self._grabbed or self._capture.grab()
        self._grabbed = False
        if not grabbed:
            self._reader.raise_what_failed()
            self.failures += 1
            return None
        done, picture = self._capture.retrieve()
        place = self.position
        self.position += 1
        if not done:
            self.failures += 1
            return self.next()
        return Decoded(place, picture, damaged=False)

    def close(self) -> None:
        """Lets go of the file."""
        self._capture = None
