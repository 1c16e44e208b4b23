"""Where the clinical content, the guide, the pose weights, the records and the logs lie."""

import os
import sys
from pathlib import Path

from runclinic.refused import Refused

NAME = "RunClinic"
HOME_VARIABLE = "RUNCLINIC_HOME"
_PACKAGE = Path(__file__).resolve().parent


def _frozen() -> Path | None:
    """The folder that an installer's program unpacked itself to; None when run by a Python."""
    unpacked = getattr(sys, "_MEIPASS", None)
    return Path(unpacked) if isinstance(unpacked, str) else None


def _in_checkout() -> bool:
    return (_PACKAGE.parent / "resources").is_dir() and (_PACKAGE.parent / "pyproject.toml").is_file()


def resources() -> Path:
    """The folder of clinical content, in a checkout, an installed wheel and a frozen program alike.

    Refused when there is none: the program was copied without its content.
    """
    found = _shipped("resources", "_resources")
    if not found.is_dir():
        raise Refused("The folder with forms and exercises is missing.", "Install RunClinic again.")
    return found


def guide() -> Path:
    """The folder of the therapist's guide, which is read in the Help; Refused when there is none."""
    found = _shipped("docs/guide", "_guide")
    if not found.is_dir():
        raise Refused("The guide is missing.", "Install RunClinic again.")
    return found


def apache_licence() -> Path:
    """The text of the Apache License, under which the pose weights and the icons stand."""
    return _shipped("packaging/pose_weights_licence.txt", "_licences/pose_weights_licence.txt")


def _shipped(checkout: str, installed: str) -> Path:
    """By its place in a checkout, which a frozen program keeps, or by that in an installed package."""
    frozen = _frozen()
    if frozen is not None:
        return frozen / checkout
    return _PACKAGE.parent / checkout if _in_checkout() else _PACKAGE / installed


def weights() -> Path:
    """The folder of pose weights; it may be missing or empty, everything else works without it."""
    frozen = _frozen()
    if frozen is not None:
        return frozen / "weights"
    if _in_checkout():
        return _PACKAGE.parent / "weights"
    return _folder_of_the_platform() / "weights"


def home(override: Path | None = None) -> Path:
    """The data folder: the one asked for, else that of RUNCLINIC_HOME, else the platform's; absolute.

    It is only named here; `records.create` makes it.
    """
    asked = override if override is not None else os.environ.get(HOME_VARIABLE, "").strip()
    return (Path(asked) if asked else _folder_of_the_platform()).expanduser().absolute()


def _folder_of_the_platform() -> Path:
    import platformdirs  # here alone: the rooms that only read resources/ need the standard library

    return Path(platformdirs.user_data_dir(NAME, appauthor=False))


def log_folder(home: Path) -> Path:
    """The folder of logs below a data folder; made, for its owner alone, if it is not there."""
    folder = home / "log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        raise Refused(
            f"The folder {folder} cannot be made.", "Choose another data folder with --home."
        ) from trouble
    return folder
