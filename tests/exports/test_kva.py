"""Kinovea's files: what it writes is read, what we write is read back, and both measure the same."""

import math
import uuid
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from runclinic.exports import kva, plain_xml, rtf
from runclinic.exports.kva import Picture, Work, write
from runclinic.exports.kva_reading import read
from runclinic.refused import Refused
from runclinic.visit.drawings import COLOURS, POINTS, TOOLS, Drawing, measured
from runclinic.visit.stride import Mark
from tests.exports import kinovea
from tests.exports.kinovea import CIRCLE, PENCIL, TRACK, Kinovea, angle, at, key_frame, label, line, pencil

FILM = Picture((640, 480), np.arange(120) / 60)
COUNT = len(FILM.times_s)


def only(content: bytes, picture: Picture = FILM) -> Drawing:
    (drawing,) = read(content, picture).work.drawings
    return drawing


# ---- what Kinovea writes ----


def test_a_line_of_kinovea_lies_where_it_was_drawn():
    drawn = only(Kinovea().file(key_frame(10 * 512, line(at(100, 50.5), at(120.25, 300)))))
    assert (drawn.tool, drawn.frame) == ("line", 10)
    assert drawn.points == ((99.5, 50.0), (119.75, 299.5))  # from a pixel's corner to its middle


@pytest.mark.parametrize(
    ("shown", "arrows", "tool"),
    [
        ("None", "None", "line"),
        ("Name", "None", "line"),
        ("TravelDistance", "None", "distance"),
        ("TotalDistance", "None", "distance"),
        ("None", "EndArrow", "arrow"),
        ("None", "DoubleArrow", "arrow"),
    ],
)
def test_lines_become_the_tool_that_measures_as_they_did(shown, arrows, tool):
    drawn = only(Kinovea().file(key_frame(0, line("0.5;0.5", "9.5;9.5", shown=shown, arrows=arrows))))
    assert (drawn.tool, drawn.points) == (tool, ((0.0, 0.0), (9.0, 9.0)))


def test_an_arrow_keeps_its_head():
    drawn = only(Kinovea().file(key_frame(0, line("0.5;0.5", "9.5;9.5", arrows="StartArrow"))))
    assert drawn.points == ((9.0, 9.0), (0.0, 0.0))


def test_an_angle_is_what_kinovea_shows():
    """From A against the clock to B; a supplementary one is shown beside the one that was drawn."""
    shape = angle("100;100", "200;100", "100;50")  # to the right, up: 90 degrees against the clock
    assert measured(only(Kinovea().file(key_frame(0, shape))), FILM.size).value == pytest.approx(90)
    tilted = angle("100;100", "200;100", at(100 + 50 * math.cos(0.5), 100 - 50 * math.sin(0.5)))
    assert measured(only(Kinovea().file(key_frame(0, tilted))), FILM.size).value == pytest.approx(
        math.degrees(0.5), abs=0.01
    )
    beside = tilted.replace("<Supplementary>false", "<Supplementary>true")
    assert measured(only(Kinovea().file(key_frame(0, beside))), FILM.size).value == pytest.approx(
        180 - math.degrees(0.5), abs=0.01
    )


@pytest.mark.parametrize(("ccw", "above"), [("true", 0), ("false", 1)])
def test_an_angle_above_180_is_told_of(ccw, above):
    taken = read(Kinovea().file(key_frame(0, angle("100;100", "200;100", "100;50", ccw=ccw))), FILM)
    assert taken.turned_over == above


@pytest.mark.parametrize("places", [("100;50", "100;150", "100;250", "150;63.397")])
def test_the_angle_to_the_vertical_and_the_goniometer_are_known(places):
    upright = only(Kinovea().file(key_frame(0, kinovea.posture(kinovea.TO_VERTICAL, places))))
    assert upright.tool == "vertical"
    assert measured(upright, FILM.size).value == pytest.approx(30, abs=0.01)
    turned = only(Kinovea().file(key_frame(0, kinovea.posture(kinovea.GONIOMETER, places))))
    assert turned.tool == "angle"
    assert measured(turned, FILM.size).value == pytest.approx(150, abs=0.01)


