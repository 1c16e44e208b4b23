"""A client goes to another clinic and arrives whole; what is made to harm is refused, nothing is written."""

import base64
import csv
import io
import json
import os
import stat
import struct
import zipfile
from datetime import date
from pathlib import Path

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import given
from hypothesis import strategies as st

from runclinic import client_file, records
from runclinic.exports import client_file as rows
from runclinic.exports import tables
from runclinic.records import bundle, passphrase, signing
from runclinic.records.keys import Cost
from runclinic.records.sealed import Sealing
from runclinic.refused import Refused

CHEAP = Cost(8, 1, 1)
WORDS = "bado nilu tefa rogi sumo pive"
PASSWORD = "purple tractor lemon sky"
PDF = b"%PDF-1.4 her plan" + bytes(500)


def walk(work):
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value


def _clinic(folder: Path, name: str, by: str):
    return records.create(folder, {"name": name, "phone": "555 0100"}, by, by[:2], PASSWORD, cost=CHEAP)


@pytest.fixture(scope="module")
def source(tmp_path_factory, films):
    """A clinic with Zoë: a signed visit with an amendment, film and paper, and a draft."""
    with _clinic(tmp_path_factory.mktemp("source") / "home", "Riverside", "Mira Testwell") as store:
        zoe = store.clients.add(
            given_name="Zoë",
            family_name="Vandersloot",
            born=date(1990, 5, 17),
            phone="0412 345 678",
            height_m=1.7,
            mass_kg=63.5,
        )
        first = store.visits.start(zoe.id, date(2026, 11, 13))
        film_id = walk(store.films.take_in(films[7], zoe.id, first.id))
        for key, value in _answers(film_id).items():
            store.visits.append(first.id, key, value)
        store.documents.keep(first.id, "plan", "plan.pdf", PDF)
        stands = store.amendments.stands(first.id)
        file = store.client_file(zoe.id)
        stood = client_file.stood(store, zoe, file.visits[0], stands)
        computed = client_file.signed.of(stood, content_version="abc", program_version="1")
        store.signing.sign(first.id, computed, {key: each.value for key, each in stands.items()})
        store.amendments.change(first.id, "history/H02", "10 km in spring", "she corrected herself")
        second = store.visits.start(zoe.id, date(2026, 11, 20))
        store.visits.append(second.id, "safety/RF01", "no")
        yield store, zoe


def _answers(film_id: str) -> dict[str, object]:
    return {
        "safety/RF01": "no",
        "history/H01": "Leaks <b>when</b> running; she said “=1+1”",
        "history/H02": "Run 5 km",
        "history/H04": 1,
        "history/H06": "2026-02-01",
        "iciq_ui_sf/i1": 2,
        "iciq_ui_sf/i2": 2,
        "iciq_ui_sf/i3": 4,
        "consent/internal": "yes",
        "pop_q/Aa": -2.5,
        "load_tests/LT03": {"left": 10, "right": 12},
        f"gait/{film_id}/filming": {"view": "side_left", "belt_speed": "9 km/h"},
        f"gait/{film_id}/event/1": {"side": "left", "kind": "initial_contact", "frame": 4},
    }


@pytest.fixture(scope="module")
def packed(source, tmp_path_factory):
    store, zoe = source
    target = tmp_path_factory.mktemp("stick") / "zoe.rct"
    walk(client_file.pack(store, zoe.id, target, WORDS, "moves to another town", cost=CHEAP))
    return target


@pytest.fixture(scope="module")
def arrived(tmp_path_factory, packed):
    """Another clinic that has taken the file in."""
    with _clinic(tmp_path_factory.mktemp("other") / "home", "Hilltop", "Nora Else") as store:
        _take_in(store, packed)
        yield store


@pytest.fixture
def other(tmp_path):
    with _clinic(tmp_path / "other", "Hilltop", "Nora Else") as store:
        yield store


def _take_in(store, path, words=WORDS):
    arrival = store.transfer.examine(path, words, cost=CHEAP)
    try:
        return walk(store.transfer.accept(arrival)), arrival.difference
    finally:
        arrival.close()


