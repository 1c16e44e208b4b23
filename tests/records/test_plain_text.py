"""Nothing that was recorded can be read in the folder: while open, after a crash, after locking."""

from datetime import date

from runclinic.visit.client import Client

SECRETS = (
    "Quenneville", "Philippine", "0491 570 156", "0491570156", "philippine@example.org",
    "1987-03-09", "19870309", "leaks when she jumps", "vaginal heaviness", "Dr Abernathy-Wu",
    "blue treadmill film", "Riverside Physio", "safety/RF07",
)  # fmt: skip
INSIDE = (b"%PDF-1.", b"ftypisom", b"SQLite format")
AT_THE_START = (b"%PDF", b"\xff\xd8\xff", b"\x1aE\xdf\xa3")


def _says(content: bytes, secret: str) -> bool:
    return any(secret.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-16-be"))


def _found(home) -> list[str]:
    found = []
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += [f"{secret} in {path.name}" for secret in SECRETS if _says(content, secret)]
            found += [f"{magic!r} in {path.name}" for magic in INSIDE if magic in content]
            found += [f"{magic!r} starts {path.name}" for magic in AT_THE_START if content.startswith(magic)]
    return found


def test_no_name_no_answer_and_no_film_stands_in_plain(clinic, store, a_film, nursery):
    client = store.clients.add(
        Client(
            given_name="Philippine", family_name="Quenneville", born=date(1987, 3, 9), phone="0491 570 156",
            email="philippine@example.org", referrer="Dr Abernathy-Wu",
        )
    )  # fmt: skip
    visit = store.visits.start(client.id, date(2026, 11, 20))
    store.visits.append(visit.id, "safety/RF07", "vaginal heaviness")
    for number in range(300):
        store.visits.append(visit.id, f"history/note{number}", "leaks when she jumps " * 20)
    film_id = ""
    for _ in (work := store.films.take_in(a_film("blue treadmill film.mp4"), client.id, visit.id)):
        assert _found(clinic.home) == []
    work.close()
    film_id = store.films.of(visit.id)[0].id
    store.films.keep_beside(film_id, "landmarks-1", b"leaks when she jumps")
    store.documents.keep(visit.id, "plan", "Plan for Philippine Quenneville.pdf", b"%PDF-1.7 Quenneville")
    store.clients.search("quenn")
    assert (clinic.home / "runclinic.db-wal").stat().st_size > 0
    assert _found(clinic.home) == []
    store.close()
    assert _found(clinic.home) == []
    nursery.kill(nursery.start("answer", visit.id, "1"))
    clinic.unlock().close()
    assert any((clinic.home / "aside").iterdir())
    assert _found(clinic.home) == []


def test_the_search_does_find_what_stands_there_in_plain(clinic, store):
    (clinic.home / "leak.txt").write_text("Quenneville")
    (clinic.home / "leak.bin").write_bytes(b"%PDF-1.7")
    assert len(_found(clinic.home)) == 3
