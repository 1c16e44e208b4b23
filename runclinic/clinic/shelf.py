"""What the library holds, to be searched: exercises, cues, the runner's texts, the letter's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from runclinic.clinic import cards
from runclinic.plan.cue import cues
from runclinic.plan.exercise import exercises, is_own
from runclinic.visit.entry import Json
from runclinic.words import SCREEN_LANGUAGE, Text, texts

Kind: TypeAlias = Literal["exercise", "cue", "phrase", "letter"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the library. `words` is all that a search looks at, in small letters."""

    kind: Kind
    id: str
    name: str
    words: str
    retired: bool = False

    @property
    def own(self) -> bool:
        """Whether the clinic made it."""
        return self.kind in ("exercise", "cue") and is_own(self.id)

    @property
    def key(self) -> str:
        """Its setting."""
        return cards.key_of(self.id)


def items() -> tuple[Item, ...]:
    """Everything by kind, in the order of the content; what was taken away last of its kind."""
    return tuple(each for kind in (_exercises(), _cues(), _texts()) for each in sorted(kind, key=_taken_away))


def _taken_away(item: Item) -> bool:
    return item.retired


def _exercises() -> Iterator[Item]:
    for its in exercises().values():
        words = (its.id, its.name, its.breath, *its.steps, *its.equipment, its.source, its.dose.text)
        yield Item("exercise", its.id, its.name, _searched(*words), its.retired)


def _cues() -> Iterator[Item]:
    for its in cues().values():
        words = (its.id, its.text, its.reason, its.metric, its.evidence)
        yield Item("cue", its.id, its.text, _searched(*words), its.retired)


def _texts() -> Iterator[Item]:
    english = texts(SCREEN_LANGUAGE)
    for key in cards.text_keys():
        said = plain(english[key])
        kind: Kind = "letter" if key.startswith("letter.") else "phrase"
        yield Item(kind, key, said, _searched(key, said))


def plain(text: Text) -> str:
    """A text as it reads of many."""
    return text if isinstance(text, str) else text["other"]


def _searched(*words: str) -> str:
    return " ".join(words).casefold()


def found(sought: str, kind: str = "") -> list[Item]:
    """The items of a kind ("" = all) that hold every word that is sought; by name first."""
    wanted = sought.casefold().split()
    fitting = [
        each for each in items() if kind in ("", each.kind) and all(word in each.words for word in wanted)
    ]
    named = [each for each in fitting if all(word in _searched(each.id, each.name) for word in wanted)]
    return [*named, *(each for each in fitting if each not in named)]


def changed(item: Item, settings: Mapping[str, Json]) -> bool:
    """Whether the clinic changed or made it."""
    return settings.get(item.key) is not None
