"""Requests held against stripe-python's own parameter types: what it does not know, Stripe does not take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import typing_extensions
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from stripe._request_options import RequestOptions
from stripe._stripe_object import StripeObject

ROUTES = {
    ("POST", "/v1/checkout/sessions"): ("create_session", "checkout._session_create_params:SessionCreateParams"),
    ("GET", "/v1/checkout/sessions"): ("list_sessions", "checkout._session_list_params:SessionListParams"),
    ("GET", "/v1/checkout/sessions/{id}"): (
        "read_session",
        "checkout._session_retrieve_params:SessionRetrieveParams",
    ),
    ("POST", "/v1/checkout/sessions/{id}/expire"): (
        "expire_session",
        "checkout._session_expire_params:SessionExpireParams",
    ),
    ("GET", "/v1/payment_intents/{id}"): (
        "read_payment_intent",
        "_payment_intent_retrieve_params:PaymentIntentRetrieveParams",
    ),
    ("POST", "/v1/refunds"): ("create_refund", "_refund_create_params:RefundCreateParams"),
    ("GET", "/v1/refunds"): ("list_refunds", "_refund_list_params:RefundListParams"),
    ("GET", "/v1/refunds/{id}"): ("read_refund", "_refund_retrieve_params:RefundRetrieveParams"),
    ("GET", "/v1/disputes/{id}"): ("read_dispute", "_dispute_retrieve_params:DisputeRetrieveParams"),
    ("POST", "/v1/disputes/{id}"): ("answer_dispute", "_dispute_update_params:DisputeUpdateParams"),
    ("GET", "/v1/events"): ("list_events", "_event_list_params:EventListParams"),
    ("GET", "/v1/payouts"): ("list_payouts", "_payout_list_params:PayoutListParams"),
    ("GET", "/v1/payouts/{id}"): ("read_payout", "_payout_retrieve_params:PayoutRetrieveParams"),
    ("GET", "/v1/balance_transactions"): (
        "list_balance_transactions",
        "_balance_transaction_list_params:BalanceTransactionListParams",
    ),
}
"""What the fake knows of Stripe's API: the name of the act and the type of its parameters."""


class Refused(Exception):
    """An answer of Stripe's that is an error."""

    def __init__(self, status: int, message: str, *, code: str = "", kind: str = "invalid_request_error") -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}


@dataclass(frozen=True)
class Act:
    """A request that Stripe would take."""

    name: str
    ref: str
    params: dict[str, Any]


def understand(method: str, path: str, given: Mapping[str, Any]) -> Act:
    """The act that is asked for, with its parameters in their types. Raises Refused as Stripe would refuse."""
    for (verb, pattern), (name, where) in ROUTES.items():
        found = re.fullmatch(pattern.replace("{id}", r"(?P<id>[A-Za-z0-9_]+)"), path)
        if verb == method and found:
            return Act(name, found.groupdict().get("id", ""), _checked(where, given))
    raise Refused(404, f"Unrecognized request URL ({method}: {path}).")


def _checked(where: str, given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return _model_at(where).model_validate(given).model_dump(by_alias=True, exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        code = {"extra_forbidden": "parameter_unknown", "missing": "parameter_missing"}.get(first["type"], "")
        raise Refused(400, f"{at}: {first['msg']}", code=code or "parameter_invalid") from error


@cache
def _model_at(where: str) -> type[BaseModel]:
    module, name = where.split(":")
    return _model(getattr(import_module(f"stripe.params.{module}"), name))


@cache
def _model(types: Any) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for number, (name, hint) in enumerate(
        get_type_hints(types, localns={"StripeContext": Any, "Mapping": Mapping}, include_extras=True).items()
    ):
        if name in RequestOptions.__annotations__:
            continue
        required = name in types.__required_keys__
        # Aliased, as some names mean something to pydantic.
        fields[f"field_{number}"] = (_type(hint), Field(... if required else None, alias=name))
    return create_model(types.__name__, __config__=ConfigDict(extra="forbid"), **fields)


def _type(hint: Any) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {typing_extensions.NotRequired, typing_extensions.Required}:
        return _type(inner[0])
    if origin in {Union, UnionType}:
        words = any(get_origin(one) is Literal and get_args(one) != ("",) for one in inner)
        # The library lets any text pass beside the words that it knows; the fake does not.
        kept = [one for one in inner if not _is_object(one) and not (words and one is str)]
        return Union[tuple(_type(one) for one in kept)]  # noqa: UP007 - made of a tuple
    if origin in {list, dict}:
        return origin[tuple(_type(one) for one in inner)]
    if hint is int:
        return Annotated[int, BeforeValidator(_whole)]
    return _model(hint) if typing_extensions.is_typeddict(hint) else hint


def _whole(value: Any) -> Any:
    # pydantic would take "198.00" for 198.
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+", value):
        raise ValueError("Invalid integer")
    return value


def _is_object(hint: Any) -> bool:
    found = get_origin(hint) or hint
    return isinstance(found, type) and issubclass(found, StripeObject)
