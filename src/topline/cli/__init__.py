"""The command line: one file a command, each mirroring a call of the library."""
