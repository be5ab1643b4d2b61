"""The 28 cases of money that goes wrong, what is right in each, and the tests that show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One case. Its own tests are in this folder and bear its number; `also` names others, which see another side."""

    words: str
    right: str
    also: tuple[str, ...] = ()


CASES: dict[int, Case] = {
    1: Case(
        "same event twice",
        "one effect, 200 both times",
        ("payments/test_webhook.py::test_the_same_event_twice_has_one_effect",),
    ),
    2: Case(
        "two event ids for one fact",
        "one effect",
        ("payments/test_webhook.py::test_two_events_for_one_fact_have_one_effect",),
    ),
    3: Case(
        "concurrent webhooks, or webhook and redirect",
        "row lock and unique key, the loser gets 200",
        (
            "payments/test_webhook.py::test_many_events_at_once_have_one_effect_and_all_are_told_200",
            "payments/test_webhook.py::test_the_payers_return_and_the_webhook_at_once_have_one_effect",
            "payments/test_inbox.py::test_two_words_at_once_are_decided_one_after_the_other",
        ),
    ),
    4: Case(
        "webhook before our own commit",
        "found by its reference",
        ("payments/test_webhook.py::test_a_webhook_before_our_own_answer_was_stored_finds_the_payment_by_its_key",),
    ),
    5: Case(
        "payer never returns",
        "the webhook alone fulfils",
        ("payments/test_catch_up.py::test_the_webhook_alone_fulfils",),
    ),
    6: Case(
        "webhook lost",
        "the catch-up finds it",
        ("payments/test_catch_up.py::test_a_lost_webhook_is_found_within_minutes",),
    ),
    7: Case(
        "paid after the hold ended and the rope is gone",
        "booked; an equal rope or the money; told; never dropped",
        (
            "adoptions/test_late_payment.py::test_paid_after_the_rope_has_gone_to_another_waits_for_a_choice",
            "remedies/test_choose.py::test_an_equal_rope_moves_no_money_and_is_hers",
        ),
    ),
    8: Case(
        "the same, rope still free",
        "kept",
        ("adoptions/test_late_payment.py::test_paid_after_the_hold_ended_and_the_rope_is_free_is_kept",),
    ),
    9: Case(
        "hold ends while paying",
        "the gateway decides",
        ("adoptions/test_expire.py::test_while_the_gateway_is_in_trouble_the_rope_is_not_freed",),
    ),
    10: Case(
        "an expired event after paid",
        "no step back",
        ("payments/test_webhook.py::test_an_expired_event_after_the_payment_is_no_step_back",),
    ),
    11: Case("completed but unpaid", "wait", ("payments/test_webhook.py::test_completed_but_unpaid_waits",)),
    12: Case(
        "amount differs",
        "review, no fulfilment, alert",
        ("payments/test_review.py::test_another_amount_or_currency_goes_to_review",),
    ),
    13: Case(
        "currency differs",
        "review, no fulfilment, alert",
        ("payments/test_review.py::test_another_amount_or_currency_goes_to_review",),
    ),
    14: Case(
        "a second session for one order",
        "the first is closed before; else the second payment goes back",
        ("adoptions/test_late_payment.py::test_a_second_payment_goes_back_and_the_order_stays_paid",),
    ),
    15: Case(
        "partial refunds, over-refund, double click",
        "never more than was paid, once",
        ("payments/test_refund.py::test_two_refunds_at_once_are_not_more_than_the_payment",),
    ),
    16: Case(
        "refund answer lost",
        "found under its key, not made again",
        ("payments/test_stripe_money.py::test_a_refund_whose_answer_is_lost_is_found_and_not_made_again",),
    ),
    17: Case(
        "refund fails later",
        "owed again, a person's task, nobody told too early",
        ("payments/test_refund_again.py::test_it_failed_later_and_arrives_under_a_new_reference",),
    ),
    18: Case(
        "refund window over",
        "owed by hand",
        (
            "payments/test_refund.py::test_past_the_wallets_window_it_is_owed_by_hand",
            "payments/test_refund_by_hand.py::test_the_whole_way",
        ),
    ),
    19: Case(
        "dispute, also after payout",
        "frozen until the bank decides",
        (
            "payments/test_dispute.py::test_opened_holds_the_money_and_freezes_the_order",
            "payments/test_payouts.py::test_a_dispute_won_and_one_lost_in_the_lines",
        ),
    ),
    20: Case(
        "forged, stale, foreign secret, tampered, test event on live",
        "400, nothing stored",
        (
            "payments/test_webhook.py::test_what_is_not_the_gateways_is_refused_and_not_stored",
            "payments/test_stripe_events.py::test_what_is_not_stripes_word_is_refused",
        ),
    ),
    21: Case("replay inside the tolerance", "no-op"),
    22: Case(
        "clock skew",
        "nothing lost, nothing twice",
        ("payments/test_webhook.py::test_a_skewed_clock_within_the_tolerance_is_fine",),
    ),
    23: Case(
        "429",
        "back off, same key",
        ("payments/test_stripe_errors.py::test_after_a_429_all_is_sent_again_with_pauses_under_the_same_key",),
    ),
    24: Case(
        "500, timeout",
        "unknown, same key",
        ("payments/test_trouble.py::test_an_unknown_outcome_is_sent_again_under_the_same_key",),
    ),
    25: Case(
        "handler crashes half-way",
        "replayed from the inbox",
        ("payments/test_crash.py::test_a_payment_whose_handler_crashes_is_replayed_from_the_inbox",),
    ),
    26: Case(
        "object not ours",
        "200, ignored, counted",
        ("payments/test_webhook.py::test_what_is_not_ours_is_stored_ignored_and_done",),
    ),
    27: Case(
        "reconciliation line unknown, amount differs",
        "exception, never fixed by itself",
        ("payments/test_payouts.py::test_case_27_a_line_that_does_not_fit_is_listed_and_nothing_is_booked",),
    ),
    28: Case(
        "wallets missing from the session",
        "alert",
        ("payments/test_stripe_checkout.py::test_a_missing_wallet_is_named",),
    ),
}
