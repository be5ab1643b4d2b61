"""Double-entry books: accounts, entries, postings. Knows nobody."""
