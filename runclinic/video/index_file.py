"""A verified index as a small file beside the clip, so that a clip is looked through once in its life."""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import av

from runclinic.video.index import FrameIndex, Stamp
from runclinic.video.source import Fingerprint

NAME = "frame-index-1"  # of the file beside the film; another layout gets another number
MAGIC = b"RCINDEX1"
DECODER = f"av {av.__version__}"
_LENGTH = struct.Struct("<I")


def packed(index: FrameIndex, fingerprint: Fingerprint) -> bytes:
    """About 4 bytes a frame or less: facts, then ticks and packets as differences, and damage."""
    facts = {
        "length": fingerprint.length,
        "sha256": fingerprint.sha256,
        "decoder": DECODER,
        "stamps": _digest(index.stamps),
        "base": [index.time_base.numerator, index.time_base.denominator],
        "count": len(index),
    }
    head = json.dumps(facts).encode()
    body = b"".join(_varints(numbers) for numbers in _columns(index))
    content = _LENGTH.pack(len(head)) + head + zlib.compress(body, 6)
    return MAGIC + _LENGTH.pack(zlib.crc32(content)) + content


def unpacked(data: bytes, fingerprint: Fingerprint, stamps: Sequence[Stamp]) -> FrameIndex | None:
    """The verified index of exactly this file and decoder; None for any other, which is then made anew."""
    try:
        start = len(MAGIC) + 2 * _LENGTH.size
        check, size = struct.unpack_from("<II", data, len(MAGIC))
        if not data.startswith(MAGIC) or zlib.crc32(data[start - _LENGTH.size :]) != check:
            return None
        facts = json.loads(data[start : start + size])
        wanted = (fingerprint.length, fingerprint.sha256, DECODER, _digest(stamps))
        kept = tuple(facts[name] for name in ("length", "sha256", "decoder", "stamps"))
        if kept != wanted:
            return None
        numbers = _numbers(zlib.decompress(data[start + size :]))
        count = int(facts["count"])
        ticks, steps, damaged = numbers[:count], numbers[count : 2 * count], numbers[2 * count :]
        packets = tuple(k + step for k, step in enumerate(steps))
        base = Fraction(*facts["base"])
    except (ValueError, KeyError, TypeError, struct.error, zlib.error, ZeroDivisionError):
        return None
    if len(set(packets)) != count or any(not 0 <= packet < len(stamps) for packet in packets):
        return None
    index = FrameIndex.from_container(stamps, base)
    return replace(
        index,
        ticks=tuple(_summed(ticks)),
        packets=packets,
        verified=True,
        damaged_packets=frozenset(_summed(damaged)),
    )


def _columns(index: FrameIndex) -> Iterable[list[int]]:
    yield _differences(index.ticks)
    yield [packet - k for k, packet in enumerate(index.packets)]
    yield _differences(sorted(index.damaged_packets))


def _digest(stamps: Sequence[Stamp]) -> str:
    said = hashlib.sha256()
    for stamp in stamps:
        said.update(f"{stamp.pts},{stamp.dts},{stamp.key:d},{stamp.discard:d};".encode())
    return said.hexdigest()[:32]


def _differences(numbers: Iterable[int]) -> list[int]:
    before, found = 0, list[int]()
    for number in numbers:
        found.append(number - before)
        before = number
    return found


def _summed(differences: Iterable[int]) -> Iterable[int]:
    total = 0
    for each in differences:
        total += each
        yield total


def _varints(numbers: Iterable[int]) -> bytes:
    """Seven bits a byte, signs folded in (zigzag), as in Protocol Buffers."""
    found = bytearray()
    for number in numbers:
        left = number << 1 if number >= 0 else (-number << 1) - 1
        while left >= 0x80:
            found.append(left & 0x7F | 0x80)
            left >>= 7
        found.append(left)
    return bytes(found)


def _numbers(data: bytes) -> list[int]:
    found, shift, number = list[int](), 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(number >> 1 if not number & 1 else -((number + 1) >> 1))
            shift = number = 0
    if shift:
        raise ValueError("cut off")
    return found