def test_what_there_is_no_tool_for_is_counted():
    other = kinovea.posture("00000000-0000-0000-0000-000000000001", ["1;1"])
    content = Kinovea(more=TRACK).file(key_frame(0, PENCIL, PENCIL, other))
    taken = read(content, FILM)
    assert taken.left_out == {"Pencil": 2, "GenericPosture": 1, "Tracks": 1}
    assert taken.work == Work()


def test_a_circle_is_its_middle_and_a_place_on_its_rim():
    (circle,) = read(Kinovea().file(key_frame(0, CIRCLE)), FILM).work.drawings
    assert (circle.tool, circle.points) == ("circle", ((8.5, 8.5), (13.5, 8.5)))
    assert measured(circle, FILM.size).value == 10
    with pytest.raises(Refused, match="a circle lacks its middle or its width"):
        read(Kinovea().file(key_frame(0, CIRCLE.replace("Radius", "Wide"))), FILM)


def test_our_circle_is_kinoveas_with_a_radius_in_whole_pixels():
    root = plain_xml.read(write(Work((Drawing(1, "circle", 0, ((20.0, 9.0), (50.0, 49.0))),)), FILM))
    shape = root.first("Keyframes").inside[0].first("Drawings").first("Circle")
    assert (shape.words("Origin"), shape.words("Radius")) == ("20.5;9.5", "50")


def test_a_label_and_a_pencil_of_kinovea_are_a_text_and_a_stroke():
    """A stroke of one place is none, and a label that says nothing is left out."""
    shapes = [label("Knee\n  in", "60;80"), label("  ", "9;9"), pencil("1;1", "9;9", "20;1")]
    taken = read(Kinovea().file(key_frame(0, *shapes, PENCIL)), FILM)
    text, stroke = taken.work.drawings
    assert (text.tool, text.words, text.points) == ("text", "Knee in", ((59.5, 79.5),))
    assert (stroke.tool, stroke.points) == ("freehand", ((0.5, 0.5), (8.5, 8.5), (19.5, 0.5)))
    assert taken.left_out == {"Label": 1, "Pencil": 1}


def test_a_stroke_of_very_many_places_is_kept_with_fewer():
    places = [at(300 + 200 * math.cos(k / 700), 240 + 200 * math.sin(k / 300)) for k in range(20_000)]
    stroke = only(Kinovea().file(key_frame(0, pencil(*places))))
    assert 50 < len(stroke.points) <= 400
    for x, y in stroke.points:
        assert abs(x - 299.5) <= 200.01
        assert abs(y - 239.5) <= 200.01


def test_ours_are_kinoveas_label_and_pencil_with_their_colour():
    text = Drawing(1, "text", 0, ((20.0, 9.0),), words="Knee in", colour="green")
    shape = shape_of(text)
    assert (shape.name, shape.words("Text"), shape.words("Position")) == ("Label", "Knee in", "20.5;9.5")
    assert shape.first("DrawingStyle").first("Color").words("Value") == "255;124;245;176"
    shape = shape_of(Drawing(1, "freehand", 0, ((0.0, 0.0), (5.0, 9.0), (8.0, 8.0))))
    listed = shape.first("PointList")
    assert (shape.name, listed.attributes["Count"]) == ("Pencil", "3")
    assert [each.text for each in listed.inside] == ["0.5;0.5", "5.5;9.5", "8.5;8.5"]


def test_what_is_kept_for_frames_is_whole_on_them_in_kinovea_and_gone_on_the_next():
    fading = shape_of(Drawing(1, "line", 0, ((0.0, 0.0), (5.0, 9.0)), frames=12)).first("InfosFading")
    told = {each.name: each.text for each in fading.inside}
    assert (told["UseDefault"], told["OpaqueFrames"], told["Frames"]) == ("false", "12", "1")
    asked = line("1;1", "9;9").replace("<UseDefault>true", "<UseDefault>false")
    kept = only(Kinovea().file(key_frame(0, asked.replace("<OpaqueFrames>1<", "<OpaqueFrames>7<"))))
    assert kept.frames == 7
    assert only(Kinovea().file(key_frame(0, asked))).frames == 1


