"""What was collected: SDTM domains as schemas with rules, read from the formats people have."""
