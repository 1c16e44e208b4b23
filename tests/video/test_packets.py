"""Packets beyond the limit are read anew from the file, and are the same; one that changed is refused."""

import io
import math

import pytest

from runclinic.demo import stamp
from runclinic.demo.clips import Coding
from runclinic.refused import Refused
from runclinic.video import Clip, packets, source
from tests.video.zoo import faststart, in_memory

LEFT_IN_FILE = [
    "30 fps, B-frames",
    "Matroska 240 fps",
    "MJPEG AVI",
    "VP9 WebM",
    "fragmented",
    "edit list",
    "HEVC, open groups",
]
ALL_KEPT = ["MPEG-TS"]


@pytest.mark.parametrize("name", LEFT_IN_FILE)
def test_a_packet_left_in_the_file_is_the_same(kinds, name):
    with kinds(name).path.open("rb") as one, kinds(name).path.open("rb") as other:
        kept, left = packets.read(one), packets.read(other, kept_bytes=1000)
        assert left.packets.held_bytes <= 1000
        assert [bytes(packet) for packet in left.packets] == [bytes(packet) for packet in kept.packets]
        assert left.stamps == kept.stamps
        assert left.packets[-3:][0].pts == kept.packets[-3].pts
        kept.close()
        left.close()


@pytest.mark.parametrize("name", ALL_KEPT)
def test_where_the_container_does_not_tell_the_place_all_are_kept(kinds, name):
    with kinds(name).path.open("rb") as reader:
        store = packets.read(reader, kept_bytes=1000)
        assert store.packets.held_bytes == sum(packet.size for packet in store.packets)
        store.close()


@pytest.mark.parametrize("name", ["30 fps, B-frames", "Matroska 240 fps", "fragmented", "edit list"])
def test_a_large_clip_is_as_exact(kinds, name, monkeypatch):
    monkeypatch.setattr(packets.read, "__defaults__", (1000,))
    kind = kinds(name)
    with Clip.open(kind.path, cache_bytes=1) as clip:
        assert clip.frame_count == len(kind.numbers)
        order = [*range(0, clip.frame_count, 5)][::-1]
        assert [stamp.read(clip.frame(k)) for k in order] == [kind.numbers[k] for k in order]
        list(clip.verify())
        assert clip.damaged == ()


def test_a_file_that_is_changed_meanwhile_is_said(monkeypatch):
    monkeypatch.setattr(packets.read, "__defaults__", (1000,))
    reader = io.BytesIO(faststart())
    with Clip.open(reader, cache_bytes=1) as clip:
        reader.getbuffer()[len(faststart()) // 3 :] = bytes(len(faststart()) - len(faststart()) // 3)
        with pytest.raises(Refused, match="changed or taken away"):
            clip.frame(70)


def test_too_much_to_keep_is_refused(monkeypatch):
    monkeypatch.setattr(packets, "MOST_BYTES", 2000)
    monkeypatch.setattr(packets.read, "__defaults__", (1000,))
    with pytest.raises(Refused, match="too large to be stepped as a whole"):
        Clip.open(in_memory(Coding("mpegts")))


def test_opening_has_its_time(monkeypatch):
    monkeypatch.setattr(source, "OPENS_WITHIN_S", -1.0)
    for backend in ("pyav", "cv2"):
        with pytest.raises(Refused, match="takes too long to open"):
            Clip.open(in_memory(), backend=backend)


def test_after_opening_it_may_take_its_time(kinds):
    with kinds("30 fps, B-frames").path.open("rb") as reader:
        store = packets.read(reader, kept_bytes=1000)
        assert store.packets._reader._until == math.inf == store.reader._until
        store.close()
