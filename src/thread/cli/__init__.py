"""The command line: parses, calls the service, prints; holds no business rule."""
