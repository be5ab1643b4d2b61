"""`make bench`: the product beside a fixed yardstick, in one run on one machine."""
