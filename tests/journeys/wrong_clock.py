"""A clock that can be wrong, for the whole program in this process: each module that asks for the time."""

import importlib
import inspect
import os
import pkgutil
import re
import sys
import time
from datetime import date, datetime, timedelta, timezone

import runclinic.records
import runclinic.ui

UTC = timezone.utc  # noqa: UP017 -- datetime.UTC of a module that is replaced here
_ASKS = re.compile(r"\bdate\.today\(|\bdatetime\.now\(")
_off = {"by": timedelta(0)}


class _Like(type):
    """What is a date elsewhere is one here."""

    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(
            other, date if issubclass(cls, date) and not issubclass(cls, datetime) else datetime
        )


class WrongDatetime(datetime, metaclass=_Like):
    @classmethod
    def now(cls, tz=None):
        moment = datetime.now(UTC) + _off["by"]
        return moment.astimezone(tz) if tz else moment.astimezone().replace(tzinfo=None)


class WrongDate(date, metaclass=_Like):
    @classmethod
    def today(cls):
        return (datetime.now(UTC) + _off["by"]).astimezone().date()


def install() -> None:
    """Every module of the program is loaded, and those that ask for the time ask here."""
    for package in (runclinic.ui, runclinic.records):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(each.name)
    for name, module in list(sys.modules.items()):
        if not name.startswith("runclinic.") or not _ASKS.search(inspect.getsource(module)):
            continue
        if getattr(module, "datetime", None) is datetime:
            module.datetime = WrongDatetime
        if getattr(module, "date", None) is date:
            module.date = WrongDate


def stand_at(moment: datetime) -> None:
    """The clock stands at this moment (UTC, without a zone) and goes on from there."""
    _off["by"] = moment.replace(tzinfo=UTC) - datetime.now(UTC)


def move(by: timedelta) -> None:
    """The clock jumps."""
    _off["by"] += by


def right() -> None:
    """As it should be."""
    _off["by"] = timedelta(0)


def zone(name: str) -> None:
    """The time zone of the laptop."""
    if hasattr(time, "tzset"):
        os.environ["TZ"] = name
        time.tzset()
