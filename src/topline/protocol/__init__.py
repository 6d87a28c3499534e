"""What was promised: the protocol as frozen values, read from `protocol.yaml`."""