@pytest.mark.parametrize("first", [0, 7007])
@pytest.mark.parametrize(("per_frame", "exact"), [("512", 512), ("1501.5", 1501.5), ("1501,5", 1501.5)])
def test_ticks_become_frames(per_frame, exact, first):
    made = Kinovea(per_frame=per_frame, first=first)
    shapes = [key_frame(first + round(k * exact), line("1;1", "9;9")) for k in (0, 59, 119)]
    assert [each.frame for each in read(made.file(*shapes), FILM).work.drawings] == [0, 59, 119]


def test_an_uneven_film_is_read_by_its_times():
    times = np.cumsum([0.0, 0.016, 0.017, 0.05, 0.016, 0.016, 0.085])
    film = Picture((640, 480), times)
    fps = 6 / times[-1]
    made = Kinovea(per_frame=str(90000 / fps), fps=f"{fps:.7g}")
    shapes = [key_frame(round(90000 * each), line("1;1", "9;9")) for each in times]
    assert [each.frame for each in read(made.file(*shapes), film).work.drawings] == list(range(7))


def test_a_frame_that_the_film_does_not_have_is_told_of():
    taken = read(Kinovea().file(key_frame(120 * 512, line("1;1", "9;9")), key_frame(-999, comment="x")), FILM)
    assert (taken.outside, taken.work) == (2, Work())


@pytest.mark.parametrize(
    ("rotation", "size", "turned", "film"),
    [
        ("Rotate0", (640, 480), 0, (640, 480)),
        ("Rotate90", (480, 640), 90, (480, 640)),
        ("Rotate0", (640, 480), 90, (480, 640)),
        ("Rotate90", (480, 640), 0, (640, 480)),
        ("Rotate180", (640, 480), 0, (640, 480)),
        ("Rotate270", (480, 640), 90, (480, 640)),
        (None, (640, 480), 90, (480, 640)),
        (None, (480, 640), 90, (480, 640)),
        ("Rotate0", (1280, 960), 0, (640, 480)),
        ("Rotate0", (320, 240), 0, (640, 480)),
    ],
)
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_turned_or_scaled_picture_has_the_drawing_on_the_same_thing(rotation, size, turned, film, mirrored):
    """A thing at 30 % and 20 % of the picture as it lies in the file. Kinovea mirrors only what it shows."""

    def seen(width: float, height: float, by: int) -> tuple[float, float]:
        x, y = 0.3, 0.2
        x, y = {0: (x, y), 90: (1 - y, x), 180: (1 - x, 1 - y), 270: (y, 1 - x)}[by]
        return x * width, y * height

    theirs = {"Rotate0": 0, "Rotate90": 90, "Rotate180": 180, "Rotate270": 270}.get(
        rotation, 0 if size[0] > size[1] else turned
    )
    thing = seen(*size, theirs)
    made = Kinovea(size=size, rotation=rotation, mirrored=mirrored)
    drawn = only(made.file(key_frame(0, line(at(*thing), "9;9"))), Picture(film, FILM.times_s, 1.0, turned))
    x, y = seen(*film, turned)
    assert drawn.points[0] == pytest.approx((x - 0.5, y - 0.5), abs=1e-3)


def test_wide_pixels_are_kinoveas_shape_or_ours():
    film = Picture((720, 576), FILM.times_s, 1.0667)
    for size in ((720, 576), (768, 576)):
        drawn = only(Kinovea(size=size).file(key_frame(0, line(at(size[0] / 2, 288), "0;0"))), film)
        assert drawn.points[0] == pytest.approx((359.5, 287.5))


def test_another_film_is_refused_in_words():
    with pytest.raises(Refused, match=r"640 × 480 pixels, and this film has 1920 × 1080"):
        read(Kinovea().file(), Picture((1920, 1080), FILM.times_s))


