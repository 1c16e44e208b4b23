"""The take-home plan: what she reads in the kitchen, ticks with a pen, and is safe with after page 1."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, TableStyle

from runclinic.documents import amended, lettering
from runclinic.documents.cards import Cards, sentence
from runclinic.documents.diary import Diary
from runclinic.documents.paper import INK, LEADING, PALE, Sheet, Type, fits_one_page, printed
from runclinic.documents.pieces import (
    NO_PADDING,
    Grid,
    TickBox,
    Ticks,
    bullets,
    columns,
    heading,
    ruled,
    steps_band,
    together,
)
from runclinic.documents.rules import three_rules, when_to_stop
from runclinic.measured import Measured
from runclinic.plan import texts, week
from runclinic.plan.build import Plan, PlannedExercise
from runclinic.plan.cue import Cue
from runclinic.plan.edits import Edited
from runclinic.plan.her_words import cue_in, not_reviewed
from runclinic.plan.ladder import level, levels
from runclinic.refused import Refused
from runclinic.visit.amended import Amended
from runclinic.visit.assess import Assessment
from runclinic.visit.client import Client
from runclinic.words import Words

NEEDED = {"name": "name", "phone": "phone number", "emergency_number": "emergency number"}
STEP_NAMES = ("one", "two", "three", "four")
PLACED = frozenset(  # the texts that have a place of their own; the others stand under "Good to know"
    [
        "T-INTRO",
        "T-NOTYET",
        "T-FOUND",
        "T-GREEN",
        "T-AMBER",
        "T-RED",
        "T-CALL",
        "T-TODAY",
        "T-EMERG",
        "T-BLEED",
        "T-EX",
        "T-DIARY",
        "T-REVIEW",
        "T-SIGN",
    ]
)
MOST_CARDS_NAMED = 8
# How page 1 is set, as (share of the size of type, leading, what running shows stands there): the first that
# keeps all of it on one page.
CLOSER = (
    (1.0, LEADING, True),
    (1.0, 1.25, True),
    (0.96, 1.22, True),
    (0.96, 1.22, False),
    (0.92, 1.2, False),
    (0.88, 1.18, False),
)
_POINT = re.compile(r"(?<=\d)[.,](?=\d)")  # the decimal sign of a speed as it was typed


@dataclass(frozen=True, slots=True)
class TakeHome:
    """All that one plan is printed from.

    `clinic` has "name", "phone" and "emergency_number", perhaps "out_of_hours" and "crisis_line".
    `cadence` (steps/min) is printed with its +/-, at `belt_speed` as it was typed. `amendments` are what was
    changed after signing, `anchor` the end of the audit for the footer.
    """

    assessment: Assessment
    edited: Edited
    client: Client
    clinic: Mapping[str, str]
    day: date
    therapist: str
    cadence: Measured | None = None
    belt_speed: str = ""
    amendments: Sequence[Amended] = ()
    anchor: str = ""

    @property
    def plan(self) -> Plan:
        """As it goes to paper, the therapist's changes laid over the proposal."""
        return self.edited.plan

    @property
    def review_on(self) -> date:
        return self.day + timedelta(weeks=self.plan.review_weeks or 0)

    def position(self, exercise_id: str) -> int:
        """The number of a card, from 1."""
        return [each.id for each in self.plan.exercises].index(exercise_id) + 1


def take_home(asked: TakeHome, *, paper: str = "a4", large: bool = False, language: str = "en") -> bytes:
    """The plan as a PDF.

    Refused at O0, where nothing may be printed but the referral, and while the clinic's name, phone or
    emergency number is missing.
    """
    refuse_unready(asked)
    return _Pages(asked, Words(language), paper, large=large).pdf()


