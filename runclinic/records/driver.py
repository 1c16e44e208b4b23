"""SQLCipher below sqlite-utils: the one file that knows which database is underneath.

sqlite-utils looks for a module called `pysqlite3` before the standard `sqlite3`; sqlcipher3 is put in
that place before it is imported. Every other file takes its database and its errors from here.
"""

import ctypes
import sys
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlcipher3 import dbapi2

sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

import sqlite_utils  # noqa: E402  sqlcipher3 must be in its place first
import sqlite_utils.db  # noqa: E402
from sqlite_utils import Migrations  # noqa: E402

if vars(sqlite_utils.db)["sqlite3"] is not sqlcipher3:
    raise ImportError("sqlite-utils was imported before runclinic.records.driver and is not encrypted")

_dbapi: Any = dbapi2
Error: type[Exception] = _dbapi.Error
DatabaseError: type[Exception] = _dbapi.DatabaseError
IntegrityError: type[Exception] = _dbapi.IntegrityError
OperationalError: type[Exception] = _dbapi.OperationalError

Connection = sqlite_utils.Database
__all__ = [
    "Connection",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "Migrations",
    "OperationalError",
    "connect",
]

_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # REPLACE fires delete triggers only with it
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",  # nothing decrypted goes to a temporary file
    "PRAGMA busy_timeout=5000",
    "PRAGMA cache_size=-16000",
    "PRAGMA wal_autocheckpoint=1000",
    "PRAGMA journal_size_limit=16777216",
    "PRAGMA mmap_size=0",
)
_ON_MACOS = (
    "PRAGMA fullfsync=ON",
    "PRAGMA checkpoint_fullfsync=ON",
)  # fsync alone does not reach the disk there


def _wipe(text: str) -> None:
    """Overwrite the characters of an ASCII string in memory; CPython keeps them behind a fixed header."""
    if sys.implementation.name == "cpython" and text.isascii():
        ctypes.memset(id(text) + sys.getsizeof(text) - len(text) - 1, 0, len(text))


def _give_key(raw: Any, key: bytes | bytearray) -> None:
    """PRAGMA key with the 64 hex digits of a raw key, which skips derivation; no copy of it is left."""
    typed = bytearray(b"PRAGMA key=\"x'")
    for byte in key:
        typed += b"%02x" % byte
    typed += b"'\""
    text = typed.decode("ascii")
    try:
        raw.execute(text).fetchall()
    finally:
        _wipe(text)
        typed[:] = bytes(len(typed))


def connect(path: Path, key: bytes | bytearray) -> Connection:
    """An open database, keyed with 32 raw bytes and set as every store needs it.

    The order matters: memory wiping before the key (else copies of it stay in memory), the key before
    anything that reads. DatabaseError if the file is not one that this key opens. The caller has seen
    to it that an existing file is not empty, which SQLite takes for a new database.
    """
    raw = _dbapi.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        raw.execute("PRAGMA cipher_memory_security=ON")
        raw.execute("PRAGMA cipher_log_level=NONE")
        _give_key(raw, key)
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for setting in (*_SETTINGS, *(_ON_MACOS if sys.platform == "darwin" else ())):
            raw.execute(setting).fetchall()
        return sqlite_utils.Database(raw, execute_plugins=False)
    except BaseException:
        raw.close()
        raise
