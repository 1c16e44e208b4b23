"""HDR on an ordinary screen: skin comes out as it was, white is white, nothing is turned over."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from runclinic.video import Clip, tone

# BT.709 to BT.2020 primaries, RGB (ITU-R BT.2087-0).
TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
LUMA_2020 = np.array([0.2627, 0.6780, 0.0593])


def light(srgb):
    code = np.asarray(srgb) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def hlg(nits):
    """Display light to HLG code, 1000 cd/m2: inverse OOTF on luminance, then the OETF (BT.2100)."""
    luminance = float(LUMA_2020 @ nits) / 1000
    scene = nits / 1000 * luminance ** (1 / 1.2 - 1) if luminance > 0 else nits * 0
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), a * np.log(np.maximum(12 * scene - b, 1e-9)) + c)


def pq(nits):
    """Display light to PQ code (BT.2100)."""
    m1, m2, c1, c2, c3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
    power = (np.asarray(nits) / 10_000) ** m1
    return ((c1 + c2 * power) / (1 + c3 * power)) ** m2


def a_clip_of(code, transfer):
    """One flat picture of these code values (RGB 0 to 1), 10 bit, BT.2020 non-constant luminance."""
    words = {18: "arib-std-b67", 16: "smpte2084"}[transfer]
    y = float(LUMA_2020 @ code)
    cb, cr = (code[2] - y) / 1.8814, (code[0] - y) / 1.4746
    levels = [round(64 + 876 * y), round(512 + 896 * cb), round(512 + 896 * cr)]
    frame = av.VideoFrame(320, 180, "yuv420p10le")
    for plane, level in zip(frame.planes, levels, strict=True):
        np.frombuffer(plane, dtype=np.uint16)[:] = level
    data = io.BytesIO()
    with av.open(data, "w", format="mp4") as target:
        parameters = f"log-level=none:colorprim=bt2020:transfer={words}:colormatrix=bt2020nc:range=limited"
        stream = target.add_stream("libx265", rate=30, options={"crf": "8", "x265-params": parameters})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p10le"
        frame.pts, frame.time_base = 0, Fraction(1, 30)
        for packet in [*stream.encode(frame), *stream.encode()]:
            packet.dts = packet.pts  # x265 leaves it unset in a film of one frame
            target.mux(packet)
    data.seek(0)
    return data


SKIN = {
    "pale": (241, 214, 196),
    "fair": (224, 172, 140),
    "olive": (198, 134, 96),
    "brown": (141, 85, 54),
    "dark": (74, 45, 34),
}


@pytest.mark.parametrize("transfer, coded", [(18, hlg), (16, pq)])
@pytest.mark.parametrize("name", SKIN)
def test_skin_keeps_its_colour(name, transfer, coded):
    """Light as it would be on a screen whose white is HDR's white of 203 cd/m2 (BT.2408)."""
    wanted = np.array(SKIN[name])
    nits = 203 * (TO_2020 @ light(wanted))
    with Clip.open(a_clip_of(coded(nits), transfer)) as clip:
        shown = clip.frame(0)[90, 160, ::-1].astype(int)
    near = 8 if name != "pale" else 26  # the lightest skin already lies where bright light rolls off
    assert np.abs(shown - wanted).max() <= near
    assert shown[0] > shown[1] > shown[2]


@pytest.mark.parametrize("transfer, coded", [(18, hlg), (16, pq)])
def test_grey_stays_grey_and_brighter_stays_brighter(transfer, coded):
    seen = []
    for nits in (0.0, 5.0, 50.0, 203.0, 600.0, 1000.0):
        with Clip.open(a_clip_of(coded(np.full(3, nits)), transfer)) as clip:
            pixel = clip.frame(0)[90, 160].astype(int)
        assert np.ptp(pixel) <= 3
        seen.append(int(pixel[1]))
    assert seen == sorted(seen)
    assert seen[0] <= 3
    assert seen[-1] >= 250


def test_light_rolls_off_smoothly():
    shown = np.linspace(0, 6, 2000)
    rolled = tone.rolled_off(shown)
    assert np.all(np.diff(rolled) >= 0)
    assert rolled[-1] == pytest.approx(1.0)
    assert np.abs(np.diff(rolled, 2)).max() < 1e-3
    assert rolled[shown <= 0.6] == pytest.approx(shown[shown <= 0.6])


def test_an_ordinary_picture_has_no_curve():
    assert tone.of(1) is None
    assert tone.of(2) is None
