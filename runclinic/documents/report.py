"""The clinical report: what was found, what it means with its source, what was decided, and the plan."""

from collections.abc import Iterable, Iterator, Sequence

from reportlab.platypus import CondPageBreak, Flowable, Spacer

from runclinic.documents import amended, lettering
from runclinic.documents.body_chart import body_chart, pain_sites
from runclinic.documents.clinical import Visit, finding_words, findings, flag_words
from runclinic.documents.frames import frames_grid
from runclinic.documents.paper import Sheet, Type, bookmark, printed_close
from runclinic.documents.pieces import bullets, framed, heading, ruled, together
from runclinic.documents.plan import initials
from runclinic.documents.side_view import SideView
from runclinic.forms import catalogue
from runclinic.forms.flags import actions
from runclinic.forms.scoring import Score
from runclinic.gait import reference
from runclinic.gait.means import Metric
from runclinic.measured import Measured, shown
from runclinic.plan import dose
from runclinic.readiness.criterion import Criterion
from runclinic.readiness.decision import named
from runclinic.readiness.load_test import Attempt, LoadTest
from runclinic.visit import parts
from runclinic.visit.said import said
from runclinic.words import Words

WIDE, LEAST_BELOW = 0.42, 90.0
NOT_SAID = "–"


def report(asked: Visit, *, paper: str = "a4", large: bool = False, language: str = "en") -> bytes:
    """The report as a PDF, whole, in memory; the same visit gives the same bytes.

    What is between her and the therapist is not in it: safeguarding, and what is asked when she is alone.
    """
    return _Report(asked, Words(language), paper, large=large).pdf()


