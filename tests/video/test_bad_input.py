"""What is no clip: one plain sentence each, never a traceback, and the reader left as it was."""

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from runclinic.demo.clips import Coding
from runclinic.refused import Refused
from runclinic.video import Clip
from runclinic.video.cv import opencv
from tests.video.zoo import X264, a_file, faststart, written

NOT_A_VIDEO = "This file is not a video or was cut off while copying. Copy it from the phone again."
NO_PICTURE = "There is no picture in this file."
PHOTO = "This is a photo, not a clip."
PROTECTED = "protected or badly damaged"


def sound(codec="aac", container="mp4"):
    data = io.BytesIO()
    with av.open(data, "w", format=container) as target:
        stream = target.add_stream(codec, rate=44_100)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 44_100), dtype=np.float32), format="fltp", layout="mono"
        )
        frame.rate = 44_100
        target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return data.getvalue()


def wav():
    data = io.BytesIO()
    with wave.open(data, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(8000)
        target.writeframes(bytes(16_000))
    return data.getvalue()


def picture(kind):
    done, data = opencv().imencode(kind, np.zeros((32, 32, 3), dtype=np.uint8))
    assert done
    return data.tobytes()


def protected():
    scheme = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "00112233445566778899aabbccddeeff",
        "encryption_kid": "00112233445566778899aabbccddeeff",
    }
    return written(Coding(codec_options=X264, muxer=scheme))


def without_index():
    return written()[:-2500]


def no_frames():
    """A clip that was ended before its first frame: its index is there, and lists nothing."""
    coding = Coding(codec_options=X264, muxer={"movflags": "frag_keyframe+empty_moov"})
    data = written(coding)
    return data[: data.index(b"moof") - 4]


BAD = {
    "empty": (lambda: b"", NOT_A_VIDEO),
    "text": (lambda: b"Dear colleague,\nplease find enclosed\n" * 40, NOT_A_VIDEO),
    "noise": (lambda: np.random.default_rng(1).bytes(100_000), NOT_A_VIDEO),
    "one byte": (lambda: b"\x00", NOT_A_VIDEO),
    "index missing": (without_index, NOT_A_VIDEO),
    "playlist": (lambda: b"#EXTM3U\n#EXTINF:1,\nclip.ts\n", NOT_A_VIDEO),
    "list of files": (lambda: b"ffconcat version 1.0\nfile clip.mp4\n", NOT_A_VIDEO),
    "sound alone": (sound, NO_PICTURE),
    "recorded sound": (wav, NO_PICTURE),
    "tagged sound": (lambda: b"ID3\x04" + bytes(400), NO_PICTURE),
    "no frames": (no_frames, NO_PICTURE),
    "PNG": (lambda: picture(".png"), PHOTO),
    "JPEG": (lambda: picture(".jpg"), PHOTO),
    "BMP": (lambda: picture(".bmp"), PHOTO),
    "TIFF": (lambda: picture(".tiff"), PHOTO),
    "WebP": (lambda: picture(".webp"), PHOTO),
    "HEIC": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(200), PHOTO),
    "protected": (protected, PROTECTED),
}


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_gets_one_clear_line(tmp_path, name):
    make, sentence = BAD[name]
    path = a_file(tmp_path, f"{name}.mp4", make())
    with pytest.raises(Refused) as refused:
        Clip.open(path)
    said = str(refused.value)
    assert sentence in said
    assert "\n" not in said
    assert len(said) < 140
    path.unlink()


@pytest.mark.parametrize("name", BAD)
def test_the_same_from_a_reader_which_stays_open(name):
    make, sentence = BAD[name]
    reader = io.BytesIO(make())
    with pytest.raises(Refused, match=sentence[:30]):
        Clip.open(reader)
    assert not reader.closed


def test_a_folder(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    with pytest.raises(Refused, match="clips is a folder, not a clip"):
        Clip.open(folder)


def test_a_missing_file(tmp_path):
    with pytest.raises(Refused, match=r"There is no file .*gone\.mp4"):
        Clip.open(tmp_path / "gone.mp4")


def test_no_right_to_read(tmp_path, monkeypatch):
    path = a_file(tmp_path, "hers.mp4", b"x")

    def forbidden(self, *_args, **_options):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(Refused, match=r"no right to read hers\.mp4"):
        Clip.open(path)


def test_a_reader_that_refuses_is_heard_in_its_own_words():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 2000:
                raise Refused("The clip's file was changed.", "Take it in again.")
            return super().read(size)

    with pytest.raises(Refused, match="was changed"):
        Clip.open(Broken(faststart()))


@pytest.mark.parametrize("seed", range(16))
def test_no_copy_cut_or_spoilt_anywhere_breaks_more_than_itself(seed):
    """It opens and gives frames, or is refused in words; nothing else comes out."""
    data = bytearray(written())
    chance = np.random.default_rng(seed)
    if seed % 2:
        del data[int(chance.integers(1, len(data))) :]
    for place in chance.integers(0, len(data), seed // 4):
        data[place] ^= int(chance.integers(1, 256))
    try:
        clip = Clip.open(io.BytesIO(bytes(data)))
    except Refused:
        return
    with clip:
        try:
            list(clip.verify())
        except Refused:
            return
        assert clip.frame_count >= 1
        assert clip.frame(clip.frame_count - 1).shape[2] == 3


def test_a_disk_that_fails_on_the_way_is_said_and_not_taken_for_a_short_clip():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() > 2000:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(Refused, match="cannot be read to its end"):
        Clip.open(Failing(faststart()))
