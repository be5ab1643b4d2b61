"""What every slice stands on; knows nothing of mussels."""
