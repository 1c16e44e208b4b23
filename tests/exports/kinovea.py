"""Analyses as Kinovea itself writes them, in the shapes that its source has had since 2011."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

TO_VERTICAL = "B0D88F59-FA46-4B8A-A2B3-F28A66FE2163"
GONIOMETER = "02ea93f9-ba00-424b-8c87-07e156e0252f"
FADING = (
    "<InfosFading><Enabled>true</Enabled><UseDefault>true</UseDefault><AlwaysVisible>false</AlwaysVisible>"
    "<MasterFactor>1</MasterFactor><OpaqueFrames>1</OpaqueFrames><Frames>20</Frames></InfosFading>"
)
LABEL = "<MeasureLabel><SpacePosition>{at}</SpacePosition><TimePosition>0</TimePosition></MeasureLabel>"


def at(x: float, y: float) -> str:
    """As .NET writes a PointF: seven figures."""
    return f"{x:.7g};{y:.7g}"


@dataclass
class Kinovea:
    """A Kinovea of form 2.1, with a film open; `calibrated` is the XML inside its calibration."""

    size: tuple[int, int] = (640, 480)
    per_frame: str = "512"
    first: int = 0
    fps: str | None = "60"
    capture_fps: str = "60"
    rotation: str | None = "Rotate0"
    mirrored: bool = False
    form: str = "2.1"
    calibrated: str = "<Unit Abbreviation='px'>Pixels</Unit>"
    more: str = ""

    def file(self, *key_frames: str) -> bytes:
        turned = "" if self.rotation is None else f"<Rotation>{self.rotation}</Rotation>"
        video = "" if self.fps is None else f"<VideoFramerate>{self.fps}</VideoFramerate>"
        kept = f"<Keyframes>{''.join(key_frames)}</Keyframes>" if key_frames else ""
        text = f"""<?xml version="1.0" encoding="utf-8"?>
<KinoveaVideoAnalysis>
  <FormatVersion>{self.form}</FormatVersion>
  <Producer>Kinovea.2025.2</Producer>
  <OriginalFilename>run</OriginalFilename>
  <FullPath>C:\\Films\\run.mp4</FullPath>
  <ByteLength>123456</ByteLength>
  <ImageSize>{self.size[0]};{self.size[1]}</ImageSize>
  <Aspect>Auto</Aspect>{turned}
  <Mirror>{str(self.mirrored).lower()}</Mirror>
  <Demosaicing>None</Demosaicing>
  <Deinterlacing>false</Deinterlacing>
  <StabilizationTrack>00000000-0000-0000-0000-000000000000</StabilizationTrack>
  <BackgroundColor>255;255;255;255</BackgroundColor>
  <AverageTimeStampsPerFrame>{self.per_frame}</AverageTimeStampsPerFrame>
  <CaptureFramerate>{self.capture_fps}</CaptureFramerate>{video}
  <FirstTimeStamp>{self.first}</FirstTimeStamp>
  <SelectionStart>{self.first}</SelectionStart>
  <SelectionEnd>99999</SelectionEnd>
  <TimeOrigin>{self.first}</TimeOrigin>
  <Calibration>{self.calibrated}</Calibration>{kept}{self.more}
  <CoordinateSystem id="{uuid.uuid4()}" name=""><Visible>false</Visible></CoordinateSystem>
  <Trackability />
