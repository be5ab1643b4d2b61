"""No more e-mail of a kind, by the link in the e-mail itself, without signing in."""

from __future__ import annotations

from cofu_adopt.notify import links
from cofu_adopt.notify.preferences import turn_off
from cofu_adopt.notify.rules import OFFERED, Channel, Kind


def path_of(person_id: int, kind: Kind) -> str:
    """The path of the link for a kind of e-mail."""
    return f"/unsubscribe/{links.sign(links.UNSUBSCRIBE, [person_id, str(kind)])}"


def kind_of(token: str) -> Kind:
    """Which e-mails the link is about. Raises LinkForged and LinkExpired."""
    return Kind(links.read(links.UNSUBSCRIBE, token)[1])


def unsubscribe(token: str, *, everything: bool = False) -> Kind:
    """Stop the e-mails of the link's kind, or all that are not about money. Doing it twice is harmless."""
    person_id, named = links.read(links.UNSUBSCRIBE, token)
    kind = Kind(named)
    turn_off(person_id, list(OFFERED) if everything else [kind], [Channel.EMAIL])
    return kind