@pytest.mark.parametrize(
    ("unit", "cm"), [("Centimeters", 1.0), ("Meters", 100.0), ("Millimeters", 0.1), ("Inches", 2.54)]
)
def test_a_calibration_is_a_known_length(unit, cm):
    name = str(uuid.uuid4())
    made = Kinovea(calibrated=kinovea.by_line("2.5", "100;200", "300;200", name.upper(), unit))
    drawn = only(made.file(key_frame(512, line("100;200", "300;200", id=name))))
    assert (drawn.tool, drawn.frame) == ("scale", 1)
    assert drawn.known_cm == pytest.approx(2.5 * cm)
    without = only(made.file())
    assert (without.tool, without.points) == ("scale", ((99.5, 199.5), (299.5, 199.5)))


@pytest.mark.parametrize("unit", ["Pixels", "Percentage"])
def test_pixels_are_no_known_length(unit):
    made = Kinovea(calibrated=kinovea.by_line("1", "0;0", "9;0", str(uuid.uuid4()), unit))
    assert read(made.file(), FILM).work == Work()


def test_a_calibrated_plane_is_told_of():
    made = Kinovea(calibrated="<CalibrationPlane><Size>1;1</Size></CalibrationPlane><Unit>Meters</Unit>")
    assert read(made.file(), FILM).left_out == {"CalibrationPlane": 1}


@pytest.mark.parametrize(
    ("name", "comment", "said"),
    [
        ("", "Lands ahead of her hip.", "Lands ahead of her hip."),
        ("Landing", "", "Landing"),
        ("Landing", "ahead of her hip", "Landing: ahead of her hip"),
        ("0:00:01:18", "", None),
        ("1.250 s", "", None),
        ("", r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\viewkind4\uc1\pard\fs23 Knee \b in\b0\par}", "Knee in"),
        ("", r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard\fs23\par}", None),
        ("Left initial contact; Landing", "", "Landing"),
    ],
)
def test_a_sentence_of_kinovea_is_a_key_frame(name, comment, said):
    taken = read(Kinovea().file(key_frame(512, name=name, comment=comment)), FILM)
    assert taken.work.chosen == (((1, said),) if said else ())


def test_titles_that_name_contacts_are_marks():
    taken = read(Kinovea().file(key_frame(512, name="Left initial contact; Right toe-off")), FILM)
    assert [(each.side, each.kind, each.frame, each.by_hand) for each in taken.work.marks] == [
        ("left", "initial_contact", 1, True),
        ("right", "toe_off", 1, True),
    ]
    assert taken.work.chosen == ()


@pytest.mark.parametrize(("told", "found"), [("60", None), ("60.2", None), ("240", 240.0), ("0", None)])
def test_the_true_rate_is_read_where_kinovea_was_told_one(told, found):
    assert read(Kinovea(capture_fps=told).file(), FILM).work.capture_fps == found


def test_a_file_of_2011_is_read():
    drawings = (
        '<Drawing Type="DrawingLine2D"><m_StartPoint>100;50</m_StartPoint><m_EndPoint>200;50</m_EndPoint>'
        "<LineStyle><Size>2</Size><LineShape>EndArrow</LineShape><ColorRGB>255;0;0</ColorRGB></LineStyle>"
        "<MeasureIsVisible>False</MeasureIsVisible></Drawing>"
        '<Drawing Type="DrawingLine2D"><m_StartPoint>100;50</m_StartPoint><m_EndPoint>200;50</m_EndPoint>'
        "<LineStyle><Size>2</Size><LineShape>Simple</LineShape></LineStyle>"
        "<MeasureIsVisible>True</MeasureIsVisible></Drawing>"
        '<Drawing Type="DrawingAngle2D"><PointO>9;9</PointO><PointA>19;9</PointA><PointB>9;19</PointB>'
        '<Measure UserAngle="90" /></Drawing>'
        '<Drawing Type="DrawingText"><Text>knee</Text><Position>1;1</Position></Drawing>'
    )
    help_ = '<CalibrationHelp><PixelToUnit>0,5</PixelToUnit><LengthUnit UserUnitLength="cm">0</LengthUnit>'
    help_ += "<CoordinatesOrigin>-1;-1</CoordinatesOrigin></CalibrationHelp>"
    taken = read(kinovea.of_2011(kinovea.old_key_frame(7, drawings), help_=help_), FILM)
    assert [(each.tool, each.frame) for each in taken.work.drawings] == [
        ("arrow", 7),
        ("distance", 7),
        ("angle", 7),
        ("text", 7),
        ("scale", 0),
    ]
    _, distance, turned, text, scale = taken.work.drawings
    assert (text.words, text.points) == ("knee", ((0.5, 0.5),))
    assert measured(distance, FILM.size, 1.0, scale).value == pytest.approx(50)
    assert measured(turned, FILM.size).value == pytest.approx(90)
    assert taken.left_out == {}
    assert taken.work.chosen == ()  # the title is a time code


