"""The HTTP face of a ledger: parses, authorises, renders; holds no business rule."""
