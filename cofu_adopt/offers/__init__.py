"""What is sold: adoption offers, their price, promise and split rule."""
