"""The doctor: a machine that has all of it, and machines that lack something."""

import hashlib
import json
import os
import sys
from pathlib import Path

import pytest

import runclinic
from runclinic import doctor, paths, records
from runclinic.doctor import Finding
from runclinic.refused import Refused


def of_part(findings: list[Finding], part: str) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings if finding.part == part}


def test_all_parts_are_looked_at_in_the_order_of_a_start(tmp_path):
    parts = list(dict.fromkeys(finding.part for finding in doctor.examine(tmp_path)))
    assert parts == ["libraries", "codecs", "weights", "fonts", "disk", "records"]


@pytest.mark.parametrize("part", ["libraries", "codecs", "fonts"])
def test_here_the_lock_is_installed_so_nothing_is_broken(tmp_path, part):
    assert [f for f in of_part(doctor.examine(tmp_path), part).values() if f.state != "ok"] == []


def test_looking_at_opencv_leaves_the_window_its_own_plugins(tmp_path):
    before = {name: value for name, value in os.environ.items() if name.startswith("QT_")}
    doctor.examine(tmp_path)
    assert {name: value for name, value in os.environ.items() if name.startswith("QT_")} == before


def test_a_library_that_does_not_load_is_named_with_what_it_costs(tmp_path, monkeypatch):
    broken = ("reportlab", "reportlab.no_such_part", "everything on paper")
    monkeypatch.setattr(doctor, "LIBRARIES", (broken,))
    findings = doctor.examine(tmp_path)
    found = of_part(findings, "libraries")["reportlab"]
    assert found.state == "broken"
    assert "everything on paper" in found.found
    assert found.do
    assert not doctor.well(findings)


def test_a_codec_that_is_not_there_limits_and_does_not_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "READ", ("no_such_codec",))
    findings = doctor.examine(tmp_path)
    assert of_part(findings, "codecs")["no_such_codec"].state == "limited"
    assert doctor.well(findings)


def test_weights_missing_wrong_and_right(tmp_path, monkeypatch):
    right = b"the network"
    named = (
        doctor.Weight("missing.tflite", "a", "0" * 64),
        doctor.Weight("wrong.tflite", "b", "0" * 64),
        doctor.Weight("right.tflite", "c", hashlib.sha256(right).hexdigest()),
    )
    (tmp_path / "wrong.tflite").write_bytes(b"half a netw")
    (tmp_path / "right.tflite").write_bytes(right)
    monkeypatch.setattr(paths, "weights", lambda: tmp_path)
    monkeypatch.setattr(doctor.resources, "decode", lambda _file, kind: kind(named))

    found = of_part(doctor.examine(tmp_path), "weights")

    assert [finding.state for finding in found.values()] == ["limited", "limited", "ok"]
    assert "dev.py weights" in found["missing.tflite"].do
    assert "not the file that was tested" in found["wrong.tflite"].found


def test_the_real_list_of_weights_can_be_read(tmp_path):
    assert len(of_part(doctor.examine(tmp_path), "weights")) == 3


def test_a_font_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "FONTS", (("no-such-font-package", "Some Letters", "names"),))
    assert of_part(doctor.examine(tmp_path), "fonts")["Some Letters"].state == "broken"


def test_a_full_disk_is_told_with_its_figure(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LOW_DISK_BYTES", 10**30)
    found = of_part(doctor.examine(tmp_path), "disk")["data folder"]
    assert found.state == "limited"
    assert "GB free" in found.found


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above(tmp_path):
    assert of_part(doctor.examine(tmp_path / "a" / "b"), "disk")["data folder"].state == "ok"
    assert not (tmp_path / "a").exists()


def test_a_folder_that_nobody_may_write_to_is_broken(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda *_asked: False)
    findings = doctor.examine(tmp_path)
    assert of_part(findings, "disk")["data folder"].state == "broken"
    assert not doctor.well(findings)


def test_a_folder_without_records_is_in_order_and_stays_as_it_is(tmp_path):
    (tmp_path / "log").mkdir()
    assert "none yet" in of_part(doctor.examine(tmp_path), "records")[str(tmp_path)].found
    assert [file.name for file in tmp_path.iterdir()] == ["log"]


def test_records_are_seen_without_a_password(tmp_path):
    clinic = {"clinic/name": "Invented Clinic"}
    records.create(tmp_path, clinic, "Ina Invented", "II", "seven brisk herons wade").close()
    found = of_part(doctor.examine(tmp_path), "records")[str(tmp_path)]
    assert found.state == "ok"
    assert "locked, of 1 therapist;" in found.found


def test_records_that_were_cut_off_are_broken(tmp_path):
    records.create(tmp_path, {}, "Ina Invented", "II", "seven brisk herons wade").close()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            file.write_bytes(b"")
    found = of_part(doctor.examine(tmp_path), "records")[str(tmp_path)]
    assert found.state == "broken"
    assert found.found
    assert found.do


def test_a_driver_that_does_not_load_is_a_finding_and_no_crash(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[:2] == ["runclinic", "records"]]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(runclinic, "records", raising=False)
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    findings = doctor.examine(tmp_path)
    assert of_part(findings, "libraries")["sqlcipher3"].state == "broken"
    assert of_part(findings, "records")[str(tmp_path)].state == "broken"


def test_the_store_is_examined_by_whoever_can(tmp_path):
    def damaged(home: Path) -> str:
        raise Refused(f"Page 7 in {home.name} is damaged.", "Restore the last backup.")

    found = of_part(doctor.examine(tmp_path, records=damaged), "records")[str(tmp_path)]
    assert (found.state, found.do) == ("broken", "Restore the last backup.")
    whole = doctor.examine(tmp_path, records=lambda _home: "all 12 pages are whole")
    assert of_part(whole, "records")[str(tmp_path)].found == "all 12 pages are whole"


def test_as_json_it_is_plain_and_as_lines_nothing_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "READ", ("h264", "no_such_codec"))
    findings = doctor.examine(tmp_path)
    document = json.loads(json.dumps(doctor.as_json(findings)))
    assert document["well"] is True
    assert len(document["findings"]) == len(findings)
    assert set(document["findings"][0]) == {"part", "name", "state", "found", "do"}
    words = "\n".join(doctor.lines(findings))
    assert "h264" in words
    assert "no_such_codec" in words
    assert "msgspec 0." in words
