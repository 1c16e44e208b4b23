"""Tables and triggers of the store, and how an older file is brought up to date.

Triggers stand here as constants: a table that is rebuilt loses its own without a word, so they are put
back after every migration and compared with the file at every opening.
"""

import re
from typing import TypeAlias

from runclinic.records import driver

Connection: TypeAlias = driver.Connection
migrations = driver.Migrations("runclinic")

_TABLES = (
    """CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE therapist (
        id TEXT PRIMARY KEY,
        display_name TEXT NOT NULL,
        initials TEXT NOT NULL,
        role TEXT NOT NULL CHECK (role IN ('owner', 'therapist', 'reader')),
        registration TEXT NOT NULL DEFAULT '',
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        created_at TEXT NOT NULL,
        ended_at TEXT
    ) STRICT""",
    """CREATE TABLE therapist_key (
        id TEXT PRIMARY KEY,
        therapist_id TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        x25519_pub BLOB NOT NULL CHECK (length(x25519_pub) = 32),
        ed25519_pub BLOB NOT NULL CHECK (length(ed25519_pub) = 32),
        valid_from TEXT NOT NULL,
        valid_to TEXT
    ) STRICT""",
    # `find` and `sort` are made from the names (finding.py); `n` is there for the search index alone
    """CREATE TABLE client (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        clinic_no TEXT NOT NULL UNIQUE,
        given_name TEXT NOT NULL,
        family_name TEXT NOT NULL,
        preferred_name TEXT NOT NULL DEFAULT '',
        birth_date TEXT CHECK (birth_date IS date(birth_date)),
        pronouns TEXT NOT NULL DEFAULT '',
        phone TEXT NOT NULL DEFAULT '',
        email TEXT NOT NULL DEFAULT '',
        address TEXT NOT NULL DEFAULT '',
        referrer TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL,
        height_m REAL,
        mass_kg REAL,
        find TEXT NOT NULL,
        sort TEXT NOT NULL,
        archived_at TEXT,
        row_ver INTEGER NOT NULL DEFAULT 1,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        used_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX client_sort ON client(sort)",
    "CREATE INDEX client_birth_date ON client(birth_date)",
    "CREATE INDEX client_used ON client(used_at)",
    """CREATE TABLE client_key (
        client_id TEXT PRIMARY KEY REFERENCES client(id) ON DELETE RESTRICT,
        key BLOB CHECK (length(key) = 32),
        created_at TEXT NOT NULL,
        destroyed_at TEXT,
        CHECK ((key IS NULL) = (destroyed_at IS NOT NULL))
    ) STRICT""",
    """CREATE VIRTUAL TABLE client_fts USING fts5(
        find, content='client', content_rowid='n',
        tokenize='unicode61 remove_diacritics 2', prefix='1 2 3'
    )""",
    """CREATE TABLE visit (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        number INTEGER NOT NULL CHECK (number > 0),
        date TEXT NOT NULL CHECK (date IS date(date)),
        therapist_id TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'signed', 'void')),
        started_at TEXT NOT NULL,
        signed_at TEXT,
        signed_by TEXT REFERENCES therapist(id) ON DELETE RESTRICT,
        content_hash BLOB CHECK (length(content_hash) = 32),
        signature BLOB CHECK (length(signature) = 64),
        key_id TEXT REFERENCES therapist_key(id) ON DELETE RESTRICT,
        UNIQUE (client_id, number),
        CHECK (state <> 'signed' OR (signed_at IS NOT NULL AND signed_by IS NOT NULL
            AND content_hash IS NOT NULL AND signature IS NOT NULL AND key_id IS NOT NULL))
    ) STRICT""",
    "CREATE INDEX visit_client ON visit(client_id, date)",
    # a setting of the clinic belongs to no visit; an erased value leaves its digest, so the chain holds
    """CREATE TABLE entry (
        seq INTEGER PRIMARY KEY,
        visit_id TEXT REFERENCES visit(id) ON DELETE RESTRICT,
        key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
        value TEXT CHECK (json_valid(value)),
        state TEXT NOT NULL CHECK (state IN ('value', 'cleared', 'erased')),
        source TEXT NOT NULL CHECK (source IN ('typed', 'runner', 'carried', 'imported', 'measured')),
        who TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        at TEXT NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        CHECK ((value IS NULL) = (state = 'erased'))
    ) STRICT""",
    "CREATE INDEX entry_visit ON entry(visit_id)",
    "CREATE INDEX entry_key ON entry(key, visit_id)",
    """CREATE TABLE media (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        kind TEXT NOT NULL CHECK (kind IN ('video', 'photo', 'keyframe', 'attachment')),
        name TEXT NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        bytes INTEGER NOT NULL CHECK (bytes > 0),
        stored_bytes INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('ready', 'erased')),
        pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        UNIQUE (client_id, sha256)
    ) STRICT""",
    # the same file taken in at a second visit is one film of two visits
    """CREATE TABLE visit_media (
        visit_id TEXT NOT NULL REFERENCES visit(id) ON DELETE RESTRICT,
        media_id TEXT NOT NULL REFERENCES media(id) ON DELETE RESTRICT,
        at TEXT NOT NULL,
        PRIMARY KEY (visit_id, media_id)
    ) STRICT""",
    """CREATE TABLE document (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        visit_id TEXT NOT NULL REFERENCES visit(id) ON DELETE RESTRICT,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        bytes INTEGER NOT NULL CHECK (bytes > 0),
        anchor_seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT
    ) STRICT""",
    "CREATE INDEX document_visit ON document(visit_id)",
    """CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        session TEXT NOT NULL,
        action TEXT NOT NULL,
        entity TEXT NOT NULL,
        entity_id TEXT NOT NULL,
        client_id TEXT NOT NULL,
        detail TEXT NOT NULL CHECK (json_valid(detail)),
        prev BLOB NOT NULL CHECK (length(prev) = 32),
        hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT""",
    "CREATE INDEX audit_client ON audit(client_id, at)",
    "CREATE INDEX audit_actor ON audit(actor, at)",
)


def _never(table: str, deed: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
    )


def _in_order(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_in_order BEFORE INSERT ON {table} "  # noqa: S608  our own two tables
        f"WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM {table}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} rows are only appended'); END"
    )


def _while_open(table: str, deed: str) -> str:
    return f"CREATE TRIGGER {table}_while_open {deed} BEGIN SELECT RAISE(ABORT, 'visit is signed'); END"


def _stop(name: str, deed: str, when: str, says: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {deed} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"


_SIGNED = "(SELECT state FROM visit WHERE id = {}) <> 'draft'"
_IN_A_SIGNED_VISIT = (
    "EXISTS (SELECT 1 FROM visit_media JOIN visit ON visit.id = visit_id"
    " WHERE media_id = OLD.id AND visit.state <> 'draft')"
)
_NEW_IN_A_SIGNED_VISIT = (
    "(SELECT state FROM visit WHERE id = NEW.visit_id) <> 'draft' AND NOT EXISTS"
    " (SELECT 1 FROM visit_media WHERE visit_id = NEW.visit_id AND media_id = NEW.media_id)"
)
_INDEX_OUT = "INSERT INTO client_fts(client_fts, rowid, find) VALUES ('delete', OLD.n, OLD.find);"
_INDEX_IN = "INSERT INTO client_fts(rowid, find) VALUES (NEW.n, NEW.find);"

TRIGGERS = (
    _never("entry", "UPDATE"),
    _never("entry", "DELETE"),
    _in_order("entry"),
    _while_open(
        "entry", "BEFORE INSERT ON entry WHEN (SELECT state FROM visit WHERE id = NEW.visit_id) <> 'draft'"
    ),
    _never("audit", "UPDATE"),
    _never("audit", "DELETE"),
    _in_order("audit"),
    _while_open("visit", "BEFORE UPDATE ON visit WHEN OLD.state <> 'draft'"),
    _never("visit", "DELETE"),
    _stop("visit_begins_open", "INSERT ON visit", "NEW.state <> 'draft'", "a visit begins as a draft"),
    _while_open("signed_record", f"BEFORE INSERT ON signed_record WHEN {_SIGNED.format('NEW.visit_id')}"),
    _never("signed_record", "UPDATE"),
    _never("signed_record", "DELETE"),
    _stop(
        "amendment_after_signing",
        "INSERT ON amendment",
        f"NOT ({_SIGNED.format('NEW.visit_id')})",
        "visit is not signed",
    ),
    _stop(
        "amendment_in_order",
        "INSERT ON amendment",
        "NEW.n <> (SELECT coalesce(max(n), 0) + 1 FROM amendment WHERE visit_id = NEW.visit_id)",
        "amendment rows are only appended",
    ),
    _never("amendment", "UPDATE"),
    _never("amendment", "DELETE"),
    _while_open("film_shown", f"BEFORE INSERT ON visit_media WHEN {_NEW_IN_A_SIGNED_VISIT}"),
    _while_open("film_moved", f"BEFORE UPDATE ON visit_media WHEN {_SIGNED.format('OLD.visit_id')}"),
    _while_open("film_taken_out", f"BEFORE DELETE ON visit_media WHEN {_SIGNED.format('OLD.visit_id')}"),
    _while_open(
        "film", f"BEFORE UPDATE OF id, client_id, kind, sha256, bytes ON media WHEN {_IN_A_SIGNED_VISIT}"
    ),
    _while_open("film_kept", f"BEFORE DELETE ON media WHEN {_IN_A_SIGNED_VISIT}"),
    _never("document", "UPDATE"),
    _never("document", "DELETE"),
    _never("erasure", "UPDATE"),
    _never("erasure", "DELETE"),
    _never("legal_hold", "DELETE"),
    _never("anchor", "UPDATE"),
    _never("anchor", "DELETE"),
    _never("backup_log", "UPDATE"),
    _never("backup_log", "DELETE"),
    _stop(
        "legal_hold_lifted_once",
        "UPDATE ON legal_hold",
        "OLD.lifted_at IS NOT NULL",
        "legal_hold rows are never changed",
    ),
    f"CREATE TRIGGER client_found_insert AFTER INSERT ON client BEGIN {_INDEX_IN} END",
    f"CREATE TRIGGER client_found_delete AFTER DELETE ON client BEGIN {_INDEX_OUT} END",
    f"CREATE TRIGGER client_found_update AFTER UPDATE OF find ON client BEGIN {_INDEX_OUT} {_INDEX_IN} END",
)


@migrations()
def m0001_first(db: Connection) -> None:
    """The first version: clients, visits, entries, films, documents, audit."""
    for table in _TABLES:
        db.execute(table)


# what the vault needs besides: signatures, anchors, backups, erasures
_VAULT_TABLES: tuple[str, ...] = (
    # what stood at signing, word for word; its hash and signature stand in the visit's own row
    """CREATE TABLE signed_record (
        visit_id TEXT PRIMARY KEY REFERENCES visit(id) ON DELETE RESTRICT,
        format TEXT NOT NULL,
        record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT""",
    """CREATE TABLE amendment (
        id TEXT PRIMARY KEY,
        visit_id TEXT NOT NULL REFERENCES visit(id) ON DELETE RESTRICT,
        n INTEGER NOT NULL CHECK (n > 0),
        kind TEXT NOT NULL CHECK (kind IN ('change', 'void')),
        record TEXT NOT NULL CHECK (json_valid(record)),
        who TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        at TEXT NOT NULL,
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        signature BLOB NOT NULL CHECK (length(signature) = 64),
        key_id TEXT NOT NULL REFERENCES therapist_key(id) ON DELETE RESTRICT,
        UNIQUE (visit_id, n)
    ) STRICT""",
    # no name: who was erased is known by a random id alone
    """CREATE TABLE erasure (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL UNIQUE REFERENCES client(id) ON DELETE RESTRICT,
        ground TEXT NOT NULL,
        counts TEXT NOT NULL CHECK (json_valid(counts)),
        files TEXT NOT NULL CHECK (json_valid(files)),
        who TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE legal_hold (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        reason TEXT NOT NULL CHECK (length(reason) >= 5),
        set_at TEXT NOT NULL,
        set_by TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        lifted_at TEXT,
        lifted_by TEXT REFERENCES therapist(id) ON DELETE RESTRICT,
        CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
    ) STRICT""",
    """CREATE TABLE import_job (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        store_id TEXT NOT NULL,
        sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
        counts TEXT NOT NULL CHECK (json_valid(counts)),
        who TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        at TEXT NOT NULL
    ) STRICT""",
    # two records of one person: shown together, never one of them deleted
    """CREATE TABLE client_link (
        id TEXT PRIMARY KEY,
        client_id TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        same_as TEXT NOT NULL REFERENCES client(id) ON DELETE RESTRICT,
        set_at TEXT NOT NULL,
        set_by TEXT NOT NULL REFERENCES therapist(id) ON DELETE RESTRICT,
        ended_at TEXT,
        ended_by TEXT REFERENCES therapist(id) ON DELETE RESTRICT,
        CHECK (client_id <> same_as)
    ) STRICT""",
    # an author who never worked here: her signatures verify, and are marked as another clinic's
    """CREATE TABLE foreign_therapist (
        therapist_id TEXT PRIMARY KEY REFERENCES therapist(id) ON DELETE RESTRICT,
        store_id TEXT NOT NULL,
        clinic TEXT NOT NULL
    ) STRICT""",
    # where the audit ended when something left the vault: an old file put back is then found out
    """CREATE TABLE anchor (
        id TEXT PRIMARY KEY,
        seq INTEGER NOT NULL,
        head TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('pdf', 'backup', 'print')),
        ref TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    # every backup that was begun and did not end by being cancelled; "ok" only once it was read back
    """CREATE TABLE backup_log (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        folder TEXT NOT NULL,
        name TEXT NOT NULL,
        outside INTEGER NOT NULL CHECK (outside IN (0, 1)),
        bytes INTEGER NOT NULL,
        head TEXT NOT NULL,
        entries INTEGER NOT NULL,
        deep INTEGER NOT NULL CHECK (deep IN (0, 1)),
        state TEXT NOT NULL CHECK (state IN ('ok', 'failed')),
        why TEXT NOT NULL DEFAULT '',
        CHECK ((state = 'ok') = (why = ''))
    ) STRICT""",
    "CREATE INDEX backup_log_at ON backup_log(at)",
)


@migrations()
def m0002_vault(db: Connection) -> None:
    """Signed and amended visits, anchors of the chain, backups, erasures."""
    for table in _VAULT_TABLES:
        db.execute(table)


def drop_triggers(db: Connection) -> None:
    """All triggers off, for an erasure alone; `put_triggers` follows in the same transaction."""
    for name in _found(db):
        db.execute(f"DROP TRIGGER {name}")


def put_triggers(db: Connection) -> None:
    """All triggers as they stand here, whatever the file had; in one transaction."""
    with db.atomic():
        drop_triggers(db)
        for trigger in TRIGGERS:
            db.execute(trigger)
        db.execute("INSERT INTO client_fts(client_fts) VALUES ('rebuild')")


def triggers_hold(db: Connection) -> bool:
    """Whether the file has exactly the triggers that stand here."""
    return not lost_rules(db)


def lost_rules(db: Connection) -> list[str]:
    """The triggers that are missing, changed, or do not belong here; by name."""
    found, right = _found(db), {_name(trigger): trigger for trigger in TRIGGERS}
    return sorted(name for name in found.keys() | right.keys() if found.get(name) != right.get(name))


def _found(db: Connection) -> dict[str, str]:
    return dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())


def _name(trigger: str) -> str:
    named = re.match(r"CREATE TRIGGER (\w+) ", trigger)
    if named is None:
        raise ValueError(trigger)
    return named[1]
