"""Cues as they are logged: each with the film that was made with it, told bit by bit, kept in the plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from runclinic.plan.content import content
from runclinic.plan.cue import cues
from runclinic.refused import Refused
from runclinic.ui.gait.compare.films import Comparable, films_of
from runclinic.ui.open_visit import OpenVisit
from runclinic.ui.say import say
from runclinic.visit import cue_trials
from runclinic.visit.cue_trials import CueTrial
from runclinic.visit.entry import Json

IN_PLAN = "plan/cues"


class CueLog(QObject):
    """The trials of one visit. What is kept goes into the plan, and leaves it with an undo."""

    def __init__(self, visit: OpenVisit, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._kept = self._kept_now()
        visit.changed.connect(self._changed)

    # -- what stands

    def of_film(self, film_id: str) -> CueTrial:
        """The newest trial of a film; else one that nothing is told of yet, with the film most like it."""
        standing = [each for each in cue_trials.recorded(self._visit.now()) if each.film_id == film_id]
        if standing:
            return max(standing, key=lambda each: each.number)
        return CueTrial(film_id, self._next_number(film_id), before=self._usual_before(film_id))

    def films(self) -> tuple[Comparable, ...]:
        """The films of this visit, as they came in."""
        return tuple(each for each in films_of(self._visit) if each.here)

    def _usual_before(self, film_id: str) -> str:
        """The film taken last before this one, of the same side if there is one; "" for the first."""
        films = self.films()
        place = next((n for n, each in enumerate(films) if each.id == film_id), 0)
        earlier = films[:place]
        same_side = [each for each in earlier if each.view == films[place].view]
        return [*earlier, *same_side][-1].id if earlier else ""

    def _next_number(self, film_id: str) -> int:
        """None is given twice."""
        start = CueTrial(film_id, 0).key.removesuffix("0")
        ever = (entry.key for entry in self._visit.store.visits.entries(self._visit.visit.id))
        numbers = [key.removeprefix(start) for key in ever if key.startswith(start)]
        return 1 + max((int(each) for each in numbers if each.isdecimal()), default=0)

    # -- what is told

    def tell(self, film_id: str, told: Mapping[str, Any], *, typing: bool = False) -> None:
        """Fields of the trial of a film. Another cue is not kept before the therapist says so."""
        trial = self.of_film(film_id)
        now = replace(trial, **told)
        if now.cue != trial.cue:
            now = replace(now, keep=False)
        self._visit.record(now.key, now.value, typing=typing)

    def use(self, film_id: str) -> None:
        """Put the cue of a film into the plan of this visit. Refused where the plan cannot hold it."""
        trial = self.of_film(film_id)
        why = self.why_not(trial)
        if why:
            raise Refused(why, "")
        if trial.keep:  # it was taken out in the plan itself
            self._put([*(self.in_plan() or ()), trial.cue])
        else:
            self.tell(film_id, {"keep": True})

    # -- the plan

    def in_plan(self) -> tuple[str, ...] | None:
        """Ids of the cues in the plan; None where there is no plan that could hold any."""
        try:
            plan = self._visit.plan().plan
        except Refused:
            return None
        return None if plan.phase is None else plan.cues

    def why_not(self, trial: CueTrial) -> str:
        """Why a cue cannot go into the plan, in words; "" if it can, or is there."""
        held = self.in_plan()
        if held is None:
            return say("cue_trial.no_plan")
        if not trial.cue:
            return say("cue_trial.no_cue")
        if trial.known is None:
            return say("cue_trial.own_not_in_plan")
        most = content().selection.most_cues
        return say("cue_trial.plan_full", n=most) if trial.cue not in held and len(held) >= most else ""

    def _kept_now(self) -> frozenset[str]:
        trials = cue_trials.recorded(self._visit.now())
        return frozenset(each.cue for each in trials if each.keep and each.cue in cues())

    def _changed(self, keys: Sequence[str]) -> None:
        """What is kept, or no longer, also by undo, is what the plan has; her other cues stay."""
        if not any("/cue/" in key for key in keys):
            return
        before, self._kept = self._kept, self._kept_now()
        held = self.in_plan()
        if before == self._kept or held is None:
            return
        left = [each for each in held if each not in before - self._kept]
        self._put([*left, *sorted(self._kept - before)])

    def _put(self, ids: Iterable[str]) -> None:
        wanted = tuple(dict.fromkeys(ids))[: content().selection.most_cues]
        if wanted != self.in_plan():
            value: list[Json] = [*wanted]
            self._visit.record(IN_PLAN, value)
