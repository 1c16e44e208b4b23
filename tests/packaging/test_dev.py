"""Set-up: goes on where it stopped, does nothing twice, and names a verb that it does not have."""

import json
import subprocess
import sys
import time

import pytest


@pytest.fixture
def dev(scripts, tmp_path, monkeypatch):
    """A checkout in a folder of the test; every command is noted, and works unless `dev.fails` is in it."""
    module = scripts["dev"]
    module.calls, module.fails = [], None
    for name, value in {
        "ROOT": tmp_path,
        "LOCK": tmp_path / "requirements.lock",
        "PROJECT": tmp_path / "pyproject.toml",
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv" / "set-up.json",
    }.items():
        monkeypatch.setattr(module, name, value)
    module.LOCK.write_text("a==1 --hash=sha256:0\n", encoding="utf-8")
    module.PROJECT.write_text("[project]\n", encoding="utf-8")

    def run(command, **_options):
        words = [str(word) for word in command]
        module.calls.append(words)
        if "venv" in words:
            module.python().parent.mkdir(parents=True)
            module.python().touch()
        works = words[1:2] != ["-c"] or module.python().exists()
        fails = not works or (module.fails is not None and module.fails in words)
        return subprocess.CompletedProcess(command, int(fails), "", "")

    monkeypatch.setattr(module.subprocess, "run", run)
    monkeypatch.setattr(module.debian, "make_sure", lambda **_asked: None)
    monkeypatch.setattr(module.pose_weights, "missing", list)
    monkeypatch.setattr(module.pose_weights, "get", lambda _python: [])
    return module


def kinds(calls: list[list[str]]) -> list[str]:
    known = ("venv", "--require-hashes", "--editable")
    return [word for call in calls for word in known if word in call]


def test_a_fresh_checkout_gets_everything_in_order(dev):
    dev.set_up(of_tests=False)
    assert kinds(dev.calls) == ["venv", "--require-hashes", "--editable"]


def test_the_second_time_nothing_is_run(dev):
    dev.set_up(of_tests=False)
    dev.calls.clear()
    started = time.monotonic()
    dev.set_up(of_tests=False)
    assert dev.calls == []
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "changed,redone",
    [("requirements.lock", ["--require-hashes"]), ("pyproject.toml", ["--editable"])],
)
def test_what_changed_is_done_again_and_nothing_else(dev, tmp_path, changed, redone):
    dev.set_up(of_tests=False)
    dev.calls.clear()
    (tmp_path / changed).write_text("# changed\n", encoding="utf-8")
    dev.set_up(of_tests=False)
    assert kinds(dev.calls) == redone


def test_after_a_failure_it_goes_on_where_it_stopped(dev):
    dev.fails = "--require-hashes"
    assert dev.main(["run"]) == 1
    dev.calls.clear()
    dev.fails = None
    dev.set_up(of_tests=False)
    assert kinds(dev.calls) == ["--require-hashes", "--editable"]


def test_a_stamp_that_was_cut_off_means_all_is_looked_at_again(dev):
    dev.set_up(of_tests=False)
    dev.STAMP.write_text('{"python": "ma', encoding="utf-8")
    dev.calls.clear()
    dev.set_up(of_tests=False)
    assert kinds(dev.calls) == ["--require-hashes", "--editable"]  # .venv itself works and is kept


def test_pip_is_told_to_take_nothing_that_is_not_in_the_lock(dev):
    dev.set_up(of_tests=False)
    install = next(call for call in dev.calls if "--require-hashes" in call)
    assert {"--no-deps", "--only-binary", ":all:", str(dev.LOCK)} <= set(install)
    project = next(call for call in dev.calls if "--editable" in call)
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(project)


