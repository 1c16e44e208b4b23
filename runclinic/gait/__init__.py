"""How she runs: events to measures, each with how sure it is."""

from runclinic.gait.find_contacts import Found, find_contacts, look_for_contacts
from runclinic.gait.landmarks import LandmarkTrack

__all__ = ["Found", "LandmarkTrack", "find_contacts", "look_for_contacts"]
