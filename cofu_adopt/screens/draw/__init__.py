"""Drawings made on the server: pure functions that return SVG with escaped text. Colours come from classes only."""