# ---- what we write ----

whole = some.integers(0, COUNT - 1)
coordinate = some.integers(-2_000_000, 2_000_000).map(lambda each: each / 1000)
words = some.text(some.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=140)


@some.composite
def drawings(draw):
    tool = draw(some.sampled_from(TOOLS))
    count = draw(some.integers(2, 12)) if tool == "freehand" else POINTS[tool]
    points = tuple((draw(coordinate), draw(coordinate)) for _ in range(count))
    known = draw(some.floats(0.1, 1000)) if tool == "scale" else 0.0
    zoom, said = draw(some.integers(1000, 16000)) / 1000, ""
    if tool == "text":
        said = " ".join(draw(words).split()) or "Knee in"
    kept = 1 if tool == "scale" else draw(some.integers(1, 30))
    return Drawing(1, tool, draw(whole), points, known, zoom, said, draw(some.sampled_from(COLOURS)), kept)


marks = some.builds(
    Mark,
    number=some.just(1),
    side=some.sampled_from(["left", "right"]),
    kind=some.sampled_from(["initial_contact", "toe_off"]),
    frame=whole,
    source=some.sampled_from(["hand", "drawn", "feet-2"]),
    confidence=some.floats(0, 1),
)
works = some.builds(
    lambda drawn, marked, chosen, fps: Work(
        tuple(replace(each, number=k) for k, each in drawn),
        tuple(Mark(k, each.side, each.kind, each.frame, each.source, each.confidence) for k, each in marked),
        tuple(sorted(chosen.items())),
        fps,
    ),
    some.lists(drawings(), max_size=6).map(lambda all_: [*enumerate(sorted(all_, key=lambda d: d.frame), 1)]),
    some.lists(marks, max_size=6).map(lambda all_: [*enumerate(sorted(all_, key=lambda m: m.frame), 1)]),
    some.dictionaries(whole, words, max_size=4),
    some.sampled_from([None, 120.0, 240.0, 1000.0]),
)


@given(works, some.booleans(), some.booleans())
def test_what_is_written_is_read_back_the_same(work, uneven, mirrored):
    times = np.cumsum([0.0, *np.tile([0.016, 0.018, 0.016], COUNT)])[:COUNT] if uneven else FILM.times_s
    film = Picture((640, 480), times, mirrored=mirrored)
    assert read(write(work, film), film) == kva.Taken(work)


def test_on_a_mirrored_film_it_lies_on_the_same_thing_in_the_files_own_picture():
    """Kinovea does not mirror: what we see 20 pixels from the left it sees as far from the right."""
    work = Work((Drawing(1, "line", 3, ((20.0, 90.0), (30.0, 20.0))),))
    seen = read(write(work, replace(FILM, mirrored=True)), FILM).work.drawings
    assert [each.points for each in seen] == [((FILM.size[0] - 21.0, 90.0), (FILM.size[0] - 31.0, 20.0))]


@given(works)
def test_written_twice_it_is_the_same_file(work):
    content = write(work, FILM)
    assert write(read(content, FILM).work, FILM) == content


def test_a_film_whose_frames_share_a_time_is_read_back():
    film = Picture((640, 480), np.array([0.0, 0.02, 0.02, 0.04]))
    work = Work(tuple(Drawing(k, "line", k - 1, ((0.0, 0.0), (9.0, 9.0))) for k in range(1, 5)))
    assert read(write(work, film), film).work == work


