"""cofu_adopt: adopt a rope of mussels in the grid sea of Gouqi island."""
