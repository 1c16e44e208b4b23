"""What `runclinic frames` says, and one frame as a PNG file."""

import json

import numpy as np
import pytest

from runclinic.demo import stamp
from runclinic.refused import Refused
from runclinic.video import Clip
from runclinic.video.cv import opencv
from runclinic.video.probe import facts, lines, write_png
from tests.video.zoo import in_memory


@pytest.fixture
def clip():
    with Clip.open(in_memory()) as opened:
        yield opened


def test_the_facts_are_plain_and_complete(clip):
    told = facts(clip)
    assert json.loads(json.dumps(told)) == told
    assert told["times_s"] == pytest.approx([k / 60 for k in range(36)])
    assert {name: told[name] for name in told if name != "times_s"} == {
        "frame_count": 36,
        "width": 320,
        "height": 180,
        "rotation": 0,
        "mirrored": False,
        "codec": "h264",
        "pixel_aspect": 1.0,
        "nominal_fps": pytest.approx(60.0),
        "variable_rate": False,
        "damaged": [],
        "warnings": [],
    }


def test_the_facts_in_words(clip):
    assert lines(facts(clip)) == [
        "36 frames, the last one at 0.583 s",
        "320 x 180 pixels, h264",
        "60.00 frames a second",
    ]


def test_a_frame_as_png_is_the_frame(clip, tmp_path):
    path = write_png(clip, 21, tmp_path / "käder.png")
    picture = opencv().imdecode(np.fromfile(path, dtype=np.uint8), 1)
    assert np.array_equal(picture, clip.frame(21))
    assert stamp.read(picture) == 21


def test_png_replaces_a_file_whole(clip, tmp_path):
    path = tmp_path / "frame.png"
    path.write_bytes(b"old")
    write_png(clip, 0, path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [file.name for file in tmp_path.iterdir()] == ["frame.png"]


def test_png_of_a_frame_outside_writes_nothing(clip, tmp_path):
    with pytest.raises(Refused, match="frames 0 to 35"):
        write_png(clip, 36, tmp_path / "frame.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("where", ["no folder here/frame.png", ""])
def test_png_to_an_impossible_place_leaves_nothing_behind(clip, tmp_path, where):
    with pytest.raises(Refused, match="cannot be written"):
        write_png(clip, 0, tmp_path / where)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_old_file(clip, tmp_path, monkeypatch):
    path = tmp_path / "frame.png"
    path.write_bytes(b"old")

    def full(self, _data):
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    with pytest.raises(Refused, match="No space left"):
        write_png(clip, 0, path)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["frame.png"]
