"""Payments as facts: the gateway port, the sandbox, payments and refunds. Knows orders only by their id."""