def _everything(store) -> dict[str, list]:
    tables_ = [
        row["name"]
        for row in store._session.database.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'client_fts%'"
        )
    ]
    found = {name: store._session.database.rows(f"SELECT * FROM {name}") for name in tables_}
    return {**found, "files": sorted(str(path) for path in store.home.rglob("*.rcm"))}


def _files(store) -> set[str]:
    return {path.name for path in store.home.rglob("*.rcm")}


# ------------------------------------------------------------------------------- the way there and back
def test_all_of_a_client_arrives_with_ids_signatures_films_and_papers(source, arrived):
    store, zoe = source
    before, after = store.client_file(zoe.id), arrived.client_file(zoe.id)
    assert msgspec.to_builtins(after.client) == msgspec.to_builtins(before.client)
    assert [replace_source(visit) for visit in after.visits] == [
        replace_source(each) for each in before.visits
    ]
    film = before.films[0]
    assert arrived.films.open(film.id).read() == store.films.open(film.id).read()
    assert arrived.documents.read(before.visits[0].papers[0].id) == PDF
    assert arrived.signing.faults() == ()
    assert arrived.verify() == ()
    assert arrived.clients.search("vanders")[0].id == zoe.id


def replace_source(visit):
    return msgspec.structs.replace(
        visit, entries=tuple(msgspec.structs.replace(each, source="typed") for each in visit.entries)
    )


def test_her_author_is_marked_as_of_another_clinic_and_opens_nothing(arrived):
    mira = next(each for each in arrived.therapists() if each.display_name == "Mira Testwell")
    assert not mira.active
    row = arrived._session.database.one("SELECT * FROM foreign_therapist")
    assert (row["therapist_id"], row["clinic"]) == (mira.id, "Riverside")
    assert [name for _, name in records.therapists(arrived.home)] == ["Nora Else"]


def test_the_same_file_again_changes_nothing(arrived, packed):
    before = _everything(arrived)
    _, difference = _take_in(arrived, packed)
    assert difference.empty
    assert difference.lines() == ["Everything in this file is here already. Nothing would change."]
    assert _everything(arrived) == before


def test_the_difference_is_told_and_nothing_is_written_before_it_is_accepted(other, packed):
    before = _everything(other)
    arrival = other.transfer.examine(packed, WORDS, cost=CHEAP)
    arrival.close()
    said = " ".join(arrival.difference.lines())
    assert "New here: Zoë Vandersloot, from Riverside." in said
    assert "Visit of 2026-11-13: new, 13 entries, 1 amendment." in said
    assert "Films: 1" in said
    assert "Mira Testwell" in said
    assert _everything(other) == before


def test_a_later_file_brings_what_came_since(source, tmp_path, packed):
    """The draft goes on and is signed at home; the other clinic takes only that in."""
    with _clinic(tmp_path / "third", "Third", "Ina Third") as third:
        _take_in(third, packed)
        store, zoe = source
        draft = store.visits.of(zoe.id)[1]
        store.visits.append(draft.id, "safety/RF02", "no")
        later = tmp_path / "later.rct"
        walk(client_file.pack(store, zoe.id, later, WORDS, "asked again", cost=CHEAP))
        _, difference = _take_in(third, later)
        assert [(each.what, each.entries) for each in difference.visits] == [("same", 0), ("more", 1)]
        assert third.amendments.stands(draft.id)["safety/RF02"].value == "no"
        third.visits.append(draft.id, "safety/RF03", "yes")  # and now both go on with it
        store.visits.append(draft.id, "safety/RF03", "no")
        walk(client_file.pack(store, zoe.id, later, WORDS, "asked again", cost=CHEAP))
        before = _everything(third)
        _, difference = _take_in(third, later)
        assert difference.visits[1].what == "apart"
        assert _everything(third) == before


