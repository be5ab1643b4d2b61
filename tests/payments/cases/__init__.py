"""The 28 cases of money that goes wrong, through the real webhook, against the fake Stripe; table.py lists them."""