</KinoveaVideoAnalysis>"""
        return b"\xef\xbb\xbf" + text.encode()


def key_frame(ticks: int, *drawings: str, name: str = "", comment: str = "") -> str:
    """Form 2.1 writes a name only where one was given."""
    named = f"<Name>{escape(name)}</Name>" if name else ""
    said = f"<Comment>{escape(comment)}</Comment>" if comment else ""
    drawn = f"<Drawings>{''.join(drawings)}</Drawings>" if drawings else ""
    return (
        f'<Keyframe id="{uuid.uuid4()}"><Timestamp>{ticks}</Timestamp>{named}<Color>70;130;180</Color>{said}'
        f"{drawn}</Keyframe>"
    )


def old_key_frame(ticks: int, *drawings: str, title: str = "0:00:00:00", comment: str = "") -> str:
    """Forms before had a title always, the time code, and comments with their looks."""
    said = f"<Comment>{escape(comment)}</Comment>" if comment else ""
    return (
        f'<Keyframe><Position UserTime="0:00:00:00">{ticks}</Position><Title>{title}</Title>{said}'
        f"<Drawings>{''.join(drawings)}</Drawings></Keyframe>"
    )


def line(start: str, end: str, *, id: str = "", shown: str = "None", arrows: str = "None") -> str:
    return (
        f'<Line id="{id or uuid.uuid4()}" name="Line 1"><Start>{start}</Start><End>{end}</End>'
        f"<ReferenceTimestamp>0</ReferenceTimestamp><ExtraData>{shown}</ExtraData>{LABEL.format(at=start)}"
        '<DrawingStyle><Color Key="color"><Value>255;255;127;0</Value></Color>'
        '<LineSize Key="line size"><Value>2</Value></LineSize>'
        '<LineShape Key="line shape"><Value>Solid</Value></LineShape>'
        f'<Arrows Key="arrows"><Value>{arrows}</Value></Arrows></DrawingStyle>{FADING}</Line>'
    )


def angle(middle: str, first: str, last: str, *, ccw: str = "true", more: str = "false") -> str:
    return (
        f'<Angle id="{uuid.uuid4()}" name="Angle 1"><PointO>{middle}</PointO><PointA>{first}</PointA>'
        f"<PointB>{last}</PointB><ReferenceTimestamp>0</ReferenceTimestamp><Signed>false</Signed>"
        f"<CCW>{ccw}</CCW><Supplementary>{more}</Supplementary><ShowCircle>false</ShowCircle>"
        f'<DrawingStyle><Color Key="line color"><Value>255;0;153;153</Value></Color></DrawingStyle>{FADING}'
        "</Angle>"
    )


def label(words: str, place: str) -> str:
    return (
        f'<Label id="{uuid.uuid4()}" name="Label 1"><Text>{escape(words)}</Text><Position>{place}</Position>'
        "<ArrowVisible>false</ArrowVisible><ArrowEnd>0;0</ArrowEnd>"
        '<DrawingStyle><Color Key="back color"><Value>255;0;0;0</Value></Color>'
        f'<FontSize Key="font size"><Value>12</Value></FontSize></DrawingStyle>{FADING}</Label>'
    )


def pencil(*places: str) -> str:
    points = "".join(f"<Point>{each}</Point>" for each in places)
    return (
        f'<Pencil id="{uuid.uuid4()}" name="Pencil 1"><PointList Count="{len(places)}">{points}</PointList>'
        '<DrawingStyle><Color Key="color"><Value>255;46;139;87</Value></Color>'
        f'<PenSize Key="pen size"><Value>3</Value></PenSize></DrawingStyle>{FADING}</Pencil>'
    )


def posture(tool: str, places: Iterable[str]) -> str:
    points = "".join(f"<Point>{each}</Point>" for each in places)
    return (
        f'<GenericPosture id="{uuid.uuid4()}" name=""><ToolId>{tool}</ToolId><Positions>{points}</Positions>'
        f"{FADING}</GenericPosture>"
    )


CIRCLE = '<Circle id="1c9cd1f7-6d94-4f42-8d37-4d5f39b1a001"><Origin>9;9</Origin><Radius>5</Radius></Circle>'
PENCIL = (
    '<Pencil id="1c9cd1f7-6d94-4f42-8d37-4d5f39b1a002"><PointList Count="1"><Point>9;9</Point></PointList>'
    "</Pencil>"
)
TRACK = (
    '<Tracks><Track id="1c9cd1f7-6d94-4f42-8d37-4d5f39b1a003" name="Knee"><TimePosition>0</TimePosition>'
    '<TrackPointList Count="1"><TrackPoint>1;2;0</TrackPoint></TrackPointList></Track></Tracks>'
)


def by_line(length: str, first: str, last: str, drawing: str, unit: str = "Centimeters") -> str:
    return (
        f"<CalibrationLine><Length>{length}</Length><Segment><A>{first}</A><B>{last}</B></Segment>"
        f"<Origin>0;0</Origin><Offset>0;0</Offset><Axis>LineHorizontal</Axis></CalibrationLine>"
        f"<CalibrationDrawingId>{drawing}</CalibrationDrawingId><Unit Abbreviation='u'>{unit}</Unit>"
    )


def of_2011(*key_frames: str, help_: str = "", size: str = "640;480", per_frame: str = "1") -> bytes:
    """Form 1.5: drawings by the name of their class, calibration by the length of a pixel."""
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<KinoveaVideoAnalysis>
  <FormatVersion>1.5</FormatVersion>
  <Producer>Kinovea.0.8.15</Producer>
  <OriginalFilename>run</OriginalFilename>
  <GlobalTitle> </GlobalTitle>
  <ImageSize>{size}</ImageSize>
  <AverageTimeStampsPerFrame>{per_frame}</AverageTimeStampsPerFrame>
  <FirstTimeStamp>0</FirstTimeStamp>
  <SelectionStart>0</SelectionStart>
  {help_}
  <Keyframes>{"".join(key_frames)}</Keyframes>
</KinoveaVideoAnalysis>"""
    return text.encode()
