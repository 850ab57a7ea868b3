"""Everything read from outside; each outside library has one door here."""
