"""How long the adapter waits for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """All in seconds. ``term``: a shard is its holder's, unless it is renewed. ``renew``: between two renewals, and
    between looks at shards that others hold. ``identify``: between two shards that connect; Discord wants five.
    ``patience``: after this a press is acknowledged although its answer is not known yet; Discord gives up after three.
    ``form_patience``: the same where a form is wanted, for a modal cannot follow an acknowledgement."""

    term: float = 12.0
    renew: float = 3.0
    identify: float = 5.5
    patience: float = 0.5
    form_patience: float = 1.8


USUAL = Times()