def test_without_our_own_elements_kinovea_keeps_what_it_measures():
    """Saved again in Kinovea, what it does not know is gone; what it shows is still the same."""
    work = Work(
        (
            Drawing(1, "line", 3, ((10.0, 90.0), (30.0, 20.0))),
            Drawing(2, "arrow", 3, ((10.0, 90.0), (30.0, 20.0))),
            Drawing(3, "vertical", 3, ((10.0, 90.0), (30.0, 20.0))),
            Drawing(4, "vertical", 3, ((30.0, 20.0), (10.0, 90.0))),
            Drawing(5, "angle", 3, ((10.0, 90.0), (30.0, 20.0), (80.0, 70.0))),
            Drawing(6, "distance", 3, ((10.0, 90.0), (30.0, 20.0))),
            Drawing(7, "scale", 3, ((10.0, 400.0), (210.0, 400.0)), 80.0),
            Drawing(8, "text", 3, ((10.0, 90.0),), words="Knee in <& out>", colour="green"),
            Drawing(9, "freehand", 3, ((10.0, 90.0), (30.0, 20.0), (80.0, 70.0)), colour="blue", frames=5),
        ),
        (Mark(1, "right", "toe_off", 3),),
        ((3, "Heel first."),),
    )
    root = plain_xml.read(write(work, FILM))

    def bare(element):
        element.inside = [each for each in element.inside if each.name != kva.OWN]
        return kva_node(element)

    def kva_node(element):
        return (
            element.name,
            element.attributes,
            [bare(each) for each in element.inside] or [element.text.strip()],
        )

    taken = read("\n".join(kva._lines(bare(root), "")).encode(), FILM)
    assert taken == kva.Taken(work)


def test_kinovea_measures_what_we_do():
    """Its rule: from A to B against the clock where it says so; the vertical tool from its third point."""
    points = ((10.0, 90.0), (30.0, 20.0), (80.0, 70.0))
    for three in (points, points[::-1]):
        drawing = Drawing(1, "angle", 0, three)
        shape = shape_of(drawing)
        middle, first, last = (place(shape.first(f"Point{name}")) for name in "OAB")
        turn = angle_against_clock(middle, first, last)
        shown = turn if shape.words("CCW") == "true" else 360 - turn
        assert shown == pytest.approx(measured(drawing, FILM.size).value)
    for two in (points[:2], points[1::-1]):
        drawing = Drawing(1, "vertical", 0, two)
        _top, middle, first, last = (place(each) for each in shape_of(drawing).first("Positions").inside)
        assert first[0] == middle[0]
        turn = angle_against_clock(middle, first, last)
        assert min(turn, 360 - turn) == pytest.approx(abs(measured(drawing, FILM.size).value))


def shape_of(drawing):
    root = plain_xml.read(write(Work((drawing,)), FILM))
    return root.first("Keyframes").first("Keyframe").first("Drawings").inside[0]


def place(element):
    x, y = element.text.split(";")
    return float(x), float(y)


def angle_against_clock(middle, first, last):
    one = math.atan2(middle[1] - first[1], first[0] - middle[0])
    other = math.atan2(middle[1] - last[1], last[0] - middle[0])
    return math.degrees(other - one) % 360


def test_kinovea_puts_it_on_the_same_frames():
    """It counts a frame as so many of its own film's ticks: ours come out on its frames."""
    frames = (0, 1, 59, 118, 119)
    root = plain_xml.read(write(Work((), tuple(Mark(1, "left", "toe_off", k) for k in frames)), FILM))
    per_frame = int(root.words("AverageTimeStampsPerFrame"))  # older Kinoveas read a whole number
    ticks = [int(each.words("Position")) for each in root.first("Keyframes").inside]
    assert [round(each / per_frame * 1001) for each in ticks] == [1001 * k for k in frames]
    assert max(ticks) < 2**31


def test_nothing_of_the_film_or_the_runner_is_named():
    root = plain_xml.read(write(Work(), FILM))
    assert root.words("OriginalFilename") == ""
    assert root.first("FullPath") is None
    assert root.first("Keyframes") is None  # an empty list would make Kinovea stumble


