"""System libraries: what is missing is found, installed by root, and else told in one line to type."""

import subprocess

import pytest

STATUS = "libegl1 installed\nqpdf config-files\nlibglib2.0-0t64 installed\n"


@pytest.fixture
def debian(scripts, tmp_path, monkeypatch):
    """A Debian on which dpkg knows STATUS, and apt installs what it is asked to."""
    module = scripts["debian"]
    module.calls = []

    def run(command, **_options):
        module.calls.append(command)
        code = module.apt_fails if command[0] == "apt-get" else 1  # dpkg-query: 1, for something is unknown
        return subprocess.CompletedProcess(command, code, STATUS, "")

    module.apt_fails = 0
    monkeypatch.setattr(module.subprocess, "run", run)
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module.shutil, "which", lambda name: name)
    monkeypatch.setattr(module, "CERTIFICATES", tmp_path / "none.crt")
    monkeypatch.setattr(module, "QT", ("libegl1", "libxcb-cursor0"))
    monkeypatch.setattr(module, "TESTS", ("qpdf",))
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: object())
    monkeypatch.setattr(module.os, "geteuid", lambda: 0, raising=False)
    return module


@pytest.mark.parametrize(
    "package,is_missing",
    [("libegl1", False), ("qpdf", True), ("never-heard-of", True), ("libglib2.0-0", False)],
)
def test_installed_under_its_name_or_its_newer_one(debian, package, is_missing):
    assert bool(debian.missing([package])) == is_missing


def test_root_gets_it_installed_after_the_lists_are_fresh(debian):
    debian.make_sure(of_tests=True)
    update, install = debian.calls[-2:]
    assert update == ["apt-get", "update"]
    assert install[-2:] == ["libxcb-cursor0", "qpdf"]


def test_what_only_the_tests_need_is_asked_for_by_the_tests_only(debian):
    debian.make_sure(of_tests=False)
    assert debian.calls[-1][-1] == "libxcb-cursor0"


def test_python3_venv_is_asked_for_where_debian_left_it_out(debian, monkeypatch):
    monkeypatch.setattr(debian.importlib.util, "find_spec", lambda _name: None)
    debian.make_sure(of_tests=False)
    assert "python3-venv" in debian.calls[-1]


def test_with_nothing_missing_apt_is_left_alone(debian, monkeypatch):
    monkeypatch.setattr(debian, "QT", ("libegl1",))
    debian.make_sure(of_tests=False)
    assert [command[0] for command in debian.calls] == ["dpkg-query"]


def test_anyone_but_root_gets_the_one_line_to_type(debian, monkeypatch):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(Exception, match=r"sudo apt-get install .*libxcb-cursor0$"):
        debian.make_sure(of_tests=False)
    assert [command[0] for command in debian.calls] == ["dpkg-query"]


def test_an_apt_that_fails_is_told_with_the_line(debian):
    debian.apt_fails = 100
    with pytest.raises(Exception, match="apt could not install"):
        debian.make_sure(of_tests=False)


def test_on_another_linux_the_libraries_themselves_are_tried(debian, monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda _name: None)
    monkeypatch.setattr(debian, "SONAMES", ("libnever-heard-of.so.1",))
    with pytest.raises(Exception, match=r"libnever-heard-of\.so\.1"):
        debian.make_sure(of_tests=False)


def a_certificate(name: str) -> str:
    return f"-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    "before,after,expected",
    [
        (None, "AB", "AB"),  # nothing was there
        ("ABX", "AB", "ABX"),  # the clinic's own was dropped
        ("ABX", "ABX", "ABX"),
        ("A", "AB", "AB"),
    ],
)
def test_what_the_machine_trusted_it_trusts_still(debian, tmp_path, monkeypatch, before, after, expected):
    bundle = tmp_path / "certificates.crt"
    if before is not None:
        bundle.write_text("".join(map(a_certificate, before)), encoding="utf-8")
    run = debian.subprocess.run

    def installs_certificates_too(command, **options):
        if "install" in command:
            bundle.write_text("".join(map(a_certificate, after)), encoding="utf-8")
        return run(command, **options)

    monkeypatch.setattr(debian, "CERTIFICATES", bundle)
    monkeypatch.setattr(debian.subprocess, "run", installs_certificates_too)
    debian.make_sure(of_tests=True)
    assert bundle.read_text(encoding="utf-8") == "".join(map(a_certificate, expected))


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_bring_what_qt_needs(debian, monkeypatch, platform):
    monkeypatch.setattr(debian.sys, "platform", platform)
    debian.make_sure(of_tests=True)
    assert debian.calls == []
