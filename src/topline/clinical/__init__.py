"""The guidelines' rules on plain values and arrays; they know no CDISC and no trial."""
