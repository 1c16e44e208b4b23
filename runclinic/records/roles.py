"""Who may do what: a rule of the program, not of the cipher, so the audit is the control."""

from runclinic.records.keys import Role
from runclinic.records.session import Session
from runclinic.records.therapist import Therapist
from runclinic.refused import Refused

_SAID: dict[Role, str] = {
    "owner": "an owner of the clinic",
    "therapist": "a therapist",
    "reader": "a reader",
}


def refuse_unless(session: Session, *roles: Role, to: str) -> None:
    """Refused unless the one who works now has one of these roles; `to` says for what."""
    refuse_role(session.therapist, *roles, to=to)


def refuse_role(therapist: Therapist, *roles: Role, to: str) -> None:
    """The same of a therapist."""
    if therapist.role not in roles:
        raise Refused(
            f"Only {_SAID[roles[0]]} may {to}.", "Ask her to do it, or to change your role in Settings."
        )
