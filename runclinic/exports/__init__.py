"""A client's record for elsewhere: as plain values, as tables, and as FHIR R4; nothing is written here."""
