"""What is owed when a promise cannot be kept: what is offered, the adopter's choice, its deadline."""
