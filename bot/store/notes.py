"""What managers are told about their channel: a note to each of them, once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, DateTime, String, bindparam, cast, literal, select

from bot.model import DeliveryKind, DeliveryState, News
from bot.store.dialects import each, ids, insert, word
from bot.store.tables import channels, deliveries, managers, workspaces

_key = (
    literal(f"{DeliveryKind.NOTE.value}:", String)
    + bindparam("news", type_=String)
    + literal(":", String)
    + cast(channels.c.id, String)
    + literal(":", String)
    + cast(channels.c.version, String)
    + literal(".", String)
    + cast(channels.c.last_number, String)
    + literal(":", String)
    + managers.c.person
)
_now = bindparam("now", type_=DateTime(timezone=True))
_owed = (
    select(_key, word(DeliveryKind.NOTE), workspaces.c.platform, channels.c.id, managers.c.person, _now)
    .add_columns(word(DeliveryState.DUE), literal(0), literal(0), _now, bindparam("news", type_=String))
    .join_from(channels, workspaces)
    .join(managers, managers.c.channel == channels.c.id)
    .where(channels.c.id.in_(each("ids")))
    .order_by(channels.c.id, managers.c.person)
)
_COLUMNS = ["key", "kind", "platform", "channel", "person", "due", "state", "fence", "attempts", "next_try", "body"]
_TELL = insert(deliveries).from_select(_COLUMNS, _owed, include_defaults=False).on_conflict_do_nothing()


def tell_managers(conn: Connection, channel_ids: list[int], news: News, now: datetime) -> None:
    """Owe the managers of these channels a note; ``bot.wording`` has its sentence."""
    conn.execute(_TELL, {"ids": ids(channel_ids), "news": news.value, "now": now})
