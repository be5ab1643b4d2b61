"""Photos: received in pieces, read as images only, stripped, made into renditions, and served from their own path."""
