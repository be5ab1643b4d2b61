"""Turns events into journal entries; the only writer of postings besides finance's own acts."""
