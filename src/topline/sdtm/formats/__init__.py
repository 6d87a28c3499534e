"""The formats data come in: each reader returns tables, or says why it cannot."""
