"""Stripe's bracketed forms: line_items[0][price_data][currency]=cny, expand[]=customer."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl


def decode(text: str) -> dict[str, Any]:
    """The nested parameters of a form or a query."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        path = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        here = tree
        for part in path[:-1]:
            here = here.setdefault(part, {})
        here[path[-1] or str(len(here))] = value
    decoded: dict[str, Any] = _lists(tree)
    return decoded


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_lists(node[key]) for key in sorted(node, key=int)]
    return {key: _lists(value) for key, value in node.items()}
