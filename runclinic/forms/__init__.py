"""Forms: what is asked, what an answer means, what an instrument scores."""

from runclinic.forms.scoring import score

__all__ = ["score"]
