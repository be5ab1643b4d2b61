"""Pages that join several slices: the shop front, my ropes, the household's home, the operator's desk."""
