"""Accounts: who speaks, and where they play."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, or_, select

from bot.model import Channel, ChannelState, Player, RoundState
from bot.store.dialects import insert, word
from bot.store.rows import CHANNELS, a_player, read_channels
from bot.store.tables import answers, channels, players, rounds, streaks, workspaces


def workspace(conn: Connection, platform: str, external_id: str, now: datetime) -> int:
    """The id of a workspace, made where it is new."""
    found = conn.execute(_WORKSPACE, {"platform": platform, "external_id": external_id}).scalar()
    if found is None:
        row = {"platform": platform, "external_id": external_id, "created": now}
        conn.execute(insert(workspaces).values(row).on_conflict_do_nothing())
        found = conn.execute(_WORKSPACE, {"platform": platform, "external_id": external_id}).scalar_one()
    return int(found)


_WORKSPACE = select(workspaces.c.id).where(
    workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("external_id")
)


def player(conn: Connection, platform: str, workspace_id: str, person: str, name: str, now: datetime) -> Player:
    """An account by the platform's ids: made where it is new, renamed where its name changed."""
    team = workspace(conn, platform, workspace_id, now)
    found = conn.execute(_PLAYER, {"team": team, "person": person}).first()
    if found is None or found.name != name:
        row = {"workspace": team, "external_id": person, "name": name, "created": now}
        conn.execute(_KEEP, row)
        found = conn.execute(_PLAYER, {"team": team, "person": person}).one()
    return a_player(found)


_PLAYER = select(players).where(players.c.workspace == bindparam("team"), players.c.external_id == bindparam("person"))
_NEW = insert(players)
_KEEP = _NEW.on_conflict_do_update(index_elements=["workspace", "external_id"], set_={"name": _NEW.excluded.name})


def channels_played(conn: Connection, player_id: int) -> tuple[Channel, ...]:
    """The channels in which an account has answered and that still are there, in order of their ids."""
    return tuple(read_channels(conn, _PLAYED, player=player_id))


_PLAYED = CHANNELS.where(
    channels.c.state != word(ChannelState.GONE),
    channels.c.workspace == select(players.c.workspace).where(players.c.id == bindparam("player")).scalar_subquery(),
    or_(
        channels.c.id.in_(select(streaks.c.channel).where(streaks.c.player == bindparam("player"))),
        exists().where(
            and_(rounds.c.channel == channels.c.id, rounds.c.state == word(RoundState.OPEN)),
            and_(answers.c.round == rounds.c.id, answers.c.player == bindparam("player")),
        ),
    ),
).order_by(channels.c.id)
