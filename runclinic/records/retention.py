"""How long records must be kept, whose time is over, and what stands against erasing them."""

import uuid
from dataclasses import dataclass
from datetime import date

from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.database import Row
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.records.settings import Settings
from runclinic.refused import Refused

YEARS = "clinic/retention_years"
UNTIL_AGE = "clinic/retention_child_age"
USUAL_YEARS = 7  # Health Records Act 2001 (Vic), as RECORDS.md quotes it; each clinic sets its own
USUAL_AGE = 25  # the same, for who was treated as a child
GROWN_UP = 18
LEAST_REASON = 5


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: nothing of this client may be erased until it is lifted."""

    id: str
    client_id: str
    reason: str
    set_at: str
    set_by: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when a client's record must be kept; `until` None while she has had no visit."""

    client_id: str
    name: str
    clinic_no: str
    last_visit: date | None
    until: date | None
    held: bool

    def over(self, today: date) -> bool:
        """Whether it may be erased without another ground."""
        return not self.held and self.until is not None and self.until < today


class Retention:
    """The clinic's rule of keeping, and holds."""

    def __init__(self, session: Session, access: AccessLog, settings: Settings) -> None:
        self._session = session
        self._access = access
        self._settings = settings

    def of(self, client_id: str) -> Kept:
        """Until when one client's record must be kept."""
        found = self._kept("AND client.id = ?", (client_id,))
        if not found:
            raise Refused("This client is not in the records.", "Search for her by name.")
        return found[0]

    def over(self) -> list[Kept]:
        """Clients whose time is over and who are not on hold, the longest over first; an owner decides."""
        today = self._session.clock().date()
        past = [each for each in self._kept() if each.over(today)]
        return sorted(past, key=lambda each: (each.until or date.max, each.name))

    def _kept(self, also: str = "", values: tuple[str, ...] = ()) -> list[Kept]:
        rows = self._session.database.rows(
            "SELECT client.id, given_name, family_name, clinic_no, birth_date, max(visit.date) AS last,"  # noqa: S608  our own
            " EXISTS (SELECT 1 FROM legal_hold WHERE client_id = client.id AND lifted_at IS NULL) AS held"
            " FROM client JOIN client_key ON client_key.client_id = client.id AND key IS NOT NULL"
            f" LEFT JOIN visit ON visit.client_id = client.id WHERE 1 {also} GROUP BY client.id",
            values,
        )
        return [self._of_row(row) for row in rows]

    def _of_row(self, row: Row) -> Kept:
        last = date.fromisoformat(row["last"]) if row["last"] else None
        born = date.fromisoformat(row["birth_date"]) if row["birth_date"] else None
        return Kept(
            client_id=row["id"],
            name=f"{row['given_name']} {row['family_name']}".strip(),
            clinic_no=row["clinic_no"],
            last_visit=last,
            until=self._until(last, born) if last else None,
            held=bool(row["held"]),
        )

    def _until(self, last: date, born: date | None) -> date:
        """The last visit and N years, or her birthday at which a child's record may go, if that is later."""
        until = later(last, self._number(YEARS, USUAL_YEARS))
        if born is not None and last < later(born, GROWN_UP):
            until = max(until, later(born, self._number(UNTIL_AGE, USUAL_AGE)))
        return until

    def _number(self, key: str, usual: int) -> int:
        value = self._settings.get(key, usual)
        return int(value) if isinstance(value, int | float) and value > 0 else usual

    def holds(self, client_id: str) -> tuple[Hold, ...]:
        """The legal holds of a client that stand."""
        rows = self._session.database.rows(
            "SELECT * FROM legal_hold WHERE client_id = ? AND lifted_at IS NULL ORDER BY set_at, id",
            (client_id,),
        )
        names = ("id", "client_id", "reason", "set_at", "set_by")
        return tuple(Hold(**{name: row[name] for name in names}) for row in rows)

    def hold(self, client_id: str, reason: str) -> Hold:
        """A hold, for a dispute or a court; Refused without a reason, and for all but an owner."""
        refuse_unless(self._session, "owner", to="set a legal hold")
        tidy = " ".join(reason.split())
        if len(tidy) < LEAST_REASON:
            raise Refused(f"A reason of {LEAST_REASON} letters or more is needed.", "Write why.")
        with self._session.database.writing():
            self.of(client_id)
            self._session.database.insert(
                "legal_hold",
                {
                    "id": str(uuid.uuid4()),
                    "client_id": client_id,
                    "reason": tidy,
                    "set_at": stamp(self._session.clock()),
                    "set_by": self._session.therapist.id,
                },
            )
            self._access.note("hold", "client", client_id, client_id)
        return self.holds(client_id)[-1]

    def lift(self, hold: Hold) -> None:
        """The hold is over."""
        refuse_unless(self._session, "owner", to="lift a legal hold")
        with self._session.database.writing():
            self._session.database.run(
                "UPDATE legal_hold SET lifted_at = ?, lifted_by = ? WHERE id = ?",
                (stamp(self._session.clock()), self._session.therapist.id, hold.id),
            )
            self._access.note("hold_lifted", "client", hold.client_id, hold.client_id)


def later(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
