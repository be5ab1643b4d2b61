"""A request to the fake and its answer: key, version, idempotency, faults, and the acts of the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from tests.stripe_fake.book import DAY_SECONDS, VERSION, Book, Object
from tests.stripe_fake.faults import ANSWERS, STORED, Close, Fault, Hang, Kind
from tests.stripe_fake.params import Act, Refused, understand

Answer = tuple[int, dict[str, str], str]
SESSION_SECONDS = (30 * 60, DAY_SECONDS)


@dataclass(frozen=True)
class Call:
    """A request as it came."""

    method: str
    path: str
    params: dict[str, Any]
    key: str


@dataclass
class _Stored:
    at: int
    request: str
    answer: Answer


@dataclass
class FakeStripe(Book):
    """Stripe, as far as the product uses it: `answer()` is its API; Book has what the world does.

    `break_next()` lets a request go wrong. A test reads `calls` (each request that came) and `events` (oldest first;
    `signed()` makes a delivery).
    """

    secret_key: str = "sk_test_fake"
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    keys: dict[str, _Stored] = field(default_factory=dict)
    lock: Any = field(default_factory=RLock)

    def break_next(
        self, kind: Kind, path: str = ".*", *, method: str = "POST", after: bool = False, times: int = 1
    ) -> None:
        """Let the next `times` requests that fit go wrong, before or after they are acted on."""
        self.faults.append(Fault(kind, after, method, path, times))

    def answer(self, method: str, path: str, params: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        """Stripe's answer. Raises Hang or Close where none comes."""
        with self.lock:
            given = {name.lower(): value for name, value in headers.items()}
            key = given.get("idempotency-key", "") if method == "POST" else ""
            self.calls.append(Call(method, path, deepcopy(dict(params)), key))
            try:
                return self._answer(method, path, params, given, key)
            except Refused as refusal:
                return refusal.status, {"request-id": f"req_{len(self.calls)}"}, json.dumps(refusal.body)

    def sent(self, path: str, method: str = "POST") -> list[Call]:
        """The requests to a path, oldest first."""
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    def _answer(
        self, method: str, path: str, params: Mapping[str, Any], headers: Mapping[str, str], key: str
    ) -> Answer:
        if headers.get("authorization") != f"Bearer {self.secret_key}":
            raise Refused(401, "Invalid API Key provided.")
        if headers.get("stripe-version") != VERSION:
            raise Refused(400, "The request does not pin the version that this account is tested with.")
        fault = next((one for one in self.faults if one.fits(method, path)), None)
        if fault:
            fault.times -= 1
        if fault and not fault.after and fault.kind not in STORED:
            return _go_wrong(fault)
        stored = self.keys.get(key)
        if stored and self.seconds() - stored.at < DAY_SECONDS:
            if stored.request != _fingerprint(method, path, params):
                raise Refused(400, "Keys may only be used with the same parameters.", kind="idempotency_error")
            status, named, body = stored.answer
            return (
                _go_wrong(fault) if fault and fault.after else (status, named | {"Idempotent-Replayed": "true"}, body)
            )
        # What does not even pass as a request is not remembered under its key.
        act = understand(method, path, params)
        if fault and not fault.after:
            answered = _go_wrong(fault)
        else:
            self.expire_what_is_over()
            body = json.dumps(_shown(getattr(self, f"_{act.name}")(act)))
            answered = 200, {"request-id": f"req_{len(self.calls)}"}, body
            if fault and fault.kind in STORED:
                answered = _go_wrong(fault)
        if key:
            self.keys[key] = _Stored(self.seconds(), _fingerprint(method, path, params), answered)
        return _go_wrong(fault) if fault and fault.after else answered

    # The acts of the API, by their names in params.ROUTES

    def _create_session(self, act: Act) -> Object:
        given = act.params
        _check_session(given, self.seconds())
        items = given["line_items"]
        offered = [one for one in given.get("allowed_payment_method_types", self.wallets) if one in self.wallets]
        if not offered:
            raise Refused(400, "No valid payment method types for this Checkout Session.")
        made = self.add(
            "cs",
            "checkout.session",
            mode="payment",
            status="open",
            payment_status="unpaid",
            amount_total=sum(one.get("quantity", 1) * one["price_data"]["unit_amount"] for one in items),
            currency=items[0]["price_data"]["currency"],
            client_reference_id=given.get("client_reference_id"),
            metadata=given.get("metadata", {}),
            payment_method_types=offered,
            payment_intent=None,
            expires_at=given.get("expires_at", self.seconds() + DAY_SECONDS),
            success_url=given["success_url"],
            cancel_url=given.get("cancel_url"),
            locale=given.get("locale"),
            ui_mode="hosted_page",
            _intent_metadata=given.get("payment_intent_data", {}).get("metadata", {}),
        )
        made["url"] = f"{self.page_origin}/c/pay/{made['id']}"
        return made

    def _list_sessions(self, act: Act) -> Object:
        return self._page("checkout.session", act)

    def _read_session(self, act: Act) -> Object:
        return self._expanded(self.get(act.ref, "checkout.session"), act)

    def _expire_session(self, act: Act) -> Object:
        return self._expanded(self.expire(act.ref), act)

    def _read_payment_intent(self, act: Act) -> Object:
        return self._expanded(self.get(act.ref, "payment_intent"), act)

    def _create_refund(self, act: Act) -> Object:
        intent = self.get(act.params.get("payment_intent", ""), "payment_intent")
        amount = int(act.params.get("amount") or intent["amount_received"])
        return self.refund(intent["id"], amount, act.params.get("metadata", {}))

    def _list_refunds(self, act: Act) -> Object:
        wanted = act.params.get("payment_intent")
        return self._page("refund", act, lambda one: wanted is None or one["payment_intent"] == wanted)

    def _read_refund(self, act: Act) -> Object:
        return self.get(act.ref, "refund")

    def _read_dispute(self, act: Act) -> Object:
        return self.get(act.ref, "dispute")

    def _answer_dispute(self, act: Act) -> Object:
        dispute = self.get(act.ref, "dispute")
        if not dispute["status"].endswith("needs_response"):
            raise Refused(400, "This dispute is already closed or under review.")
        dispute["evidence"].update(act.params.get("evidence", {}))
        if act.params.get("submit", True):
            dispute["status"] = dispute["status"].replace("needs_response", "under_review")
            dispute["evidence_details"].update(has_evidence=True, submission_count=1)
            self.tell("charge.dispute.updated", dispute)
        return dispute

    def _list_events(self, act: Act) -> Object:
        types = act.params.get("types")
        return self._page("event", act, lambda one: types is None or one["type"] in types)

    def _list_payouts(self, act: Act) -> Object:
        return self._page("payout", act)

    def _read_payout(self, act: Act) -> Object:
        return self.get(act.ref, "payout")

    def _list_balance_transactions(self, act: Act) -> Object:
        payout = act.params.get("payout")
        if payout and not self.get(payout, "payout")["automatic"]:
            raise Refused(400, "Balance transaction history can only be filtered on automatic payouts.")
        return self._page("balance_transaction", act, lambda one: payout is None or one["_payout"] == payout)

    def _page(self, kind: str, act: Act, fits: Callable[[Object], bool] = lambda _: True) -> Object:
        """A page of a list, newest first, as Stripe gives it."""
        found = [one for one in reversed(self.all_of(kind)) if fits(one) and _is_between(one, act.params)]
        after = act.params.get("starting_after")
        if after:
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = act.params.get("limit", 10)
        expand = [path.removeprefix("data.") for path in act.params.get("expand", [])]
        data = [self._expand_all(one, expand) for one in found[:limit]]
        return {"object": "list", "data": data, "has_more": len(found) > limit, "url": self.calls[-1].path}

    def _expanded(self, found: Object, act: Act) -> Object:
        return self._expand_all(found, act.params.get("expand", []))

    def _expand_all(self, found: Object, paths: list[str]) -> Object:
        made = deepcopy(found)
        for path in paths:
            self._expand(made, path.split("."))
        return made

    def _expand(self, found: Object, path: list[str]) -> None:
        name, *rest = path
        if name not in found:
            raise Refused(400, f"This property cannot be expanded ({name}).")
        if isinstance(found[name], str):
            found[name] = deepcopy(self.objects[found[name]])
        if rest and found[name]:
            self._expand(found[name], rest)


