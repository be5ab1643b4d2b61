"""The desk's lists as tables for files: masked as on the screen, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from flask_babel import gettext as _

from cofu_adopt.adoptions import search_orders
from cofu_adopt.adoptions.models import AdoptionState
from cofu_adopt.adoptions.search_orders import OrderFilter
from cofu_adopt.core.export import Row, Table
from cofu_adopt.farm import search_households
from cofu_adopt.identity import find_people
from cofu_adopt.offers.name_offers import offer_names
from cofu_adopt.payments import search_payments
from cofu_adopt.payments.gateway import gateway
from cofu_adopt.payments.search_payments import PaymentFilter
from cofu_adopt.screens.desk_words import payment_state_words, provider_words, state_words, wallet_words


def orders_table(wanted: OrderFilter) -> Table:
    """The orders that fit, newest first."""
    header = (
        _("订单号"), _("绳"), _("桁"), _("产季"), _("方案"), _("状态"), _("价钱（元）"), _("币种"), _("箱"),
        _("承诺净重（克）"), _("下单"), _("付款时间"), _("结束"), _("自助取消到"), _("认养人手机"), _("收货手机"),
    )  # fmt: skip
    return Table("orders", header, lambda: _order_rows(wanted))


def households_table(typed: str) -> Table:
    """The households that fit what was typed, by code."""
    header = (
        _("编号"), _("户主"), _("村"), _("手机号"), _("家里几口人"), _("低收入户"), _("开户行"), _("联行号"),
        _("银行账号"), _("收款人"), _("加入"), _("桁"), _("公开称呼"),
    )  # fmt: skip
    return Table("households", header, lambda: _household_rows(typed))


def payments_table(wanted: PaymentFilter) -> Table:
    """The payments that fit, newest first. Where real money moves, test payments stay out."""
    if gateway().livemode:
        wanted = replace(wanted, livemode=True)
    header = (
        _("付款号"), _("订单号"), _("状态"), _("金额（元）"), _("币种"), _("渠道"), _("钱包"), _("渠道单号"),
        _("渠道付款号"), _("渠道手续费（元）"), _("开始"), _("到账时间"), _("关闭"), _("原路退款到"), _("真钱"),
    )  # fmt: skip
    return Table("payments", header, lambda: _payment_rows(wanted))


def _order_rows(wanted: OrderFilter) -> Iterator[Row]:
    offers = offer_names()
    states = {state: state_words(state) for state in AdoptionState}
    for rows in search_orders.each_order(wanted):
        faces = find_people.faces({row.person_id for row in rows})
        for row in rows:
            yield (
                row.code,
                row.label,
                row.plot_code,
                row.season,
                offers[row.offer_id].code,
                states[row.state],
                Decimal(row.price_fen).scaleb(-2),
                row.currency.upper(),
                row.parcels,
                row.promised_net_g,
                row.created_at,
                row.paid_at,
                row.ended_at,
                row.cancel_until_on,
                _masked(faces[row.person_id].phone_last4),
                _masked(row.phone_last4),
            )


def _payment_rows(wanted: PaymentFilter) -> Iterator[Row]:
    yes, no = _("是"), _("否")
    for rows in search_payments.each_payment(wanted):
        codes = search_orders.codes_of({row.order_id for row in rows})
        for row in rows:
            yield (
                str(row.id),
                codes[row.order_id],
                payment_state_words(row.state),
                Decimal(row.amount_fen).scaleb(-2),
                row.currency.upper(),
                provider_words(row.provider),
                wallet_words(row.wallet),
                row.gateway_ref,
                row.payment_ref,
                None if row.fee_fen is None else Decimal(row.fee_fen).scaleb(-2),
                row.opened_at,
                row.succeeded_at,
                row.closed_at,
                row.refundable_until,
                yes if row.livemode else no,
            )


def _household_rows(typed: str) -> Iterator[Row]:
    yes, no = _("是"), _("否")
    after: str | None = None
    while rows := search_households.list_households(typed, after=after, limit=500):
        for row in rows:
            yield (
                row.code,
                row.head_name,
                row.village,
                row.phone_masked,
                row.family_size,
                yes if row.low_income else no,
                row.bank_name,
                row.bank_clearing_code,
                row.bank_account_masked,
                row.payee_name,
                row.joined_on,
                row.plot_count,
                row.public_name if row.public_consent_at else None,
            )
        after = rows[-1].code


def _masked(last4: str | None) -> str | None:
    return f"*******{last4}" if last4 else None
