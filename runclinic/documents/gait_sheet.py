"""The gait sheet: one page with the chosen frames, each measure now, before, whether it changed; and cues."""

import io
from collections.abc import Iterable, Sequence
from datetime import date

from pypdf import PdfReader
from reportlab.platypus import Flowable, Spacer

from runclinic.documents import cue_words, lettering
from runclinic.documents.clinical import ChosenFrame, Visit
from runclinic.documents.cue_words import CueTried
from runclinic.documents.frames import frames_grid
from runclinic.documents.paper import Sheet, Type, printed
from runclinic.documents.pieces import heading, ruled
from runclinic.documents.plan import initials
from runclinic.documents.report import gait_row
from runclinic.gait import reference, since_last
from runclinic.gait.analyse import Analysis
from runclinic.gait.means import Metric
from runclinic.measured import shown
from runclinic.refused import Refused
from runclinic.words import Words

MOST_FRAMES, FEWEST_FRAMES, FEWEST_ROWS, MOST_CUES = 4, 2, 4, 3


def gait_sheet(
    visit: Visit,
    frames: Sequence[ChosenFrame] = (),
    before: tuple[date, Analysis] | None = None,
    *,
    paper: str = "a4",
    language: str = "en",
) -> bytes:
    """The sheet as a PDF of one page. Refused while no stride was measured.

    With `before` a column says what each measure was, and "changed" only beyond the error. Rows that do not
    fit on the page, the model estimates first, stand in the clinical report alone; so do two of four frames
    where cues that were tried need their place.
    """
    if visit.stride is None:
        raise Refused(
            "There is no gait sheet yet: no stride was measured.", "Mark the contacts of a clip first."
        )
    rows = _rows(visit)
    for pictures in (MOST_FRAMES, FEWEST_FRAMES) if visit.cues else (MOST_FRAMES,):
        for most in range(len(rows), FEWEST_ROWS - 1, -1):
            sheet = _Sheet(visit, visit.stride, frames[:pictures], before, Words(language), paper)
            made = sheet.pdf(rows[:most])
            if len(PdfReader(io.BytesIO(made)).pages) == 1:
                return made
    raise Refused("The gait sheet does not fit on one page.", "Shorten the sentences below the frames.")


def _rows(visit: Visit) -> list[Metric]:
    """What was timed, then what body points gave, then what a model estimates."""
    measured = visit.measures()
    estimated = [each for each in measured if reference.metric(each.id).model]
    return [*(each for each in measured if each not in estimated), *estimated]


