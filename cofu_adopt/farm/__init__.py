"""The sea: households, sea grids, plots, ropes; import from the workshop's spreadsheets."""
