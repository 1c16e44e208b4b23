"""Cases of the examples folder, printed as a clinic prints them."""

from collections.abc import Callable
from functools import cache

import pytest

from runclinic import case, paths
from runclinic.documents.plan import TakeHome, take_home
from runclinic.measured import Measured
from runclinic.plan.edits import Edits, apply
from runclinic.visit.assess import Assessment, Case, assess

CLINIC = {"name": "Riverside Pelvic Health", "phone": "555 0142", "emergency_number": "112"}
CADENCE = Measured(164.2, 1.23, "steps/min", 30)


@cache
def example(name: str) -> tuple[Case, Assessment]:
    read = case.read(paths.resources() / "examples" / f"{name}.toml")
    return read, assess(read)


def made(name: str, **options: object) -> bytes:
    read, assessment = example(name)
    asked = TakeHome(
        assessment,
        apply(assessment.plan, Edits()),
        options.pop("client", read.client),  # type: ignore[arg-type]
        options.pop("clinic", CLINIC),  # type: ignore[arg-type]
        read.visit_date,
        "Marta Okafor",
        options.pop("cadence", None),  # type: ignore[arg-type]
        str(options.pop("belt_speed", "")),
    )
    return take_home(asked, **options)  # type: ignore[arg-type]


@cache
def usual(name: str) -> bytes:
    return made(name)


@pytest.fixture
def plan_of() -> Callable[..., bytes]:
    """plan_of("c4", large=True): the PDF of an example; `client` and `clinic` may be replaced."""
    return lambda name, **options: made(name, **options) if options else usual(name)
