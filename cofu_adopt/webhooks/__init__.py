"""Outgoing webhooks: what happened in the diary is told to programs of others, signed, again until it has arrived."""
