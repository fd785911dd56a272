"""Recording: one event, a batch of them, or a receipt in short form."""
