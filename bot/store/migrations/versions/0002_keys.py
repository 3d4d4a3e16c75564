"""Standings are keyed by numbers: a period by its code and, on SQLite, its first date by its day.

Both are keys of the table and of its index, which every reveal writes three times an answer.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = "CASE period WHEN 'all' THEN 0 WHEN 'month' THEN 1 WHEN 'week' THEN 2 END"
WORD = "CASE period WHEN 0 THEN 'all' WHEN 1 THEN 'month' WHEN 2 THEN 'week' END"
DAY = "CAST(strftime('%s', start) AS INTEGER) / 86400"
DATE = "date(start * 86400, 'unixepoch')"
CODES = "period = 0 OR period = 1 OR period = 2"
SPELLED = "period = 'week' OR period = 'month' OR period = 'all'"
REST = 'player, points, "right", answered, last'


def upgrade() -> None:
    """Words and dates become numbers."""
    if op.get_bind().dialect.name == "sqlite":
        _remake(sa.SmallInteger(), sa.Integer(), CODES, f"{CODE}, {DAY}")
    else:
        _change(sa.SmallInteger(), CODES, CODE)


def downgrade() -> None:
    """And back."""
    if op.get_bind().dialect.name == "sqlite":
        _remake(sa.String(16), sa.Date(), SPELLED, f"{WORD}, {DATE}")
    else:
        _change(sa.String(16), SPELLED, WORD)


def _change(period: sa.SmallInteger | sa.String, check: str, told: str) -> None:
    op.drop_constraint(op.f("ck_standing_period"), "standing", type_="check")
    op.alter_column("standing", "period", type_=period, postgresql_using=told)
    op.create_check_constraint(op.f("ck_standing_period"), "standing", check)


def _remake(period: sa.SmallInteger | sa.String, start: sa.Integer | sa.Date, check: str, told: str) -> None:
    """SQLite changes no column of a key: the rows move to a new table, in its order."""
    op.drop_index("ix_standing_board", table_name="standing")
    op.rename_table("standing", "standing_before")
    op.create_table(
        "standing",
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("period", period, nullable=False),
        sa.Column("start", start, nullable=False),
        sa.Column("player", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(check, name=op.f("ck_standing_period")),
        sa.PrimaryKeyConstraint("channel", "period", "start", "player", name=op.f("pk_standing")),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO standing SELECT channel, {told}, {REST} FROM standing_before ORDER BY 1, 2, 3, 4")
    op.drop_table("standing_before")
    op.create_index(
        "ix_standing_board", "standing", ["channel", "period", "start", "points", "last", "player"], unique=False
    )
