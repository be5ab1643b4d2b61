"""What giving money back for many orders would do, before anybody asks for it: how much, which way, who is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cofu_adopt.adoptions import search_orders
from cofu_adopt.adoptions.errors import NotRefundable, RefundPreviewOutdated, TooManyOrders, WholeMeansOver
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.rules import PARTLY_REFUNDABLE
from cofu_adopt.adoptions.search_orders import OrderFilter, OrderRow
from cofu_adopt.core.errors import DomainError, NotFound
from cofu_adopt.core.money import price
from cofu_adopt.payments import credit
from cofu_adopt.payments.errors import RefundTooLarge
from cofu_adopt.payments.models import RefundReason
from cofu_adopt.payments.money_of_order import Refundable, Way, find_refundable, refundables
from cofu_adopt.payments.refund_models import RefundRequest
from cofu_adopt.payments.refund_request import Wanted, ask_refund, find_request, needs_another

MOST = 2000
"""How many orders one request may hold."""
PIECE = 500
PART = (RefundReason.GOODWILL, RefundReason.PRICE_ADJUSTMENT)
"""Why a part goes back; when all goes back, the workshop has cancelled."""
CODES = re.compile(r"[^\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One order that would get money back."""

    order: OrderRow
    payment_id: int
    amount_fen: int
    way: Way


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One that would not, and the code of why. `code` is what was pasted, or the order's own."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The dry run."""

    lines: tuple[PlanLine, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def total_fen(self) -> int:
        """What would go back in all."""
        return sum(line.amount_fen for line in self.lines)

    def of_way(self, way: Way) -> tuple[int, int]:
        """How many go this way, and their sum."""
        some = [line.amount_fen for line in self.lines if line.way == way]
        return len(some), sum(some)

    @property
    def fingerprint(self) -> str:
        """What whoever asks agrees to: these orders, amounts and ways, and no others."""
        body = ";".join(f"{line.order.code}:{line.amount_fen}:{line.way}" for line in self.lines)
        return sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AskPreview:
    """What asking for one order's money would do at this moment. `refusal`: it is not possible, and why."""

    ends_order: bool
    left_fen: int
    """What of the order's money can go back at all."""
    amount_fen: int
    way: Way
    needs_another: bool
    """Another person would have to decide."""
    fingerprint: str | None
    refusal: DomainError | None

    @property
    def possible(self) -> bool:
        """True while it would not be refused."""
        return self.refusal is None

    @property
    def refusal_code(self) -> str | None:
        """Which refusal it would be."""
        return self.refusal.code if self.refusal else None


def read_codes(pasted: str) -> list[str]:
    """The order numbers in a pasted text, each once, in its order."""
    return list(dict.fromkeys(code.upper() for code in CODES.findall(pasted)))


def plan_refunds(
    *, codes: Sequence[str] = (), wanted: OrderFilter | None = None, amount_fen: int | None = None
) -> Plan:
    """What would go back for the orders with `codes`, or for those that fit `wanted`; nothing is changed.

    `amount_fen`: so much of each, and the orders stay; None: all that is left of each, and the orders end.
    Raises TooManyOrders.
    """
    if len(codes) > MOST:
        raise TooManyOrders(most=MOST)
    left_out: list[LeftOut] = []
    orders: list[OrderRow] = []
    if wanted is not None:
        for rows in search_orders.each_order(wanted, piece=PIECE):
            # Of a filter, those that never had money are not meant; of pasted numbers, each is answered for.
            orders += [row for row in rows if row.paid_at is not None]
            if len(orders) > MOST:
                raise TooManyOrders(most=MOST)
    else:
        found = search_orders.orders_of_codes(codes)
        orders = [found[code] for code in codes if code in found]
        left_out = [LeftOut(code, "unknown") for code in codes if code not in found]
    lines: list[PlanLine] = []
    money = dict(_money([order.id for order in orders]))
    credits_fen = credit.spent_on_each(money)
    for order in orders:
        refundable = money.get(order.id)
        why = _why_not(order.state, refundable, amount_fen, credits_fen.get(order.id, 0))
        if why is not None or refundable is None:
            left_out.append(LeftOut(order.code, why or "nothing_left"))
        else:
            lines.append(PlanLine(order, refundable.payment_id, amount_fen or refundable.amount_fen, refundable.way))
    return Plan(tuple(lines), tuple(left_out))


def ask_for_plan(
    plan: Plan, *, agreed: str, key: str, reason: RefundReason, note: str, ends_order: bool, person_id: int
) -> RefundRequest:
    """Ask for what the plan says, if it still is what was `agreed`; in the open unit of work.

    Raises RefundPreviewOutdated.
    """
    known = find_request(key)
    if known is not None:
        return known
    if not plan.lines or plan.fingerprint != agreed:
        raise RefundPreviewOutdated
    wanted = [Wanted(line.order.id, line.payment_id, line.amount_fen) for line in plan.lines]
    return ask_refund(wanted, key=key, reason=reason, note=note, ends_order=ends_order, person_id=person_id)


def preview_ask(code: str, amount_fen: int | None) -> AskPreview:
    """What ask_for_order would do, in the open unit of work; nothing is changed. Raises NotFound."""
    order_id = search_orders.find_id(code)
    if order_id is None:
        raise NotFound
    plan = plan_refunds(codes=[code], amount_fen=amount_fen)
    left = find_refundable(order_id)
    line = plan.lines[0] if plan.lines else None
    return AskPreview(
        ends_order=amount_fen is None,
        left_fen=left.amount_fen if left else 0,
        amount_fen=line.amount_fen if line else 0,
        way=line.way if line else Way.NONE,
        needs_another=line is not None and needs_another(line.payment_id, line.amount_fen),
        fingerprint=plan.fingerprint if line else None,
        refusal=None if line else _refusal(plan.left_out[0].why),
    )


def ask_for_order(
    code: str,
    *,
    amount_fen: int | None,
    key: str,
    reason: RefundReason,
    note: str,
    person_id: int,
    agreed: str | None = None,
) -> RefundRequest:
    """Ask for a part of one order's money, or with None for all that is left and the order's end.

    In the open unit of work. `agreed`: the fingerprint of a preview; what it said is done, or nothing. Raises
    RefundTooLarge with what is left, WholeMeansOver, NotRefundable, RefundPreviewOutdated.
    """
    known = find_request(key)
    if known is not None:
        return known
    plan = plan_refunds(codes=[code], amount_fen=amount_fen)
    if not plan.lines:
        raise _refusal(plan.left_out[0].why)
    if agreed is not None and plan.fingerprint != agreed:
        raise RefundPreviewOutdated
    [line] = plan.lines
    return ask_refund(
        [Wanted(line.order.id, line.payment_id, line.amount_fen)],
        key=key,
        reason=reason,
        note=note,
        ends_order=amount_fen is None,
        person_id=person_id,
    )


def _money(order_ids: Sequence[int]) -> Iterator[tuple[int, Refundable]]:
    for start in range(0, len(order_ids), PIECE):
        yield from refundables(order_ids[start : start + PIECE]).items()


def _why_not(
    state: AdoptionState, refundable: Refundable | None, amount_fen: int | None, credit_fen: int
) -> str | None:
    if state not in PARTLY_REFUNDABLE or (amount_fen is None and state is not AdoptionState.PAID):
        return f"state:{state}"
    if refundable is None:
        return "nothing_left"
    if amount_fen is not None and amount_fen > refundable.amount_fen:
        return f"left:{refundable.amount_fen}"
    # Where credit has paid a part, the order has that still when all its money went back.
    if amount_fen == refundable.amount_fen and not credit_fen and state is AdoptionState.PAID:
        return "whole"
    return None


def _refusal(why: str) -> DomainError:
    if why.startswith("left:"):
        return RefundTooLarge(left=price(int(why.partition(":")[2])))
    if why == "nothing_left":
        return RefundTooLarge(left=price(0))
    return WholeMeansOver() if why == "whole" else NotRefundable()