def _check_session(given: dict[str, Any], now: int) -> None:
    shortest, longest = SESSION_SECONDS
    allowed = given.get("allowed_payment_method_types", [])
    client = given.get("payment_method_options", {}).get("wechat_pay", {}).get("client")
    goods = [one.get("price_data", {}) for one in given.get("line_items", [])]
    faults = {
        "mode must be payment": given.get("mode") != "payment",
        "line_items is missing": not goods,
        "product_data[name] is missing": any(not one.get("product_data", {}).get("name") for one in goods),
        "unit_amount is missing": any(one.get("unit_amount", 0) < 1 for one in goods),
        "success_url is no URL": not str(given.get("success_url", "")).startswith(("https://", "http://")),
        "cancel_url is no URL": not str(given.get("cancel_url", "https://")).startswith(("https://", "http://")),
        "wechat_pay needs payment_method_options[wechat_pay][client]": "wechat_pay" in allowed and client is None,
        "expires_at must be 30 minutes to 24 hours from now": not (
            now + shortest <= given.get("expires_at", now + longest) <= now + longest
        ),
    }
    for words, is_fault in faults.items():
        if is_fault:
            raise Refused(400, words)


def _is_between(found: Object, params: dict[str, Any]) -> bool:
    created = params.get("created", {})
    checks = {
        "gt": found["created"] > created.get("gt", -1),
        "gte": found["created"] >= created.get("gte", 0),
        "lt": found["created"] < created.get("lt", found["created"] + 1),
        "lte": found["created"] <= created.get("lte", found["created"]),
    }
    return all(checks.values())


def _go_wrong(fault: Fault) -> Answer:
    if fault.kind == "timeout":
        raise Hang
    if fault.kind == "closed":
        raise Close
    if fault.kind == "garbage":
        return 200, {"content-type": "text/html"}, "<html>a proxy says hello</html>"
    status, error = ANSWERS[fault.kind]
    return status, {"request-id": "req_fault"}, json.dumps({"error": error})


def _fingerprint(method: str, path: str, params: Mapping[str, Any]) -> str:
    return json.dumps([method, path, params], sort_keys=True)


def _shown(node: Any) -> Any:
    """Without what only the fake knows."""
    if isinstance(node, dict):
        return {name: _shown(value) for name, value in node.items() if not name.startswith("_")}
    return [_shown(one) for one in node] if isinstance(node, list) else node
