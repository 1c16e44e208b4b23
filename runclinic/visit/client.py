"""Who she is."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Client:
    """A runner as the clinic knows her; None or "" is "not known"."""

    id: str = ""
    given_name: str = ""
    family_name: str = ""
    born: date | None = None
    language: str = "en"
    height_m: float | None = None
    mass_kg: float | None = None
    clinic_no: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    referrer: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def age_on(self, day: date) -> int | None:
        """Whole years on a day; None when her date of birth is not known."""
        if self.born is None:
            return None
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return day.year - self.born.year - (0 if had_birthday else 1)
