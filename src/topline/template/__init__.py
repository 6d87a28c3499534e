"""The study folder that `topline new` writes: protocol, data templates, REDCap instruments."""
