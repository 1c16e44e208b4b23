"""The schema of version m0001 as it was released: frozen here, so that upgrading it is always tried."""

import hashlib
import secrets
import uuid

from runclinic.records import chain, driver, keys
from runclinic.records.keys import Cost

CHEAP = Cost(8, 1, 1)
NOW = "2026-01-15T09:30:00.000Z"

TABLES = (
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

TRIGGERS = (
    (
        "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry rows are"
        " never changed'); END"
    ),
    (
        "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry rows are"
        " never changed'); END"
    ),
    (
        "CREATE TRIGGER entry_in_order BEFORE INSERT ON entry WHEN NEW.seq <> (SELECT coalesce(max(seq),"
        " 0) + 1 FROM entry) BEGIN SELECT RAISE(ABORT, 'entry rows are only appended'); END"
    ),
    (
        "CREATE TRIGGER entry_while_open BEFORE INSERT ON entry WHEN (SELECT state FROM visit WHERE id ="
        " NEW.visit_id) <> 'draft' BEGIN SELECT RAISE(ABORT, 'visit is signed'); END"
    ),
    (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are"
        " never changed'); END"
    ),
    (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows are"
        " never changed'); END"
    ),
    (
        "CREATE TRIGGER audit_in_order BEFORE INSERT ON audit WHEN NEW.seq <> (SELECT coalesce(max(seq),"
        " 0) + 1 FROM audit) BEGIN SELECT RAISE(ABORT, 'audit rows are only appended'); END"
    ),
    (
        "CREATE TRIGGER visit_while_open BEFORE UPDATE ON visit WHEN OLD.state <> 'draft' BEGIN SELECT "
        "RAISE(ABORT, 'visit is signed'); END"
    ),
    (
        "CREATE TRIGGER visit_no_delete BEFORE DELETE ON visit BEGIN SELECT RAISE(ABORT, 'visit rows are"
        " never changed'); END"
    ),
    (
        "CREATE TRIGGER client_found_insert AFTER INSERT ON client BEGIN INSERT INTO client_fts(rowid, "
        "find) VALUES (NEW.n, NEW.find); END"
    ),
    (
        "CREATE TRIGGER client_found_delete AFTER DELETE ON client BEGIN INSERT INTO "
        "client_fts(client_fts, rowid, find) VALUES ('delete', OLD.n, OLD.find); END"
    ),
    (
        "CREATE TRIGGER client_found_update AFTER UPDATE OF find ON client BEGIN INSERT INTO "
        "client_fts(client_fts, rowid, find) VALUES ('delete', OLD.n, OLD.find); INSERT INTO "
        "client_fts(rowid, find) VALUES (NEW.n, NEW.find); END"
    ),
)


def build(home, password: str) -> dict[str, str]:
    """A clinic of that version, with a client, a visit of 30 answers and a setting; its ids."""
    home.mkdir(mode=0o700)
    store_id, store_key, her = str(uuid.uuid4()), secrets.token_bytes(32), str(uuid.uuid4())
    slot, signing = keys.new_slot(
        store_id, store_key, keys.Newcomer(her, "Mira Testwell", "owner", NOW), password, CHEAP
    )
    unlocked = keys.Unlocked(slot, store_key, signing)
    raw = driver.connect(home / "runclinic.db", unlocked.database)
    first = driver.Migrations("runclinic")

    @first(name="m0001_first")
    def _(db):
        for table in TABLES:
            db.execute(table)
        for trigger in TRIGGERS:
            db.execute(trigger)

    first.apply(raw)
    ids = {"client": str(uuid.uuid4()), "visit": str(uuid.uuid4()), "therapist": her}
    with raw.atomic():
        _rows(raw, ids, slot, store_id)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    raw.conn.close()
    file = keys.KeyFile(format=keys.FORMAT, store_id=store_id, created_at=NOW, slots=(slot,))
    keys.write(home / keys.NAME, file, unlocked.key_file)
    return ids


def _rows(raw, ids: dict[str, str], slot, store_id: str) -> None:
    def put(table: str, **row: object) -> None:
        raw.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )

    settings_key, client_key = secrets.token_bytes(32), secrets.token_bytes(32)
    for key, value in (("store_id", store_id), ("created_at", NOW), ("settings_key", settings_key.hex())):
        put("meta", key=key, value=value)
    her = ids["therapist"]
    put("therapist", id=her, display_name="Mira Testwell", initials="MT", role="owner", created_at=NOW)
    put(
        "therapist_key", id=str(uuid.uuid4()), therapist_id=her, x25519_pub=slot.x25519_pub,
        ed25519_pub=slot.ed25519_pub, valid_from=NOW,
    )  # fmt: skip
    put(
        "client", id=ids["client"], clinic_no="0001", given_name="Zoë", family_name="Vandersloot",
        language="en",
        find="zoe vandersloot 0001", sort="vandersloot\x1fzoe", created_at=NOW, created_by=her, used_at=NOW,
    )  # fmt: skip
    put("client_key", client_id=ids["client"], key=client_key, created_at=NOW)
    put(
        "visit", id=ids["visit"], client_id=ids["client"], number=1, date="2026-01-15", therapist_id=her,
        started_at=NOW,
    )  # fmt: skip
    digest_key, before = keys.derive(client_key, b"runclinic/entry/1"), bytes(32)
    for seq in range(1, 32):
        setting = seq == 1
        row = {
            "seq": seq, "visit_id": None if setting else ids["visit"],
            "key": "clinic/name" if setting else f"history/Q{seq}",
            "value": '"Riverside"' if setting else f'"answer {seq}"', "state": "value", "source": "typed",
            "who": her, "at": NOW,
        }  # fmt: skip
        digest = chain.entry_digest(row, settings_key if setting else digest_key)
        before = chain.entry_hash(seq, digest, before)
        put("entry", **row, digest=digest, hash=before)
    last = bytes(32)
    for seq, action in enumerate(("create", "unlock", "add", "lock"), start=1):
        row = {
            "seq": seq, "at": NOW, "actor": her, "session": "s", "action": action, "entity": "",
            "entity_id": "", "client_id": "", "detail": "{}", "prev": last,
        }  # fmt: skip
        last = chain.audit_hash(row, last)
        put("audit", **row, hash=last)


def fingerprint(raw) -> str:
    """All entries, hashes and all, as one digest: the same before and after."""
    rows = raw.execute("SELECT * FROM entry ORDER BY seq").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest()
