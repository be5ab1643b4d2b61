"""Adoptions (认养订单): holding a rope, reviewing, paying, cancelling, naming."""
