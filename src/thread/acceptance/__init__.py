"""May this be recorded now: every rule that needs the state of the plant."""