def test_a_calibration_is_kinoveas_own():
    root = plain_xml.read(write(Work((Drawing(1, "scale", 0, ((0.0, 9.0), (100.0, 9.0)), 62.5),)), FILM))
    found = root.first("Calibration")
    by_line = found.first("CalibrationLine")
    assert (by_line.words("Length"), found.words("Unit")) == ("62.5", "Centimeters")
    assert [each.text for each in by_line.first("Segment").inside] == ["0.5;9.5", "100.5;9.5"]
    drawn = root.first("Keyframes").inside[0].first("Drawings").inside[0]
    assert found.words("CalibrationDrawingId") == drawn.attributes["id"]
    assert uuid.UUID(drawn.attributes["id"])


# ---- bad, huge and hostile files ----

BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    b"<KinoveaVideoAnalysis>&b;</KinoveaVideoAnalysis>"
)
OUTSIDE = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><KinoveaVideoAnalysis/>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no XML that can be read"),
        (b"PK\x03\x04rest of a zip", "no XML that can be read"),
        (b"<KinoveaVideoAnalysis><FormatVersion>", "no XML that can be read: line 1"),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', "no XML that can be read"),
        (BOMB, "document type or entities"),
        (OUTSIDE, "document type or entities"),
        (b"<html></html>", "no analysis of Kinovea"),
        (b"<x>" * 100, "more in it"),
        (b"<KinoveaVideoAnalysis>" + b"<a/>" * 200_001 + b"</KinoveaVideoAnalysis>", "more in it"),
        (kinovea.of_2011().replace(b">1.5<", b">1.2<"), "old Kinovea"),
        (kinovea.of_2011(per_frame="0"), "how its time is counted"),
        (kinovea.of_2011(per_frame="often"), "how its time is counted"),
        (Kinovea(per_frame="nan").file(), "how its time is counted"),
        (Kinovea().file(key_frame(0, line("one;2", "3;4"))), "“one;2” is no place"),
        (Kinovea().file(key_frame(0, line("1", "3;4"))), "“1” is no place"),
        (Kinovea().file(key_frame(0, line("inf;2", "3;4"))), "“inf;2” is no place"),
        (Kinovea().file(key_frame(0, line("1e300;2", "3;4"))), "is no place"),
        (Kinovea().file(key_frame(0, '<Line id="x"><Start>1;2</Start></Line>')), "lacks a point"),
        (Kinovea().file("<Keyframe></Keyframe>"), "a key frame has no time"),
        (Kinovea().file("<Keyframe><Timestamp>soon</Timestamp></Keyframe>"), "“soon” is no number"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content, said):
    with pytest.raises(Refused, match=said):
        read(content, FILM)


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(plain_xml, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="MB"):
        read(Kinovea().file(), FILM)


def test_long_tracks_do_not_count():
    points = "<TrackPoint>1;2;0</TrackPoint>" * 250_000
    content = Kinovea(more=f"<Tracks><Track>{points}</Track></Tracks>").file(key_frame(0, line("1;1", "9;9")))
    assert only(content).tool == "line"


@given(some.binary(max_size=200))
def test_any_bytes_are_refused(content):
    with pytest.raises(Refused):
        read(content, FILM)


@given(some.data())
def test_a_spoilt_file_is_read_or_refused(data):
    good = Kinovea().file(key_frame(512, line("1;1", "9;9"), angle("1;1", "2;2", "3;1"), comment="x"))
    start = data.draw(some.integers(0, len(good) - 1))
    length = data.draw(some.integers(0, 40))
    spoilt = good[:start] + data.draw(some.binary(max_size=12)) + good[start + length :]
    try:
        taken = read(spoilt, FILM)
    except Refused:
        return
    assert all(0 <= each.frame < COUNT for each in taken.work.drawings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain words ", "plain words"),
        (r"{\rtf1\ansi one\par two}", "one\ntwo"),
        (r"{\rtf1\ansi caf\'e9 \{braces\}}", "café {braces}"),
        (r"{\rtf1\ansi\uc1 \u8722?5\'b0}", "\u22125°"),
        (r"{\rtf1{\*\generator Riched20;}said}", "said"),
        (r"{\rtf1 }}}", ""),
        (r"{\rtf1 \u", ""),
    ],
)
def test_the_words_of_a_comment_with_looks(text, said):
    assert rtf.words(text) == said
