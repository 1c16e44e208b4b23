"""The exercise cards: picture, steps, dose and breath of each exercise, numbered as in her plan."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Spacer, TableStyle

from runclinic.documents import lettering
from runclinic.documents.figures import Picture
from runclinic.documents.paper import INK, Sheet, Type
from runclinic.documents.pieces import NO_PADDING, Grid, heading, together
from runclinic.plan import dose
from runclinic.plan.build import Plan, PlannedExercise
from runclinic.plan.exercise import Exercise, exercises
from runclinic.plan.figures import figure
from runclinic.plan.her_words import exercise_in
from runclinic.words import Words

FIGURE_SHARE, FIGURE_MOST = 0.40, 42 * mm  # of a card's width; and at most as large as it was drawn
NO_ROOM = [("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
GAP = 10.0  # between two cards, in points


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of a plan; `own_notes` are the therapist's by exercise, `only` some of the exercises.

    `headed` = with a heading above them.
    """

    plan: Plan
    own_notes: Mapping[str, str]
    words: Words
    type: Type
    sheet: Sheet
    only: Collection[str] | None = None
    headed: bool = True

    def story(self) -> Iterable[Flowable]:
        """How to do them, and the cards, none split across pages; nothing without exercises."""
        rows = self._rows()
        if not rows:
            return
        say = self.words.say
        intro = say("text.T-EX") if "T-EX" in self.plan.texts else ""
        if self.plan.weak_side:
            side = say(f"side.{self.plan.weak_side}")
            intro = f"{intro} {sentence(say('plan.weak_side', side=side), dot=False)}".strip()
        head = heading(say("plan.exercises"), self.type, self.sheet) if self.headed else [Spacer(1, 6)]
        yield together(head, self.type.par(intro), Spacer(1, 4), *rows[0])
        for row in rows[1:]:
            yield together(*row)

    @property
    def _across(self) -> int:
        """Cards side by side."""
        return 1 if self.sheet.large else 2

    @property
    def _width(self) -> float:
        """Of one card, in points."""
        return (self.sheet.width - GAP * (self._across - 1)) / self._across

    def _rows(self) -> list[list[Flowable]]:
        across, wide = self._across, self._width
        cards = [
            self._card(number, each)
            for number, each in enumerate(self.plan.exercises, 1)
            if self.only is None or each.id in self.only
        ]
        rows: list[list[Flowable]] = []
        for start in range(0, len(cards), across):
            row = cards[start : start + across]
            cells: list[object] = []
            for inside in row:
                cells += [inside, ""]
            cells = (cells + [""] * (2 * across))[: 2 * across - 1]
            table = Grid([cells], colWidths=([wide, GAP] * across)[: 2 * across - 1])
            boxed = [("BOX", (2 * at, 0), (2 * at, 0), 0.9, INK) for at in range(len(row))]
            pads = [(pad, (0, 0), (-1, -1), 6) for pad in ("LEFTPADDING", "RIGHTPADDING")]
            pads.append(("BOTTOMPADDING", (0, 0), (-1, -1), 4))
            table.setStyle(
                TableStyle(
                    [*boxed, *pads, ("TOPPADDING", (0, 0), (-1, -1), 3), ("VALIGN", (0, 0), (-1, -1), "TOP")]
                )
            )
            rows.append([table, Spacer(1, 4)])
        return rows

    def _card(self, number: int, planned: PlannedExercise) -> list[Flowable]:
        """Name, dose and days, three steps, breath, easier and harder."""
        say, kind = self.words.say, self.type
        its, library = exercise_in(planned.exercise, self.words), exercises()
        days = say(f"days.{planned.session}")
        how_much = ", ".join(
            each for each in (dose.say(planned.dose, self.words), self._times(planned), days) if each
        )
        parts: list[Flowable] = [
            kind.par(f"{number}. {its.name}", kind.strong),
            kind.par(how_much, kind.bold.clone("dose", fontSize=kind.small.fontSize)),
            self._shown(its, left=planned.extra_set == "left"),
            kind.lead(say("plan.breath"), its.breath, kind.small),
        ]
        notes = [say(f"note.{each}") for each in planned.notes]
        if planned.extra_set:
            notes.append(say(f"dose.extra_{planned.extra_set}"))
        if own := self.own_notes.get(planned.id):
            notes.append(own)
        if notes:
            small = kind.bold.clone("note", fontSize=kind.small.fontSize)
            parts.append(kind.par(sentence("; ".join(notes)), small))
        others = [
            say(f"plan.{which}", name=exercise_in(library[other], self.words).name)
            for which, other in (("easier", its.easier), ("harder", its.harder))
            if other
        ]
        if others:
            parts.append(kind.par(" · ".join(others), kind.caption))
        return parts

    def _shown(self, its: Exercise, *, left: bool) -> Flowable:
        """Its figure, and the steps beside it."""
        steps = [
            Paragraph(f"<b>{at}</b>&nbsp;{lettering.spelled(step)}.", self.type.small)
            for at, step in enumerate(its.steps, 1)
        ]
        wide = self._width - 12
        picture = min(FIGURE_SHARE * wide, FIGURE_MOST)
        table = Grid(
            [[Picture(figure(its, left=left), picture), steps]], colWidths=[picture + 6, wide - picture - 6]
        )
        table.setStyle(TableStyle([*NO_PADDING, *NO_ROOM, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
        return table

    def _times(self, planned: PlannedExercise) -> str:
        key = {1: "", 2: "two", 3: "three"}.get(planned.dose.a_day, "")
        return self.words.say(f"times_a_day.{key}") if key else ""


def sentence(text: str, *, dot: bool = True) -> str:
    """A phrase with a capital and a full stop."""
    said = text[:1].upper() + text[1:]
    return said if said.endswith((".", "!", "?")) or not dot else f"{said}."