class _Sheet:
    def __init__(
        self,
        visit: Visit,
        stride: Analysis,
        frames: Sequence[ChosenFrame],
        before: tuple[date, Analysis] | None,
        words: Words,
        paper: str,
    ) -> None:
        self.visit, self.stride, self.frames, self.before = visit, stride, frames, before
        self.words, self.say = words, words.say
        self.sheet = Sheet(
            title=self.say("gait_sheet.title"),
            subject=self.say("gait_sheet.subject"),
            clinic=visit.clinic.get("name", ""),
            whose=initials(visit.client),
            made_on=words.date(visit.day, "short"),
            reference=self.say("gait_sheet.reference", n=visit.number),
            page_of=lambda n, total: self.say("plan.page", n=n, total=total),
            paper=paper,
            language=words.language,
            anchor=visit.anchor,
        )
        self.type = Type(self.sheet)
        self.par = self.type.par

    def pdf(self, rows: Sequence[Metric]) -> bytes:
        return printed(self.sheet, [*self.head(), *self.pictures(), *self.table(rows), *self.cues()])

    def head(self) -> Iterable[Flowable]:
        visit, filming = self.visit, self.stride.filming
        yield self.par(self.sheet.title, self.type.title)
        day = self.words.date(visit.day, "full")
        who = self.say("gait_sheet.who", name=visit.client.name, day=day, therapist=visit.therapist)
        yield self.par(lettering.from_the_left(who))
        speed = filming.belt_speed.typed if filming.belt_speed else ""
        told = [self.say(f"gait.view_{filming.view}"), speed, filming.footwear]
        yield self.par(", ".join(each for each in told if each), self.type.small)

    def pictures(self) -> Iterable[Flowable]:
        if not self.frames:
            return
        yield Spacer(1, 6)
        yield frames_grid(self.frames, self.type, self.sheet)

    def table(self, rows: Sequence[Metric]) -> Iterable[Flowable]:
        yield from heading(self.say("gait_sheet.measures"), self.type, self.sheet)
        keys = ["measure", "both", "left", "right", "difference"]
        heads = [self.say(f"report.{key}") for key in keys]
        shares = [0.3, 0.18, 0.17, 0.17, 0.18]
        if self.before is not None:
            heads.append(self.words.date(self.before[0]))
            shares = [0.22, 0.15, 0.155, 0.155, 0.155, 0.165]
        changes = since_last.changes(self.before[1], self.stride) if self.before is not None else {}
        small = self.type.small
        cells = [[self.par(head, self.type.caption) for head in heads]]
        for metric in rows:
            row = [self.par(each, small) for each in gait_row(metric)]
            if self.before is not None:
                row.append(self.par(self._then(metric.id, self.before[1], changes), small))
            cells.append(row)
        yield ruled(cells, [self.sheet.width * share for share in shares], head=True)
        yield Spacer(1, 3)
        yield self.par(self.say("gait_sheet.error"), self.type.caption)

    def _then(self, metric_id: str, before: Analysis, changes: dict[str, since_last.Change]) -> str:
        """What it was, and in a word whether it changed."""
        then, change = before.timing.get(metric_id), changes.get(metric_id)
        if then is None or change is None:
            return ""
        value = shown(then.both.value, reference.metric(metric_id).decimals)
        verdict = change.verdict.replace(" ", "_")
        return f"{value}: {self.say(f'gait_sheet.{verdict}')}"

    def cues(self) -> Iterable[Flowable]:
        """The newest of those that were tried, in their order."""
        tried = [each for each in self.visit.cues if each.trial.cue][-MOST_CUES:]
        if not tried:
            return
        yield from heading(self.say("cue_trial.title"), self.type, self.sheet)
        keys = ("cue", "own_measure", "felt", "result")
        cells = [[self.par(self.say(f"gait_sheet.{key}"), self.type.caption) for key in keys]]
        cells += [[self.par(each, self.type.small) for each in self._cue(one)] for one in tried]
        yield ruled(cells, [self.sheet.width * share for share in (0.3, 0.2, 0.18, 0.32)], head=True)

    def _cue(self, tried: CueTried) -> list[str]:
        """The cells of a cue: what she was told, its measure without and with it, how she felt, the rest."""
        trial, say = tried.trial, self.say
        told = say("gait_sheet.with_beat", cue=trial.words, n=trial.beat) if trial.beat else trial.words
        measured = ""
        if tried.before is not None and tried.after is not None:
            facts = reference.metric(tried.after.id)
            first, second = (shown(each.both.value, facts.decimals) for each in (tried.before, tried.after))
            measured = say(
                "gait_sheet.from_to", name=facts.name, first=first, second=second, unit=facts.unit
            ).rstrip()
        felt = [
            say("gait_sheet.score", name=name, first=first, second=second)
            for name, first, second in (
                (cue_words.symptom(trial, self.words), trial.symptom_before, trial.symptom_after),
                (say("gait_sheet.effort"), trial.effort_before, trial.effort_after),
            )
            if first is not None and second is not None
        ]
        result = f"{cue_words.outcome(tried, self.words)}. {cue_words.moved(tried, self.words)}"
        if trial.cue in self.visit.plan.cues:
            result = f"{result} {say('gait_sheet.cue_in_plan')}"
        return [told, measured, ", ".join(felt), result]
