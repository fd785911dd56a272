"""Entries to lots, activities and flows, and the traces through them."""