def test_cancelled_in_the_middle_nothing_is_there(other, packed):
    before, files = _everything(other), _files(other)
    arrival = other.transfer.examine(packed, WORDS, cost=CHEAP)
    work = other.transfer.accept(arrival)
    next(work)
    work.close()
    arrival.close()
    assert _everything(other) == before
    assert _files(other) == files
    assert list((other.home / "incoming").iterdir()) == []


def test_a_likely_duplicate_is_offered_and_the_link_can_be_undone(other, packed):
    near = other.clients.add(given_name="Zoe", family_name="Vandersloott", born=date(1990, 5, 17))
    phoned = other.clients.add(given_name="Z", family_name="Other", phone="+61 412 345 678")
    other.clients.add(given_name="Zoe", family_name="Vandersloot", born=date(1990, 5, 18))
    client_id, difference = _take_in(other, packed)
    assert {each.id for each in difference.likely_same} == {near.id, phoned.id}
    link = other.links.link(client_id, near.id)
    assert [each.other(near.id) for each in other.links.of(near.id)] == [client_id]
    with pytest.raises(Refused, match="linked already"):
        other.links.link(near.id, client_id)
    other.links.unlink(link)
    assert other.links.of(client_id) == ()
    assert [row.action for row in other.access.of(near.id)][:2] == ["unlink", "link"]
    assert other.clients.get(near.id).name == "Zoe Vandersloott"


def test_wrong_words_are_named_or_refused(other, packed):
    with pytest.raises(Refused, match="“hallo” is not one of the words"):
        other.transfer.examine(packed, "hallo nilu tefa rogi sumo pive", cost=CHEAP)
    with pytest.raises(Refused, match="these are 5"):
        other.transfer.examine(packed, "bado nilu tefa rogi sumo", cost=CHEAP)
    with pytest.raises(Refused, match="do not open"):
        other.transfer.examine(packed, "bado nilu tefa rogi sumo bado", cost=CHEAP)
    arrival = other.transfer.examine(packed, "  BADO-nilu, tefa rogi\nsumo pive ", cost=CHEAP)
    arrival.close()


def test_the_words_are_many_and_spoken():
    assert len(set(passphrase.words())) == len(passphrase.words()) > 2048
    made = passphrase.new()
    assert passphrase.tidy(made) == made
    assert len({passphrase.new() for _ in range(50)}) == 50


def test_nothing_of_her_stands_in_the_file_in_plain(packed):
    raw = packed.read_bytes()
    for word in ("Vandersloot", "client.json", "safety", "PK\x03\x04", "%PDF"):
        assert word.encode() not in raw


# ------------------------------------------------------------ row 28: files that are made to harm
def seal_zip(path: Path, content: bytes, words: str = WORDS) -> Path:
    salt = os.urandom(bundle.SALT)
    with path.open("wb") as made:
        made.write(bundle.MAGIC + salt)
        sealing = Sealing(made, bundle._key(words, salt, CHEAP), salt)
        sealing.write(content)
        sealing.finish()
    return path


def zipped(
    *members: tuple[str, bytes], mode: int = stat.S_IFREG | 0o600, method=zipfile.ZIP_DEFLATED
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as packed_:
        for name, content in members:
            about = zipfile.ZipInfo(name)
            about.compress_type, about.external_attr = method, mode << 16
            packed_.writestr(about, content)
    return made.getvalue()


NOBODY = "00000000-0000-4000-8000-000000000000"


def _claiming(compressed: int, size: int) -> bytes:
    """A directory that says of its one member that it unpacks to so much."""
    raw = bytearray(zipped((f"films/{NOBODY}", b"x" * 60), method=zipfile.ZIP_STORED))
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 20 : at + 28] = struct.pack("<II", compressed, size)
    return bytes(raw)


