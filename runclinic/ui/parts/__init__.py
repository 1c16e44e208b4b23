"""The parts of a visit that are more than a form."""
