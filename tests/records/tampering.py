"""Rows changed as someone does who takes the triggers off and puts them back."""

from collections.abc import Iterator
from contextlib import contextmanager

from runclinic.records import schema


class _Undone(Exception):
    pass


def _change(store, statements) -> None:
    database = store._session.database
    schema.drop_triggers(database.connection)
    for statement in statements:
        database.run(statement)
    schema.put_triggers(database.connection)
    assert schema.triggers_hold(database.connection)


def meddle(store, *statements: str) -> None:
    store._session.database.run("PRAGMA foreign_keys=OFF")
    with store._session.database.writing():
        _change(store, statements)


@contextmanager
def meddled(store, *statements: str) -> Iterator[None]:
    """The same for the length of a block, then as it was."""
    store._session.database.run("PRAGMA foreign_keys=OFF")
    try:
        with store._session.database.writing():
            _change(store, statements)
            yield
            raise _Undone  # noqa: TRY301  the block is what is undone
    except _Undone:
        store._session.database.run("PRAGMA foreign_keys=ON")


def signed(store, visit, **computed):
    """A visit signed with what stands."""
    stands = {entry.key: entry.value for entry in store.visits.entries(visit.id)}
    return store.signing.sign(visit.id, {"outcome": "O3", **computed}, stands)
