"""The verbs `export` and `import`: from one clinic's shell to another's."""

import re
from datetime import date

import pytest

from runclinic import cli, records
from runclinic.records.keys import FLOOR

PASSWORD = "orchard violin sixty tide"


@pytest.fixture(scope="module")
def homes(tmp_path_factory):
    """Two clinics whose password stands in a file; Zoë is known to the first one."""
    folder = tmp_path_factory.mktemp("clinics")
    (folder / "password").write_text(PASSWORD)
    for name in ("here", "there"):
        with records.create(
            folder / name, {"name": name}, "Mira Testwell", "MT", PASSWORD, cost=FLOOR
        ) as store:
            if name == "here":
                zoe = store.clients.add(given_name="Zoë", family_name="Vandersloot")
                store.visits.append(store.visits.start(zoe.id, date(2026, 11, 20)).id, "history/H02", "5 km")
                store.clients.add(given_name="Zoe", family_name="Other")
    return folder


@pytest.fixture(autouse=True)
def _password(homes, monkeypatch):
    monkeypatch.setenv("RUNCLINIC_PASSWORD_FILE", str(homes / "password"))


def run(capsys, *arguments) -> tuple[int, str]:
    code = cli.main([str(each) for each in arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_a_client_is_exported_by_name_or_number(capsys, homes, tmp_path):
    code, said = run(
        capsys, "--home", homes / "here", "export", "vandersloot", tmp_path / "out", "--reason", "she asked"
    )
    assert code == 0
    (made,) = (tmp_path / "out").iterdir()
    assert str(made) in said
    assert (made / "bundle.fhir.json").exists()


def test_a_name_of_several_is_refused_with_their_numbers(capsys, homes, tmp_path):
    code, said = run(capsys, "--home", homes / "here", "export", "zoe", tmp_path, "--reason", "she asked")
    assert code == 1
    assert "may be" in said
    assert "0001" in said
    assert "0002" in said


def test_a_transfer_file_is_looked_at_and_then_taken_in(capsys, homes, tmp_path, monkeypatch):
    code, said = run(
        capsys, "--home", homes / "here", "export", "0001", tmp_path, "--reason", "she moves", "--transfer"
    )
    assert code == 0
    (file,) = tmp_path.glob("*.rct")
    words = re.search(r"kept nowhere: (.*)", said)[1]
    (tmp_path / "words").write_text(words)
    monkeypatch.setenv("RUNCLINIC_PASSPHRASE_FILE", str(tmp_path / "words"))
    there = ("--home", homes / "there")
    code, said = run(capsys, *there, "import", file)
    assert code == 0
    assert "New here: Zoë Vandersloot, from here." in said
    assert "Nothing was written" in said
    code, said = run(capsys, *there, "import", file, "--accept")
    assert code == 0
    assert "Taken in: Zoë Vandersloot" in said
    code, said = run(capsys, *there, "import", file, "--accept")
    assert said.strip() == "Everything in this file is here already. Nothing would change."


def test_without_a_reason_it_is_wrong_usage(homes, tmp_path):
    with pytest.raises(SystemExit) as wrong:
        cli.main(["--home", str(homes / "here"), "export", "0001", str(tmp_path)])
    assert wrong.value.code == 2