class _Pages:
    """The story of one plan, part by part, in reading order."""

    def __init__(self, asked: TakeHome, words: Words, paper: str, *, large: bool) -> None:
        self.asked, self.words, self.plan = asked, words, asked.plan
        self.say = words.say
        self.sheet = her_sheet(asked, self.say("plan.title"), words, paper, large=large)
        self.set()
        self.opens = True  # with what running shows; else that is good to know

    def set(self, share: float = 1.0, leading: float = LEADING) -> None:
        """What is made from now on is set in this type."""
        self.type = Type(self.sheet, share, leading)
        self.par, self.lead = self.type.par, self.type.lead

    def pdf(self) -> bytes:
        first = self.first()
        self.set()
        return printed(
            self.sheet,
            [*first, *self.ladder(), *self.cards(), *self.good_to_know(), *self.diary()],
        )

    def first(self) -> list[Flowable]:
        """Page 1: what was found, this week, the rules, when to stop; set closer where it runs over.

        In large print, and with very long words, not all fits: then what keeps her safe comes first.
        """
        for share, leading, opens in () if self.sheet.large else CLOSER:
            self.opens = opens
            self.set(share, leading)
            if fits_one_page(self.sheet, self.whole()):
                return self.whole()
        for share, leading, opens in CLOSER:
            self.opens = opens
            self.set(share, leading)
            if fits_one_page(self.sheet, self.safe()):
                break
        return [*self.safe(), *self.this_week(), *self.rules()]

    def safe(self) -> list[Flowable]:
        """What stands on page 1 where not all of it fits."""
        meet = [Spacer(1, 4), self.par(self.meeting(), self.type.bold)] if self.plan.review_weeks else []
        return [*self.title(), *self.found(), *meet, *self.when_to_stop()]

    def whole(self) -> list[Flowable]:
        """Page 1 in the order in which it is read."""
        return [*self.title(), *self.found(), *self.this_week(), *self.rules(), *self.when_to_stop()]

    # -- page 1

    def title(self) -> Iterable[Flowable]:
        names = [self.say(f"step.{name}") for name in STEP_NAMES]
        band = [Spacer(1, 6), steps_band(names, self.plan.step or 0, self.type, self.sheet), Spacer(1, 5)]
        changed = amended.box(self.asked.amendments, self.type, self.sheet, self.words)
        top = whose_paper(self.asked, self.words, self.type, self.sheet)
        return [*top, *changed, *band, *self.opening()]

    def opening(self) -> Iterable[Flowable]:
        """Not yet, and what running shows: the sentences that set the tone."""
        if "T-NOTYET" in self.plan.texts:
            reason = texts.say_first_reason(self.plan.first, self.words)
            yield self.par(self.say("text.T-NOTYET", reason=reason), self.type.bold)
        if self.opens and "T-INTRO" in self.plan.texts:
            yield self.par(self.good_text("T-INTRO"))

    def found(self) -> Iterable[Flowable]:
        plan = self.plan
        found = texts.found(plan.findings, plan.gait_flags, plan.weak_side, self.words)
        strong = [self.say(f"strong.{each}") for each in plan.strong]
        left = [self.par(self.say("plan.to_train"), self.type.bold)]
        left += bullets([sentence(each) for each in found] or [self.say("plan.nothing_found")], self.type)
        right: list[Flowable] = []
        if strong:
            right = [self.par(self.say("plan.strong"), self.type.bold)]
            right += bullets([sentence(each) for each in strong], self.type)
        if self.asked.cadence:
            right.append(self.par(self.treadmill(self.asked.cadence)))
        head = heading(self.say("plan.found"), self.type, self.sheet)
        return [together(head, columns([left, right], self.sheet))]

    def treadmill(self, cadence: Measured) -> str:
        places = cadence.decimals
        number = self.words.number
        said = f"{number(cadence.value, places)} ± {number(cadence.plus_minus, places)}"
        if self.asked.belt_speed:
            speed = _POINT.sub(self.words.locale.decimal, self.asked.belt_speed)
            return self.say("take_home.at_speed", cadence=said, speed=speed)
        return self.say("take_home.steps_a_minute", cadence=said)

    def this_week(self) -> Iterable[Flowable]:
        days = [self.asked.day + timedelta(days=after) for after in range(1, 8)]
        planned = {each.day: each for each in self.plan.week}
        across = 7 if not self.sheet.large else 4
        rows = [days[start : start + across] for start in range(0, 7, across)]
        cells = [[self.day_cell(day, planned[week.DAYS[day.weekday()]]) for day in row] for row in rows]
        cells = [[*row, *[""] * (across - len(row))] for row in cells]
        grid = Grid(cells, colWidths=[self.sheet.width / across] * across)
        grid.setStyle(
            TableStyle(
                [
                    ("BOX", (0, 0), (-1, -1), 1, INK),
                    ("INNERGRID", (0, 0), (-1, -1), 0.8, INK),
                    ("VALIGN", (0, 0), (-1, -1), "TOP"),
                    ("LEFTPADDING", (0, 0), (-1, -1), 4),
                    ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                    ("TOPPADDING", (0, 0), (-1, -1), 4),
                    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
                ]
            )
        )
        beside = self.meeting() if self.plan.review_weeks else ""
        head = heading(self.say("plan.week"), self.type, self.sheet, beside=beside, bold=True)
        return [together(head, Spacer(1, 2), grid, Spacer(1, 3), *self.week_lines())]

    def meeting(self) -> str:
        """When we meet."""
        return self.say("text.T-REVIEW", date=self.words.date(self.asked.review_on, "full"))

    def day_cell(self, day: date, planned: week.Day) -> list[Flowable]:
        main = [each for each in planned.sessions if each not in (week.BREATH, week.REST)]
        sessions = main or [each for each in planned.sessions if each == week.REST] or list(planned.sessions)
        parts: list[Flowable] = [self.par(self.words.date(day, "day"), self.type.small)]
        for session in sessions:
            parts.append(self.par(self.session_name(session), self.type.bold))
            detail = self.session_detail(session, planned)
            if detail:
                parts.append(self.par(detail, self.type.small))
        if main and week.REST in planned.sessions:
            parts.append(self.par(self.say("take_home.or_rest"), self.type.small))
        if any(week.kind(each) != week.REST for each in sessions):
            tick = Grid(
                [[TickBox(), self.par(self.say("plan.done"), self.type.small)]], colWidths=[7 * mm, None]
            )
            tick.setStyle(TableStyle([*NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
            parts.append(tick)
        return parts

    def session_name(self, session: str) -> str:
        if week.kind(session) == week.RUN and self.plan.ladder_level is not None:
            return self.say("session.R_ladder")
        key = "session.rest" if session == week.REST else f"session.{session.replace(' ', '_')}"
        return self.say(key if self.words.has(key) else f"session.{week.kind(session)}")

    def session_detail(self, session: str, planned: week.Day) -> str:
        which = week.kind(session)
        if which == week.WALK:
            return self.walk_detail(session)
        if which == week.RUN and self.plan.ladder_level is not None:
            return self.say("session_detail.level", n=self.plan.ladder_level)
        if which == week.REST:
            return self.say("session_detail.breath_only")
        if which in (week.STRENGTH, week.IMPACT):
            mine = [each for each in planned.cards if self._card(each).session == which]
            return self.cards_named("take_home.day_cards", mine)
        return ""

    def walk_detail(self, session: str) -> str:
        least, _, most = session[1:].partition("-")
        if not least:
            return self.say("session_detail.walk_optional")
        return (
            self.say("take_home.minutes", least=least, most=most)
            if most
            else self.say("session_detail.minutes", minutes=least)
        )

    def cards_named(self, key: str, ids: Sequence[str]) -> str:
        if not ids or len(ids) > MOST_CARDS_NAMED:
            return ""
        numbers = sorted(self.asked.position(each) for each in ids)
        return self.say(key, n=len(ids), cards=self.words.listed([str(each) for each in numbers]))

    def _card(self, exercise_id: str) -> PlannedExercise:
        return next(each for each in self.plan.exercises if each.id == exercise_id)

    def week_lines(self) -> Iterable[Flowable]:
        """How to run, her cues, and what is done every day."""
        running = self.running()
        if running:
            yield self.lead(*running)
        cues = [sentence(self.cue(each)) for each in self.plan.cue_cards()]
        if cues:
            yield self.lead(self.say("plan.when_you_run"), " ".join(cues))
        daily = [each.id for each in self.plan.exercises if each.session == week.BREATH]
        if daily:
            yield self.par(self.cards_named("take_home.every_cards", daily), self.type.bold)

    def cue(self, cue: Cue) -> str:
        """Her cue; a cue with a beat names the steps a minute once her own are known."""
        if cue.id == "Q12" and "F-TIGHT" in self.plan.findings:
            return self.say("variant.Q12.tight")
        beat = cue.metronome(self.asked.cadence.value) if self.asked.cadence else None
        said = cue_in(cue, self.words)
        return f"{said}, {self.say('take_home.beat', n=beat)}" if beat else said

    def running(self) -> tuple[str, str] | None:
        """The running of the plan as (bold words, the rest)."""
        run, say = self.plan.run, self.say
        if run.kind == "ladder" and run.level is not None:
            return (say("ladder.session", level=run.level), level(run.level).sentence(self.words))
        if run.kind == "runs":
            return (say("plan.runs") + ":", say("plan.runs_of", n=run.per_week, minutes=run.minutes))
        keys = {
            "present_runs": "present_runs",
            "hold": "hold",
            "call": "stop_and_call",
            "reassess": "reassess",
        }
        return (say("plan.runs") + ":", say(f"plan.{keys[run.kind]}")) if run.kind in keys else None

    def rules(self) -> Iterable[Flowable]:
        return three_rules(self.words, self.type, self.sheet, managed=self.plan.managed)

    def when_to_stop(self) -> Iterable[Flowable]:
        bleeding = "T-BLEED" in self.plan.texts
        return when_to_stop(self.asked.clinic, self.words, self.type, self.sheet, bleeding=bleeding)

    # -- the pages behind it

    def ladder(self) -> Iterable[Flowable]:
        start = self.plan.ladder_level
        if start is None:
            return
        how = self.par(self.say("plan.ladder_how") + " " + self.say("plan.ladder_up"))
        head = heading(self.say("plan.ladder", n=start), self.type, self.sheet)
        numbers = [each.number for each in levels()]
        half = (len(numbers) + 1) // 2
        sides = [self.ladder_table(part, start) for part in (numbers[:half], numbers[half:])]
        missed = self.lead(self.say("plan.missed"), self.say("plan.missed_how"), self.type.small)
        yield together(
            head, how, Spacer(1, 3), columns([sides[0], [sides[1], Spacer(1, 3), missed]], self.sheet)
        )
        if "T-RUN" in self.plan.texts:
            yield self.par(self.say("text.T-RUN"))

    def ladder_table(self, numbers: Sequence[int], start: int) -> Grid:
        small = self.type.small
        names = [
            self.say(f"plan.{each}") for each in ("level", "do_column", "minutes_column", "green_column")
        ]
        rows: list[list[object]] = [[self.par(each, self.type.caption) for each in names]]
        for number in numbers:
            its, here = level(number), number == start
            style = self.type.bold.clone("here", fontSize=small.fontSize) if here else small
            minutes = self.par(
                self.words.number(its.session_minutes), style.clone("minutes", alignment=TA_RIGHT)
            )
            rows.append(
                [self.par(str(number), style), self.par(its.say(self.words), style), minutes, Ticks(3)]
            )
        scale = self.sheet.body_pt / 11
        narrow = [8.5 * mm * scale, 9 * mm * scale, Ticks(3).width + 5]
        wide = (self.sheet.width - 10) / 2
        table = ruled(rows, [narrow[0], wide - sum(narrow), *narrow[1:]], head=True, side=2)
        if start in numbers:
            row = list(numbers).index(start) + 1
            table.setStyle(
                TableStyle(
                    [("BACKGROUND", (0, row), (-1, row), PALE), ("BOX", (0, row), (-1, row), 1.4, INK)]
                )
            )
        return table

    def cards(self) -> Iterable[Flowable]:
        return Cards(self.plan, self.asked.edited.own_notes, self.words, self.type, self.sheet).story()

    def good_to_know(self) -> Iterable[Flowable]:
        placed = PLACED | ({"T-RUN"} if self.plan.ladder_level is not None else set())
        if not self.opens:
            placed -= {"T-INTRO"}
        rest = [each for each in self.plan.texts if each not in placed]
        lines = [self.good_text(each) for each in rest]
        if self.plan.course_months:
            lines.append(self.say("plan.course", n=self.plan.course_months))
        if not lines:
            return []
        said = [*heading(self.say("plan.good_to_know"), self.type, self.sheet), *bullets(lines, self.type)]
        return [together(said)]

    def good_text(self, text: str) -> str:
        if text == "T-STEPS":
            return self.say("text.T-STEPS", n=self.plan.step or 1)
        short = text == "T-INTRO" and self.plan.short_intro
        return self.say("variant.T-INTRO.short" if short else f"text.{text}")

    def diary(self) -> Iterable[Flowable]:
        return [Diary(self.say, self.type, self.sheet, list(self.signed()))]

    def signed(self) -> Iterable[Flowable]:
        return signed_off(self.asked, self.words, self.type)


# -- what every paper of hers has


def refuse_unready(asked: TakeHome) -> None:
    """Refused at O0, and while the clinic's name, phone or emergency number is missing."""
    if asked.plan.phase is None:
        raise Refused(
            "No plan is printed while something needs a doctor first.",
            "Record the referral; print the plan once it has been answered.",
        )
    if missing := [words for name, words in NEEDED.items() if not asked.clinic.get(name, "").strip()]:
        raise Refused(
            f"The clinic's {' and '.join(missing)} is not set; every plan must carry it.",
            "Open Settings and fill it in.",
        )


def her_sheet(asked: TakeHome, title: str, words: Words, paper: str, *, large: bool) -> Sheet:
    """A sheet with her initials, the number of her plan, and the mark of a language nobody has reviewed."""
    return Sheet(
        title=title,
        subject=words.say("take_home.subject"),
        clinic=asked.clinic["name"],
        whose=initials(asked.client),
        made_on=words.date(asked.day, "short"),
        reference=words.say("take_home.reference", number=reference(asked)),
        page_of=lambda n, total: words.say("plan.page", n=n, total=total),
        paper=paper,
        large=large,
        language=words.language,
        anchor=asked.anchor,
        mark=not_reviewed(words),
    )


def whose_paper(asked: TakeHome, words: Words, kind: Type, sheet: Sheet) -> list[Flowable]:
    """The title with the clinic beside it, and for whom it was made, with whom and when."""
    clinic = [
        kind.par(asked.clinic["name"], kind.right_bold),
        kind.par(asked.clinic["phone"], kind.right),
    ]
    made = words.say(
        "plan.made_for",
        name=asked.client.name,
        therapist=asked.therapist,
        date=words.date(asked.day, "full"),
    )
    head = Grid([[kind.par(sheet.title, kind.title), clinic]], colWidths=[sheet.width * 0.66, None])
    head.setStyle(TableStyle([*NO_PADDING, ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]))
    mark = [kind.par(sheet.mark, kind.bold)] if sheet.mark else []
    return [head, kind.par(made), *mark]


def signed_off(asked: TakeHome, words: Words, kind: Type) -> list[Flowable]:
    """For whom it was made, in small letters at the end."""
    day = words.date(asked.day)
    said = words.say("text.T-SIGN", name=asked.client.name, therapist=asked.therapist, date=day)
    return [Spacer(1, 6), kind.par(said, kind.caption)]


def initials(client: Client) -> str:
    """Of both names: "A. C."; of a name from the right with its mark, so that the date stays behind."""
    names = [name.strip() for name in (client.given_name, client.family_name) if name.strip()]
    said = " ".join(f"{name[0].upper()}." for name in names)
    return f"{said}{lettering.FROM_THE_RIGHT}" if lettering.turns(said) else said


def reference(asked: TakeHome) -> str:
    """The number of the document: her clinic number and the day, so that two plans are told apart."""
    return f"{asked.client.clinic_no}-{asked.day:%Y%m%d}" if asked.client.clinic_no else f"{asked.day:%Y%m%d}"
