"""Readiness: 32 rules, one outcome, the therapist's decision."""

from runclinic.readiness.criteria import judge

__all__ = ["judge"]
