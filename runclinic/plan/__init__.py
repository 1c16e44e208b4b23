"""From an outcome and its findings to a plan that fits her week."""

from runclinic.plan.build import Plan, PlannedExercise, build

__all__ = ["Plan", "PlannedExercise", "build"]