def test_weights_that_cannot_be_had_are_tried_once_and_never_stop_it(dev, monkeypatch, capsys):
    lacking = [dev.pose_weights.Weight("heavy.tflite", "points", "0", "p", "m")]
    tries = []
    monkeypatch.setattr(dev.pose_weights, "missing", lambda: lacking)
    monkeypatch.setattr(dev.pose_weights, "get", lambda _python: tries.append(1) or lacking)
    dev.set_up(of_tests=False)
    dev.set_up(of_tests=False)
    assert tries == [1]
    assert capsys.readouterr().err.count("heavy.tflite is missing") == 2
    assert dev.main(["weights"]) == 1
    assert tries == [1, 1]


@pytest.mark.parametrize("verb", ["pack", "tset", "--help"])
def test_a_verb_that_is_not_there_is_refused_by_name(dev, capsys, verb):
    assert dev.main([verb]) == 2
    words = capsys.readouterr().err
    assert f"'{verb}'" in words
    assert all(known in words for known in ("demo", "test", "run", "check", "lock", "package", "weights"))
    assert dev.calls == []


def test_what_is_printed_by_a_command_stays_its_own(dev, capsys):
    assert dev.main(["run", "forms", "--json"]) == 0
    assert capsys.readouterr().out == ""
    assert dev.calls[-1][1:] == ["-m", "runclinic", "forms", "--json"]


@pytest.mark.parametrize("verb, which", [("test", "not storm"), ("storms", "storm")])
def test_the_whole_suite_has_the_slow_tests_in_it_and_storms_are_asked_for(dev, verb, which):
    assert dev.main([verb, "-x"]) == 0
    assert dev.calls[-1][1:5] == ["-m", "pytest", "-m", which]
    assert dev.calls[-1][-1] == "-x"


@pytest.mark.parametrize("verb", ["demo", "run", "test"])
def test_the_exit_code_is_that_of_the_command(dev, verb):
    dev.set_up(of_tests=False)
    dev.fails = "pytest" if verb == "test" else "runclinic"
    assert dev.main([verb]) == 1


def test_check_fails_with_any_of_its_parts_and_shows_that_part_whole(dev, monkeypatch, capsys):
    outcomes = {"ruff": (1, "line 1\n" * 50)}
    fine = (0, "fine\n" * 50)
    monkeypatch.setattr(
        dev, "_side_by_side", lambda jobs: [(name, outcomes.get(name, fine)) for name in jobs]
    )
    assert dev.main(["check"]) == 1
    words = capsys.readouterr().out
    assert words.count("line 1") == 50
    assert words.count("fine") == 9
    assert "== ruff: NOT OK" in words


def test_parts_of_a_check_run_side_by_side_and_tell_in_order(scripts):
    def later(seconds: float, code: int) -> list[str]:
        work = f"import time; time.sleep({seconds}); print('done'); raise SystemExit({code})"
        return [sys.executable, "-c", work]

    told = scripts["dev"]._side_by_side({"slow": later(0.4, 3), "quick": later(0, 0)})
    assert [(name, code) for name, (code, _words) in told] == [("slow", 3), ("quick", 0)]
    assert {words.strip() for _name, (_code, words) in told} == {"done"}


@pytest.mark.parametrize(
    "written,handed",
    [
        ("index-url = https://index.example/simple", {"UV_DEFAULT_INDEX": "https://index.example/simple"}),
        (
            "extra-index-url = https://more.example/simple file:///only/here",
            {"UV_INDEX": "https://more.example/simple"},
        ),
    ],
)
def test_pips_index_reaches_uv_by_its_environment(scripts, tmp_path, monkeypatch, written, handed):
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"):
        monkeypatch.delenv(name, raising=False)
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\n{written}\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    dev = scripts["dev"]
    monkeypatch.setattr(dev, "python", lambda: sys.executable)
    environment = dev._with_index()
    assert {name: environment.get(name) for name in handed} == handed


def test_the_stamp_is_readable_by_a_person(dev):
    dev.set_up(of_tests=False)
    assert set(json.loads(dev.STAMP.read_text(encoding="utf-8"))) == {"python", "lock", "project"}