class _Report:
    """The story, part by part."""

    def __init__(self, asked: Visit, words: Words, paper: str, *, large: bool) -> None:
        self.asked, self.words, self.say = asked, words, words.say
        self.found = asked.assessment
        self.sheet = Sheet(
            title=self.say("report.title"),
            subject=self.say("report.subject"),
            clinic=asked.clinic.get("name", ""),
            whose=initials(asked.client),
            made_on=words.date(asked.day, "short"),
            reference=self.say("report.reference", n=asked.number),
            page_of=lambda n, total: self.say("plan.page", n=n, total=total),
            paper=paper,
            large=large,
            language=words.language,
            anchor=asked.anchor,
        )
        self._set(Type(self.sheet))

    def _set(self, kind: Type) -> None:
        """What is made from now on is set in this type."""
        self.type = kind
        self.par, self.lead = kind.par, kind.lead

    def pdf(self) -> bytes:
        return printed_close(self.sheet, self.story)

    def story(self, kind: Type) -> list[Flowable]:
        """All parts, set in a type."""
        self._set(kind)
        return [
            *self.head(),
            *self.outcome(),
            *self.flags(),
            *self.findings(),
            *self.pain(),
            *self.criteria(),
            *self.scores(),
            *self.pop_q(),
            *self.tests(),
            *self.gait(),
            *self.plan(),
            *self.answers(),
        ]

    def _heading(self, name: str) -> Iterable[Flowable]:
        """On the next page where only the heading would fit on this one."""
        return [CondPageBreak(LEAST_BELOW), *heading(self.say(f"report.{name}"), self.type, self.sheet)]

    def _table(self, rows: Sequence[Sequence[str]], shares: Sequence[float], heads: str = "") -> Flowable:
        """Rows of words; `heads` names the words of the first row, by their keys."""
        small = self.type.small
        cells = [[self.par(each, small) for each in row] for row in rows]
        if heads:
            names = [self.say(f"report.{key}") if key != "-" else "" for key in heads.split()]
            cells.insert(0, [self.par(name, self.type.caption) for name in names])
        return ruled(cells, [self.sheet.width * share for share in shares], head=bool(heads))

    # -- who, and what was decided

    def head(self) -> Iterable[Flowable]:
        asked, client = self.asked, self.asked.client
        yield self.par(self.sheet.title, self.type.title)
        born = self.words.date(client.born) if client.born else NOT_SAID
        who = self.say("report.who", name=client.name, born=born, number=client.clinic_no or NOT_SAID)
        yield self.par(lettering.from_the_left(who))
        day = self.words.date(asked.day, "full")
        yield self.par(self.say("report.visit", n=asked.number, day=day, therapist=asked.therapist))
        yield from amended.box(asked.amendments, self.type, self.sheet, self.words)

    def outcome(self) -> Iterable[Flowable]:
        found, decision = self.found, self.found.decision
        proposed, signed = named(found.proposed_outcome), named(found.outcome)
        inside = [self.par(signed.name, self.type.strong), self.par(signed.allows)]
        if found.outcome != found.proposed_outcome:
            inside.append(self.lead(self.say("report.proposed"), proposed.name))
        given = {name: getattr(decision, name) for name in ("reason", "individual_reason", "managed_reason")}
        inside += [self.lead(self.say(f"report.{name}"), reason) for name, reason in given.items() if reason]
        if decision.clearance_from:
            day = self.words.date(decision.clearance_date) if decision.clearance_date else ""
            inside.append(self.lead(self.say("report.clearance"), f"{decision.clearance_from} {day}".strip()))
        yield from self._heading("outcome")
        yield framed(inside, self.sheet.width, edge=1.2)

    def flags(self) -> Iterable[Flowable]:
        flags = [each for each in self.asked.flags() if each.action in actions()]
        if not flags:
            return
        yield from self._heading("flags")
        rows = [
            (actions()[each.action].name, f"{flag_words(each)} ({each.id})", self._referred(each.referral))
            for each in flags
        ]
        yield self._table(rows, (0.26, 0.5, 0.24))

    def _referred(self, day: str | None) -> str:
        return self.say("report.referred", day=day) if day else self.say("report.not_referred")

    def findings(self) -> Iterable[Flowable]:
        plan = self.asked.plan
        found = findings(plan, self.words)
        strong = [self.say(f"clinical_strong.{each}") for each in plan.strong]
        problem = self.asked.answers.get("history/H01")
        goal = self.asked.answers.get("history/H02")
        yield from self._heading("findings")
        for key, words in (("problem", problem), ("goal", goal)):
            if isinstance(words, str) and words != "declined":
                yield self.lead(self.say(f"report.{key}"), words)
        yield from bullets([f"{each}." for each in found] or [self.say("report.none_found")], self.type)
        if strong:
            yield self.lead(self.say("report.strong"), "; ".join(strong) + ".")

    def pain(self) -> Iterable[Flowable]:
        """Where it hurts, on the body, and how strong."""
        sites = pain_sites(self.asked.answers, self.words)
        if not sites:
            return
        rows = [(each.name, each.side, each.now, each.worst, each.impact) for each in sites]
        table = self._table(rows, (0.34, 0.21, 0.15, 0.15, 0.15), "site side now worst impact")
        chart = body_chart(sites, self.sheet.width, self.words)
        yield together(heading(self.say("report.pain"), self.type, self.sheet), chart, table)

    # -- the rules

    def criteria(self) -> Iterable[Flowable]:
        yield from self._heading("criteria")
        judged = self.asked.criteria()
        first = [each for each in judged if each.state == "not_met"]
        later = [each for each in judged if each.state == "met"]
        rows = [self._criterion(each) for each in (*first, *later)]
        if rows:
            yield self._table(rows, (0.14, 0.36, 0.26, 0.24), "state rule hers source")
        for state in ("not_tested", "n/a"):
            left = [f"{each.name} ({each.id})" for each in judged if each.state == state]
            if left:
                yield Spacer(1, 4)
                key = "untested" if state == "not_tested" else "not_applicable"
                yield self.lead(self.say(f"report.{key}"), ", ".join(left) + ".", self.type.small)
        yield Spacer(1, 4)
        yield self.par(self.say("report.left_out"), self.type.caption)

    def _criterion(self, each: Criterion) -> tuple[str, str, str, str]:
        limit = self.say("report.limit", limit=each.limit) if each.limit and each.limit != each.hers else ""
        hers = " ".join(part for part in (each.hers or NOT_SAID, limit) if part)
        return (self._state(each), f"{each.name}. {each.reason}", hers, f"{each.id} · {each.source}")

    def _state(self, each: Criterion) -> str:
        if each.state == "met":
            return self.say("result.with_cue" if each.severity == "caution" else "result.met")
        if each.severity == "block":
            return self.say("result.stop" if each.cap in ("O0", "O1") else "result.not_met")
        return self.say("result.caution" if each.severity == "caution" else "result.note")

    # -- scores, examination, tests

    def scores(self) -> Iterable[Flowable]:
        rows = [self._score(each, now) for each, now in self.asked.scores().items() if now.value is not None]
        if rows:
            yield from self._heading("scores")
            yield self._table(rows, (0.3, 0.2, 0.2, 0.3), "instrument score change source")

    def _score(self, instrument: str, now: Score) -> tuple[str, str, str, str]:
        value = f"{now.value:g}"
        if now.range is not None:
            value = self.say("report.of", value=value, most=f"{now.range[1]:g}")
        band = f", {now.band}" if now.band else ""
        change = self.found.changes.get(instrument)
        since = (change.verdict or "") if change is not None else ""
        if change is not None and change.delta is not None:
            since = f"{change.delta:+g}, {since}"
        return (catalogue.form(instrument).title, f"{value}{band}", since, now.source or "")

    def pop_q(self) -> Iterable[Flowable]:
        points = {
            key.partition("/")[2]: value
            for key, value in self.asked.answers.items()
            if key.startswith("pop_q/")
        }
        found = self.found.facts.pop_q
        if found.stage is None:
            return
        walls = [self.say(f"pop_q.wall_{each}") for each in found.compartments]
        side = self.say("pop_q.beyond" if found.beyond_hymen else "pop_q.not_beyond")
        lead = f"{found.lead:+.1f}".replace("-", "\N{MINUS SIGN}")
        stage = ", ".join((self.say("pop_q.stage", stage=found.stage), *walls))
        said = self.lead(f"{stage}.", self.say("pop_q.leading", lead=lead, side=side))
        drawn = SideView(points, self.sheet.width, self.type, self.words)
        yield together(heading(self.say("report.pop_q"), self.type, self.sheet), said, drawn)

    def tests(self) -> Iterable[Flowable]:
        rows = [self._test(each) for each in self.found.facts.tests.values() if each.tried]
        if not rows:
            return
        yield from self._heading("tests")
        yield self._table(rows, (0.22, 0.14, 0.12, 0.26, 0.26), "test reached to_reach felt with_cue")

    def _test(self, test: LoadTest) -> tuple[str, str, str, str, str]:
        form = "strength" if test.id.startswith("ST") else "load_tests"
        question = catalogue.form(form).find(test.id)
        asked = (question.each or question) if question else None
        unit = asked.unit if asked else ""
        retest = test.retest
        again = NOT_SAID if retest is None else f"{_counts(retest)} {unit}; {self._felt(retest)}"
        name = question.text if question else test.id
        return (
            name,
            f"{_counts(test.first)} {unit}",
            f"{test.criterion:g} {unit}",
            self._felt(test.first),
            again,
        )

    def _felt(self, tried: Attempt) -> str:
        """What was felt and counts; "nothing" only where all was asked."""
        known = {
            "leak": tried.leak,
            "heaviness": tried.new_heaviness,
            "pelvic_pain": tried.new_pelvic_pain,
            "pain": tried.msk_pain,
            "limp": None if tried.limp is None else int(tried.limp),
        }
        felt = [
            self.say(f"report.felt_{name}", n=f"{value:g}")
            if name != "limp"
            else self.say("report.felt_limp")
            for name, value in known.items()
            if value
        ]
        if felt:
            return ", ".join(felt)
        return NOT_SAID if None in known.values() else self.say("report.felt_nothing")

    # -- the stride

    def gait(self) -> Iterable[Flowable]:
        stride = self.asked.stride
        metrics, frames = self.asked.measures(), self.asked.frames
        if not metrics and not frames:
            return
        yield from self._heading("gait")
        if stride is not None:
            speed = stride.filming.belt_speed
            told = [self.say(f"gait.view_{stride.filming.view}"), speed.typed if speed else ""]
            yield self.par(", ".join(each for each in told if each) + ".", self.type.small)
        for at in range(0, len(frames), 2):
            yield Spacer(1, 6)
            yield frames_grid(frames[at : at + 2], self.type, self.sheet)
        if not metrics:
            return
        rows = [gait_row(each) for each in metrics]
        yield self._table(rows, (0.3, 0.18, 0.17, 0.17, 0.18), "measure both left right difference")
        sources = dict.fromkeys(
            f"{reference.metric(each.id).name}: {reference.metric(each.id).reference}"
            for each in metrics
            if reference.metric(each.id).reference
        )
        yield Spacer(1, 3)
        yield self.par(" ".join(sources), self.type.caption)
        if stride is not None and stride.warnings:
            yield from bullets(list(stride.warnings), self.type)

    # -- the plan, and all that was answered

    def plan(self) -> Iterable[Flowable]:
        plan = self.asked.plan
        if plan.phase is None:
            return
        yield from self._heading("plan")
        when = "" if not plan.review_weeks else self.say("report.review", n=plan.review_weeks)
        ladder = "" if plan.ladder_level is None else self.say("report.ladder", n=plan.ladder_level)
        yield self.par(
            " ".join(part for part in (self.say("report.phase", n=plan.phase), ladder, when) if part)
        )
        rows = [
            (each.name, dose.say(each.dose, self.words), self._why(each.finding)) for each in plan.exercises
        ]
        yield self._table(rows, (0.34, 0.33, 0.33), "exercise dose because")
        cues = [each.text for each in plan.cue_cards()]
        if cues:
            yield self.lead(self.say("report.cues"), "; ".join(cues) + ".")

    def _why(self, finding: str | None) -> str:
        plan = self.asked.plan
        return "; ".join(finding_words(finding, plan, self.words)) if finding else ""

    def answers(self) -> Iterator[Flowable]:
        """Every answer of history and examination; of instruments the scores above stand for them."""
        opening = self._heading("answers")  # only above an answer
        scored = {*self.found.scores}
        for form_id in dict.fromkeys(form for part in parts.parts() for form in part.forms):
            if form_id in scored or catalogue.form(form_id).score is not None:
                continue
            rows = [
                (question, said(key, self.asked.answers[key])) for question, key in self.asked.shown(form_id)
            ]
            if rows:
                title = catalogue.form(form_id).title
                yield from opening
                opening = ()
                yield CondPageBreak(LEAST_BELOW)
                yield Spacer(1, 5)
                yield bookmark(title, 1)
                yield self.par(title, self.type.bold)
                yield self._table(rows, (1 - WIDE, WIDE))


def gait_row(metric: Metric) -> tuple[str, str, str, str, str]:
    """A measure in words: name with unit, both, left, right, difference; each with its ±."""
    facts = reference.metric(metric.id)

    def cell(value: Measured | None) -> str:
        if value is None:
            return NOT_SAID
        return f"{shown(value.value, facts.decimals)} ± {shown(value.plus_minus, facts.decimals)}"

    sides = (metric.both, metric.left, metric.right, metric.difference)
    both, left, right, apart = (cell(each) for each in sides)
    return (f"{facts.name}, {facts.unit}".rstrip(", "), both, left, right, apart)


def _counts(tried: Attempt) -> str:
    return " | ".join(NOT_SAID if each is None else f"{each:g}" for each in tried.counts)
