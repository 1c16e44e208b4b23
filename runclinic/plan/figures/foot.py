"""The close-up of a foot from its inner side: flat, then with its arch drawn up."""

from math import pi, sin

from runclinic.plan.figures.pen import Drawing, Pen, Point, smooth


def foot_dome(wide_mm: float, high_mm: float) -> Drawing:
    """Both feet side by side; the unit is a third of a foot's length or so, the floor at 0."""
    pen = Pen(wide_mm / 2.6, (1.3, 0.14 * high_mm * 2.6 / wide_mm))
    pen.line([(-1.2, -0.012), (1.2, -0.012)], "floor", 0.3, part="floor")
    for at, arch in ((-0.62, 0.0), (0.62, 1.0)):
        _foot(pen, at, arch)
    pen.arrow((0.60, 0.02), (0.60, 0.17), width_mm=0.4, head_mm=1.4, part="dome")
    pen.arrow((0.96, -0.085), (0.66, -0.085), width_mm=0.4, head_mm=1.4, part="dome")
    pen.arrow((-0.02, 0.55), (0.16, 0.55), width_mm=0.55, head_mm=2.0, part="then")
    return pen.placed(wide_mm, high_mm)


def _foot(pen: Pen, at: float, arch: float) -> None:
    rise, back = 0.05 + 0.17 * arch, -0.06 * arch
    vault: list[Point] = []
    for step in range(14):
        x = -0.26 + (0.54 + back) * step / 13
        vault.append((x, rise * max(0.0, sin(pi * (x + 0.28) / 0.58))))
    sole = [
        (-0.42, 0.0),
        (-0.38, 0.0),
        (-0.30, 0.0),
        *vault,
        (0.34 + back, 0.0),
        (0.62 + back, 0.0),
        (0.64 + back, 0.05),
    ]
    top = [
        (0.60 + back, 0.09),
        (0.40 + back, 0.12 + 0.01 * arch),
        (0.20 + back, 0.20 + 0.08 * arch),
        (0.02, 0.34 + 0.06 * arch),
        (-0.08, 0.48),
        (-0.10, 0.78),
        (-0.34, 0.78),
        (-0.34, 0.45),
        (-0.43, 0.25),
        (-0.46, 0.10),
    ]
    outline = [(x + at, y) for x, y in smooth([*sole, *top, sole[0]], 4)]
    pen.area([outline], "prop", "edge", 0.32, part="foot")
    pen.line([(0.44 + back + at, 0.012), (0.44 + back + at, 0.06)], "edge", 0.2, part="foot")
