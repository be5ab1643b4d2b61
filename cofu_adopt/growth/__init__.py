"""The rope's diary: what households post from the boat, what they measure, and what is to be expected of it."""
