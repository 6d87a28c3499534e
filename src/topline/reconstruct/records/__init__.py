"""From planned patients to SDTM records, driven by the protocol and by data alone."""
