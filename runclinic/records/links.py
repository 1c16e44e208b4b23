"""Two records of one person, linked: shown together, audited, undone at will; neither is ever deleted."""

import uuid
from dataclasses import dataclass

from runclinic.records.access import AccessLog
from runclinic.records.clock import stamp
from runclinic.records.roles import refuse_unless
from runclinic.records.session import Session
from runclinic.refused import Refused


@dataclass(frozen=True, slots=True)
class Link:
    """That `client_id` and `same_as` are one person."""

    id: str
    client_id: str
    same_as: str
    at: str

    def other(self, client_id: str) -> str:
        """The other record of the two."""
        return self.same_as if client_id == self.client_id else self.client_id


class Links:
    """The links of all clients."""

    def __init__(self, session: Session, access: AccessLog) -> None:
        self._session = session
        self._access = access

    def of(self, client_id: str) -> tuple[Link, ...]:
        """The links of a client that stand, oldest first."""
        rows = self._session.database.rows(
            "SELECT * FROM client_link WHERE (client_id = ? OR same_as = ?) AND ended_at IS NULL"
            " ORDER BY set_at, id",
            (client_id, client_id),
        )
        return tuple(Link(row["id"], row["client_id"], row["same_as"], row["set_at"]) for row in rows)

    def link(self, client_id: str, same_as: str) -> Link:
        """Say that two records are of one person; Refused if they are one record, or linked already."""
        refuse_unless(self._session, "therapist", "owner", to="link two records")
        if client_id == same_as:
            raise Refused("This is one and the same record.", "Choose another one.")
        if any(each.other(client_id) == same_as for each in self.of(client_id)):
            raise Refused("These two records are linked already.", "Look at her page.")
        made = Link(str(uuid.uuid4()), client_id, same_as, stamp(self._session.clock()))
        with self._session.database.writing():
            self._session.database.insert(
                "client_link",
                {
                    "id": made.id,
                    "client_id": client_id,
                    "same_as": same_as,
                    "set_at": made.at,
                    "set_by": self._session.therapist.id,
                },
            )
            self._access.note("link", "client", same_as, client_id)
            self._access.note("link", "client", client_id, same_as)
        return made

    def unlink(self, link: Link) -> None:
        """They are two people after all; the trail keeps that they were linked."""
        refuse_unless(self._session, "therapist", "owner", to="undo a link")
        with self._session.database.writing():
            self._session.database.run(
                "UPDATE client_link SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL",
                (stamp(self._session.clock()), self._session.therapist.id, link.id),
            )
            self._access.note("unlink", "client", link.same_as, link.client_id)
            self._access.note("unlink", "client", link.client_id, link.same_as)
