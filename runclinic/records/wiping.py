"""Overwriting keys in memory once they have served; Python by itself leaves what it frees as it was."""

import ctypes
import sys
from collections.abc import Generator
from contextlib import contextmanager

_HEADER = sys.getsizeof(b"") - 1


def wipe(*keys: bytes | bytearray) -> None:
    """Overwrite the bytes of fresh keys with zeros; nobody else may hold them.

    CPython keeps the bytes of an object behind a fixed header; elsewhere a `bytes` stays as it is.
    """
    for key in keys:
        if isinstance(key, bytearray):
            key[:] = bytes(len(key))
        elif sys.implementation.name == "cpython" and len(key) > 1:  # single bytes are shared
            ctypes.memset(id(key) + _HEADER, 0, len(key))


@contextmanager
def fleeting(key: bytes) -> Generator[bytes]:
    """A fresh key for the length of a block; afterwards it is zeros."""
    try:
        yield key
    finally:
        wipe(key)
