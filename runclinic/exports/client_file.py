"""The client file "rc-client-1": all rows of one client, as they are exported and taken in again.

Every text has a length, so that a file from elsewhere is refused before anything of it is used.
"""

import json
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from runclinic.refused import Refused

FORMAT = "rc-client-1"
NAME, SCHEMA_NAME, FHIR_NAME = "client.json", "client.schema.json", "bundle.fhir.json"

Id: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Short: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Long: TypeAlias = Annotated[str, msgspec.Meta(max_length=10_000)]
Day: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Moment: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$")]
Hex32: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Bytes32: TypeAlias = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
Bytes64: TypeAlias = Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]
Role: TypeAlias = Literal["owner", "therapist", "reader"]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The client herself."""

    id: Id
    clinic_no: Short
    given_name: Short
    family_name: Short
    born: Day | None
    language: Short
    phone: Short = ""
    email: Short = ""
    address: Long = ""
    referrer: Short = ""
    note: Long = ""
    height_m: float | None = None
    mass_kg: float | None = None


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What proves the signatures of an author; `valid_to` is open while it is in use."""

    id: Id
    ed25519_pub: Bytes32
    x25519_pub: Bytes32
    valid_from: Moment
    valid_to: Moment | None = None


class Author(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A therapist who recorded something; `clinic` is hers."""

    id: Id
    display_name: Short
    initials: Short
    role: Role
    registration: Short
    created_at: Moment
    keys: tuple[PublicKey, ...]
    store_id: Id
    clinic: Short


class EntryRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing recorded, in the order recorded."""

    key: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    value: Any
    state: Literal["value", "cleared"]
    source: Literal["typed", "runner", "carried", "imported", "measured"]
    who: Id
    at: Moment


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The record that was signed, as the text that was hashed, and its signature."""

    record: str
    signature: Bytes64


class PaperRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A PDF that was given out; it lies at documents/<id>.pdf."""

    id: Id
    kind: Short
    name: Annotated[str, msgspec.Meta(max_length=300)]
    sha256: Hex32
    bytes: Annotated[int, msgspec.Meta(gt=0, le=2**31)]
    anchor_seq: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    at: Moment
    who: Id


class FilmRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A film; it lies at films/<id>. `kept` is false where only its row and hash are left."""

    id: Id
    name: Annotated[str, msgspec.Meta(max_length=300)]
    sha256: Hex32
    bytes: Annotated[int, msgspec.Meta(gt=0, le=4 * 1024**3)]
    at: Moment
    who: Id
    kept: bool = True


class VisitFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One visit with all that was recorded; `amendments` are texts that were hashed, and signatures."""

    id: Id
    number: Annotated[int, msgspec.Meta(gt=0, le=100_000)]
    date: Day
    therapist_id: Id
    started_at: Moment
    entries: tuple[EntryRow, ...]
    signed: Signature | None = None
    amendments: tuple[Signature, ...] = ()
    films: tuple[Id, ...] = ()
    papers: tuple[PaperRow, ...] = ()


class TrailRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the audit of her record; for reading, it is not taken in."""

    seq: int
    at: Short
    actor: Short
    action: Short
    entity: Short
    entity_id: Short
    detail: Any


class ClientFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of one client; `head` is the end of the audit when it was made, `store_id` the clinic's."""

    format: Literal["rc-client-1"]
    made_at: Moment
    store_id: Id
    clinic: Short
    head: Short
    client: Person
    authors: tuple[Author, ...]
    visits: tuple[VisitFile, ...]
    films: tuple[FilmRow, ...] = ()
    trail: tuple[TrailRow, ...] = ()

    def author(self, therapist_id: str) -> Author | None:
        """Who recorded something."""
        return next((each for each in self.authors if each.id == therapist_id), None)


def schema() -> bytes:
    """The JSON Schema (2020-12) of a client file."""
    return _pretty(msgspec.json.schema(ClientFile))


def write(file: ClientFile) -> bytes:
    """A client file as JSON, indented, the same for the same rows."""
    return _pretty(msgspec.to_builtins(file))


def read(text: bytes) -> ClientFile:
    """A client file; Refused, naming the field, for anything that the schema does not allow."""
    try:
        return msgspec.json.decode(text, type=ClientFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused(
            f"The file does not hold a client as RunClinic writes one: {str(wrong)[:200]}.",
            "Ask for it again; nothing was taken in.",
        ) from wrong


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode(
        "utf-8", "surrogatepass"
    )
