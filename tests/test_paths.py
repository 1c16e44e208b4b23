"""Where things lie: in a checkout, in an installed package and in a frozen program."""

import sys
from pathlib import Path

import pytest

from runclinic import paths
from runclinic.refused import Refused


@pytest.fixture
def no_wish(monkeypatch):
    monkeypatch.delenv("RUNCLINIC_HOME", raising=False)


def test_a_folder_that_is_asked_for_goes_before_all(monkeypatch, tmp_path):
    monkeypatch.setenv("RUNCLINIC_HOME", str(tmp_path / "by-variable"))
    assert paths.home(tmp_path / "asked") == tmp_path / "asked"


def test_the_variable_goes_before_the_platform(monkeypatch, tmp_path):
    monkeypatch.setenv("RUNCLINIC_HOME", str(tmp_path / "by-variable"))
    assert paths.home() == tmp_path / "by-variable"


@pytest.mark.usefixtures("no_wish")
def test_else_it_is_the_platforms_folder():
    assert paths.home().is_absolute()
    assert paths.home().name == "RunClinic"


@pytest.mark.usefixtures("no_wish")
def test_a_blank_variable_is_none(monkeypatch):
    monkeypatch.setenv("RUNCLINIC_HOME", "  ")
    assert paths.home().name == "RunClinic"


def test_a_relative_folder_becomes_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert paths.home(Path("here")) == tmp_path / "here"


def test_naming_a_home_makes_nothing(tmp_path):
    paths.home(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_log_folder_is_made_for_its_owner_alone(tmp_path):
    folder = paths.log_folder(tmp_path / "home")
    assert folder.is_dir()
    if sys.platform != "win32":
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_log_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(Refused, match="cannot be made"):
        paths.log_folder(tmp_path / "home")


def _installed_at(monkeypatch, package: Path) -> None:
    package.mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)


def test_content_of_a_checkout(monkeypatch, tmp_path):
    _installed_at(monkeypatch, tmp_path / "runclinic")
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "resources").mkdir()
    assert paths.resources() == tmp_path / "resources"
    assert paths.weights() == tmp_path / "weights"


def test_content_of_an_installed_package_travels_inside_it(monkeypatch, tmp_path):
    _installed_at(monkeypatch, tmp_path / "site-packages" / "runclinic")
    (tmp_path / "site-packages" / "resources").mkdir()  # somebody else's
    (tmp_path / "site-packages" / "runclinic" / "_resources").mkdir()
    assert paths.resources() == tmp_path / "site-packages" / "runclinic" / "_resources"
    assert paths.weights().name == "weights"


def test_content_of_a_frozen_program_lies_where_it_unpacked(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    (tmp_path / "resources").mkdir()
    assert paths.resources() == tmp_path / "resources"
    assert paths.weights() == tmp_path / "weights"


def test_the_guide_lies_where_the_program_is(monkeypatch, tmp_path):
    _installed_at(monkeypatch, tmp_path / "site-packages" / "runclinic")
    with pytest.raises(Refused, match="guide is missing"):
        paths.guide()
    inside = tmp_path / "site-packages" / "runclinic" / "_guide"
    inside.mkdir()
    assert paths.guide() == inside
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "unpacked"), raising=False)
    (tmp_path / "unpacked" / "docs" / "guide").mkdir(parents=True)
    assert paths.guide() == tmp_path / "unpacked" / "docs" / "guide"
    assert paths.apache_licence().is_relative_to(tmp_path / "unpacked" / "packaging")


def test_a_program_without_its_content_says_so(monkeypatch, tmp_path):
    _installed_at(monkeypatch, tmp_path / "runclinic")
    with pytest.raises(Refused, match="Install RunClinic again"):
        paths.resources()
