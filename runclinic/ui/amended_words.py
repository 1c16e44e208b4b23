"""What was changed in a visit after signing, in the words of its questions and the names of its people."""

from runclinic.forms import catalogue
from runclinic.records import Store
from runclinic.visit.amended import Amended, amended, day_of


def names(store: Store) -> dict[str, str]:
    """Everyone who ever worked here, or signed what came from another clinic, by id."""
    return {each.id: each.display_name for each in store.therapists()}


def changes(store: Store, visit_id: str) -> tuple[Amended, ...]:
    """The amendments of a visit, in the order made."""
    made = store.amendments.of(visit_id)
    known = names(store) if made else {}
    return tuple(
        amended(
            each.key,
            (each.old, each.new),
            each.reason,
            known.get(each.who, each.who),
            day_of(each.at),
            void=each.kind == "void",
            private=_is_private(each.key),
        )
        for each in made
    )


def _is_private(key: str) -> bool:
    question = catalogue.question(key)
    return bool(question and question.private)