_HARMFUL = {
    "a bomb": (zipped(("client.json", bytes(200_000_000))), "100 times"),
    "up": (zipped(("../../client.json", b"{}")), "leads elsewhere"),
    "absolute": (zipped(("/etc/passwd", b"")), "leads elsewhere"),
    "a drive": (zipped(("C:\\x", b"")), "leads elsewhere"),
    "backslashes": (zipped(("films\\..\\..\\x", b"")), "leads elsewhere"),
    "a link": (zipped(("client.json", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777), "link or a device"),
    "a device": (zipped(("client.json", b""), mode=stat.S_IFCHR | 0o600), "link or a device"),
    "10,001 members": (zipped(*((f"films/{n}", b"") for n in range(10_001))), "10001 files"),
    "another file": (zipped(("client.json", b"{}"), ("run.sh", b"")), "no transfer file has"),
    "no zip": (b"this is no zip at all", "damaged"),
    "empty": (b"", "damaged"),
    "cut": (zipped(("client.json", b"{}"))[:-10], "damaged"),
    "4 GiB out of 60 bytes": (_claiming(60, 2**32 - 2), "100 times"),
    "4 GiB that are not there": (_claiming(2**32 - 2, 2**32 - 2), "damaged"),
    "no client": (zipped((f"films/{NOBODY}", bytes(99))), "lacks client.json"),
    "no JSON": (zipped(("client.json", b"{")), "does not hold a client"),
    "another schema": (zipped(("client.json", b'{"format":"rc-client-2"}')), "does not hold a client"),
    "deep": (zipped(("client.json", b"[" * 100_000)), "does not hold a client"),
}


@pytest.mark.parametrize("name", _HARMFUL)
def test_a_file_that_is_made_to_harm_is_refused_and_nothing_changes(arrived, tmp_path, name):
    content, says = _HARMFUL[name]
    before = _everything(arrived)
    with pytest.raises(Refused, match=says):
        arrived.transfer.examine(seal_zip(tmp_path / "bad.rct", content), WORDS, cost=CHEAP)
    assert _everything(arrived) == before


def test_a_file_over_four_gib_is_refused_by_its_size_alone(arrived, tmp_path):
    path = tmp_path / "huge.rct"
    with path.open("wb") as made:
        made.write(bundle.MAGIC + bytes(bundle.SALT))
        made.truncate(5 * 1024**3)  # sparse: no room is taken
    with pytest.raises(Refused, match="larger than RunClinic takes in"):
        arrived.transfer.examine(path, WORDS, cost=CHEAP)


@pytest.mark.parametrize("at", [0, 12, 40, 200, -1])
def test_one_flipped_byte_is_refused(arrived, packed, tmp_path, at):
    raw = bytearray(packed.read_bytes())
    raw[at] ^= 1
    bad = tmp_path / "bad.rct"
    bad.write_bytes(raw)
    with pytest.raises(Refused):
        arrived.transfer.examine(bad, WORDS, cost=CHEAP)


def _file_of(source) -> dict:
    store, zoe = source
    return json.loads(rows.write(store.client_file(zoe.id)))


def _examined(store, tmp_path, file: dict):
    content = zipped(("client.json", json.dumps(file, ensure_ascii=False).encode("utf-8", "surrogatepass")))
    return store.transfer.examine(seal_zip(tmp_path / "made.rct", content), WORDS, cost=CHEAP)


_NASTY = [
    "Robert'); DROP TABLE client;--",
    "<script>alert(1)</script>",
    '<b onmouseover="x">Zoë</b>',
    "=cmd|' /C calc'!A0",
    "\u202eneddih\u202c",
]


@pytest.mark.parametrize("name", _NASTY)
def test_a_nasty_name_is_plain_text(other, source, tmp_path, name):
    file = _file_of(source)
    file["client"]["family_name"] = name
    file["visits"] = []
    arrival = _examined(other, tmp_path, file)
    client_id = walk(other.transfer.accept(arrival))
    arrival.close()
    assert other.clients.get(client_id).family_name == name.replace("\u202e", "").replace("\u202c", "")
    assert other.clients.count() == 1


def _long_name(file):
    file["client"]["given_name"] = "A" * 1_000_000


def _unknown_column(file):
    file["client"]["admin"] = True


def _no_author(file):
    file["authors"] = []


def _twice(file):
    file["visits"].append(file["visits"][0])


def _no_day(file):
    file["visits"][1]["date"] = "2026-02-31"


def _other_answer(file):
    file["visits"][0]["entries"][0]["value"] = "yes"


def _other_record(file):
    file["visits"][0]["signed"]["record"] = file["visits"][0]["signed"]["record"].replace("5 km", "9 km")


def _own_key(file):
    file["authors"][0]["keys"][0]["ed25519_pub"] = "A" * 43 + "="


def _no_first_amendment(file):
    file["visits"][0]["amendments"][0]["record"] = "{}"


def _not_signed(file):
    file["visits"][0]["signed"] = None


@pytest.mark.parametrize(
    "change",
    [_long_name, _unknown_column, _no_author, _twice, _no_day, _other_answer, _other_record, _own_key,
     _no_first_amendment, _not_signed],
)  # fmt: skip
def test_a_file_that_says_what_cannot_be_is_refused(other, source, tmp_path, change):
    file = _file_of(source)
    change(file)
    before = _everything(other)
    with pytest.raises(Refused):
        _examined(other, tmp_path, file)
    assert _everything(other) == before


def test_a_film_that_is_not_the_one_recorded_is_refused_and_leaves_nothing(other, source, tmp_path):
    file = _file_of(source)
    film = file["films"][0]
    content = zipped(
        ("client.json", json.dumps(file).encode()),
        (f"films/{film['id']}", os.urandom(film["bytes"])),
        method=zipfile.ZIP_STORED,
    )
    arrival = other.transfer.examine(seal_zip(tmp_path / "made.rct", content), WORDS, cost=CHEAP)
    before = _everything(other)
    with pytest.raises(Refused, match="not the one that was recorded"):
        walk(other.transfer.accept(arrival))
    arrival.close()
    assert _everything(other) == before


def test_a_visit_of_another_client_is_not_taken_over(arrived, source, tmp_path):
    file = _file_of(source)
    file["client"]["id"] = NOBODY
    file["visits"] = file["visits"][1:]
    with pytest.raises(Refused, match="belongs to another client"):
        _examined(arrived, tmp_path, file)


# ------------------------------------------------------------------------------------- export to a folder
@pytest.fixture(scope="module")
def exported(source, tmp_path_factory):
    store, zoe = source
    return walk(client_file.export(store, zoe.id, tmp_path_factory.mktemp("out"), "she asked for a copy"))


def test_the_folder_holds_papers_films_tables_data_and_signatures(source, exported, films):
    store, zoe = source
    names = {path.relative_to(exported).as_posix() for path in exported.rglob("*") if path.is_file()}
    assert {"README.txt", "client.json", "client.schema.json", "bundle.fhir.json"} <= names
    assert {"tables/answers.csv", "signed/visit-1.json", "signed/visit-1.sig"} <= names
    (film,) = (exported / "films").iterdir()
    assert film.read_bytes() == films[7].read_bytes()
    (paper,) = (exported / "documents").iterdir()
    assert paper.read_bytes() == PDF
    record = (exported / "signed" / "visit-1.json").read_text("utf-8")
    assert signing.content_hash(record).hex() == store.signing.of(store.visits.of(zoe.id)[0].id).content_hash
    assert "Vandersloot" not in exported.name


def test_its_data_keep_to_its_schema_and_read_back(exported):
    file = rows.read((exported / "client.json").read_bytes())
    assert rows.write(file) == (exported / "client.json").read_bytes()
    schema = json.loads((exported / "client.schema.json").read_bytes())
    assert schema["$defs"]["Person"]["additionalProperties"] is False


def test_the_audit_tells_of_an_export_and_its_reason_goes_with_her_key(source, exported):
    store, zoe = source
    told = [row for row in store.access.of(zoe.id) if row.action == "export"]
    assert told[0].detail["reason"] in {"she asked for a copy", "moves to another town", "asked again"}
    raw = store._session.database.rows("SELECT detail FROM audit WHERE action = 'export'")
    assert not any("copy" in row["detail"] or "town" in row["detail"] for row in raw)


@pytest.mark.parametrize("reason", ["", "abc"])
def test_an_export_without_a_reason_is_refused(source, tmp_path, reason):
    store, zoe = source
    with pytest.raises(Refused, match="A reason of 5"):
        walk(client_file.export(store, zoe.id, tmp_path, reason))
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_export_leaves_nothing(source, tmp_path):
    store, zoe = source
    work = client_file.export(store, zoe.id, tmp_path, "she asked for it")
    next(work)
    work.close()
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------- row 29: nothing is run
@given(st.text(max_size=8))
def test_no_cell_is_a_formula(text):
    cell = tables.guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in {text, f"'{text}"}


def test_a_name_that_is_a_formula_gets_an_apostrophe(source):
    store, zoe = source
    file = store.client_file(zoe.id)
    file = msgspec.structs.replace(file, client=msgspec.structs.replace(file.client, given_name="=cmd()"))
    read = dict(csv.reader(io.StringIO(tables.tables(file)["client.csv"].decode("utf-8-sig"))))
    assert read["given_name"] == "'=cmd()"
    assert read["mass_kg"] == "63.5"


# ---------------------------------------------------------------------------------------------- FHIR R4
@pytest.fixture(scope="module")
def document(exported) -> dict:
    return json.loads((exported / "bundle.fhir.json").read_text("utf-8"))


def test_the_document_is_valid_r4(document):
    made = Bundle.model_validate(document)
    assert made.type == "document"
    assert made.entry[0].resource.get_resource_type() == "Composition"


def test_it_holds_all_that_was_asked_for(document):
    kinds = {each["resource"]["resourceType"] for each in document["entry"]}
    assert kinds >= {
        "Composition", "Patient", "Practitioner", "Organization", "Encounter", "QuestionnaireResponse",
        "Observation", "Consent", "CarePlan", "DocumentReference", "Media", "Provenance",
    }  # fmt: skip


def _of(document, kind):
    return [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == kind]


def test_every_reference_leads_to_something_in_it(document):
    there = {each["fullUrl"] for each in document["entry"]}
    assert len(there) == len(document["entry"])

    def references(value):
        if isinstance(value, dict):
            yield from ([value["reference"]] if "reference" in value else [])
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    assert set(references(document)) <= there


def test_answers_are_under_their_form_and_amended_ones_as_amended(document):
    history = next(
        each
        for each in _of(document, "QuestionnaireResponse")
        if each["identifier"]["value"] == "history" and each["status"] == "amended"
    )
    items = {each["linkId"]: each["answer"][0] for each in history["item"]}
    assert items["history/H02"] == {"valueString": "10 km in spring"}
    assert items["history/H06"] == {"valueDate": "2026-02-01"}
    assert items["history/H04"] == {"valueInteger": 1}


def test_scores_and_points_are_observations(document):
    by_code = {each["code"]["coding"][0]["code"]: each for each in _of(document, "Observation")}
    assert by_code["iciq_ui_sf"]["valueQuantity"]["value"] == 8
    assert by_code["Aa"]["valueQuantity"] == {"value": -2.5, "unit": "cm"}
    assert by_code["outcome"]["status"] in {"amended", "preliminary"}


def test_ids_are_the_same_at_every_export(source, document):
    store, zoe = source
    again = json.loads(client_file.fhir_bytes(store, store.client_file(zoe.id)))
    assert [each["fullUrl"] for each in again["entry"]] == [each["fullUrl"] for each in document["entry"]]


def test_the_signature_is_in_its_provenance(source, document):
    store, zoe = source
    signed_by = _of(document, "Provenance")
    assert len(signed_by) == 2
    raw = base64.b64decode(signed_by[0]["signature"][0]["data"])
    assert raw == store.signing.of(store.visits.of(zoe.id)[0].id).signature
    assert signed_by[1]["reason"][0]["text"] == "she corrected herself"
