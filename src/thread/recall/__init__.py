"""What a recall asks of a genealogy: scope, common cause, drills."""
