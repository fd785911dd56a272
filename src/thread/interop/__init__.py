"""Foreign bytes to events and back."""
