"""RunClinic: the workstation of a pelvic-health physiotherapist who helps women back to running."""
