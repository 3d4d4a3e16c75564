"""Everything that a day needs, and the tables of what comes later."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _one_of(column: str, *words: str) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words)


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "asked",
        sa.Column("channel", ID, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            _one_of("format", "concept", "prints", "bug", "fix", "review"),
            name=op.f("ck_asked_format"),
        ),
        sa.CheckConstraint(_one_of("level", "junior", "mid", "senior"), name=op.f("ck_asked_level")),
        sa.PrimaryKeyConstraint("channel", "question", name=op.f("pk_asked")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lease",
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("adapter", "name", name=op.f("pk_lease")),
    )
    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "seen",
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("adapter", "event", name=op.f("pk_seen")),
    )
    op.create_index("ix_seen_until", "seen", ["until"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.CheckConstraint(
            _one_of("format", "concept", "prints", "bug", "fix", "review"),
            name=op.f("ck_snapshot_format"),
        ),
        sa.CheckConstraint(_one_of("kind", "choice", "select", "output"), name=op.f("ck_snapshot_kind")),
        sa.CheckConstraint(_one_of("level", "junior", "mid", "senior"), name=op.f("ck_snapshot_level")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "standing",
        sa.Column("channel", ID, nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint(_one_of("period", "week", "month", "all"), name=op.f("ck_standing_period")),
        sa.PrimaryKeyConstraint("channel", "period", "start", "player", name=op.f("pk_standing")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_standing_board", "standing", ["channel", "period", "start", "points", "last", "player"], unique=False
    )
    op.create_table(
        "streak",
        sa.Column("channel", ID, nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("right_run", sa.Integer(), nullable=False),
        sa.Column("best_right", sa.Integer(), nullable=False),
        sa.Column("freezes", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=True),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "player", name=op.f("pk_streak")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_streak_player", "streak", ["player"], unique=False)
    op.create_table(
        "vault",
        sa.Column("adapter", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("adapter", "key", name=op.f("pk_vault")),
    )
    op.create_table(
        "workspace",
        sa.Column("id", ID, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("installer", sa.String(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
        sa.UniqueConstraint("platform", "external_id", name=op.f("uq_workspace_platform_external_id")),
    )
    op.create_table(
        "channel",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace", ID, nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("post", sa.Time(), nullable=False),
        sa.Column("reveal", sa.Time(), nullable=True),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("holidays", sa.String(), nullable=True),
        sa.Column("levels", sa.String(), nullable=False),
        sa.Column("topics", sa.String(), nullable=False),
        sa.Column("python", sa.String(), nullable=True),
        sa.Column("easy_mondays", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("paused_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("quiet", sa.Integer(), nullable=False),
        sa.Column("after", INSTANT, nullable=False),
        sa.Column("plan_at", INSTANT, nullable=True),
        sa.Column("next_date", sa.Date(), nullable=True),
        sa.Column("next_due", INSTANT, nullable=True),
        sa.Column("next_closes", INSTANT, nullable=True),
        sa.Column("next_window", INSTANT, nullable=True),
        sa.Column("next_snapshot", sa.String(), nullable=True),
        sa.Column("next_question", sa.String(), nullable=True),
        sa.Column("next_order", sa.String(), nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.CheckConstraint(_one_of("state", "active", "paused", "gone"), name=op.f("ck_channel_state")),
        sa.ForeignKeyConstraint(["next_snapshot"], ["snapshot.digest"], name=op.f("fk_channel_next_snapshot")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_channel_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("workspace", "external_id", name=op.f("uq_channel_workspace_external_id")),
    )
    op.create_index(
        "ix_channel_next_due",
        "channel",
        ["next_due"],
        unique=False,
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
    op.create_index(
        "ix_channel_next_question",
        "channel",
        ["workspace", "next_question"],
        unique=False,
        sqlite_where=sa.text("next_question IS NOT NULL"),
        postgresql_where=sa.text("next_question IS NOT NULL"),
    )
    op.create_index(
        "ix_channel_plan_at",
        "channel",
        ["plan_at"],
        unique=False,
        sqlite_where=sa.text("plan_at IS NOT NULL"),
        postgresql_where=sa.text("plan_at IS NOT NULL"),
    )
    op.create_table(
        "player",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace", ID, nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person", ID, nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("remind", sa.Boolean(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_player_person")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_player_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_player")),
        sa.UniqueConstraint("workspace", "external_id", name=op.f("uq_player_workspace_external_id")),
    )
    op.create_index(
        "ix_player_off",
        "player",
        ["workspace"],
        unique=False,
        sqlite_where=sa.text("deleted OR gone"),
        postgresql_where=sa.text("deleted OR gone"),
    )
    op.create_index(
        "ix_player_person",
        "player",
        ["person"],
        unique=False,
        sqlite_where=sa.text("person IS NOT NULL"),
        postgresql_where=sa.text("person IS NOT NULL"),
    )
    op.create_table(
        "away",
        sa.Column("id", ID, nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_away_player")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
    )
    op.create_index("ix_away_player", "away", ["player", "until"], unique=False)
    op.create_table(
        "manager",
        sa.Column("channel", ID, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name=op.f("fk_manager_channel")),
        sa.PrimaryKeyConstraint("channel", "person", name=op.f("pk_manager")),
    )
    op.create_table(
        "override",
        sa.Column("channel", ID, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name=op.f("fk_override_channel")),
        sa.PrimaryKeyConstraint("channel", "date", name=op.f("pk_override")),
    )
    op.create_table(
        "practice",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace", ID, nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("channel", ID, nullable=True),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("order", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("choice", sa.String(), nullable=True),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("answered", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name=op.f("fk_practice_channel")),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_practice_player")),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.digest"], name=op.f("fk_practice_snapshot")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_practice_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_index("ix_practice_player", "practice", ["player", "question"], unique=False)
    op.create_index("ix_practice_workspace", "practice", ["workspace", "at"], unique=False)
    op.create_table(
        "review",
        sa.Column("player", ID, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_review_player")),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.digest"], name=op.f("fk_review_snapshot")),
        sa.PrimaryKeyConstraint("player", "question", name=op.f("pk_review")),
    )
    op.create_index("ix_review_due", "review", ["player", "due"], unique=False)
    op.create_table(
        "round",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace", ID, nullable=False),
        sa.Column("channel", ID, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("order", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("opened", INSTANT, nullable=False),
        sa.Column("closes", INSTANT, nullable=False),
        sa.Column("closed", INSTANT, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("spared", sa.Boolean(), nullable=False),
        sa.Column("void_reason", sa.String(), nullable=True),
        sa.Column("edit_lease", INSTANT, nullable=True),
        sa.CheckConstraint(_one_of("state", "open", "closed", "voided"), name=op.f("ck_round_state")),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name=op.f("fk_round_channel")),
        sa.ForeignKeyConstraint(["snapshot"], ["snapshot.digest"], name=op.f("fk_round_snapshot")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_round_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("channel", "date", name=op.f("uq_round_channel_date")),
        sa.UniqueConstraint("channel", "number", name=op.f("uq_round_channel_number")),
    )
    op.create_index(
        "ix_round_closes",
        "round",
        ["closes"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_round_voided",
        "round",
        ["channel", "number"],
        unique=False,
        sqlite_where=sa.text("state = 'voided'"),
        postgresql_where=sa.text("state = 'voided'"),
    )
    op.create_index(
        "uq_round_open",
        "round",
        ["channel"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_round_open_question",
        "round",
        ["workspace", "question"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", ID, nullable=False),
        sa.Column("workspace", ID, nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(_one_of("state", "open", "accepted", "declined"), name=op.f("ck_suggestion_state")),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_suggestion_player")),
        sa.ForeignKeyConstraint(["workspace"], ["workspace.id"], name=op.f("fk_suggestion_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_table(
        "answer",
        sa.Column("round", ID, nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_answer_player")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_answer_round")),
        sa.PrimaryKeyConstraint("round", "player", name=op.f("pk_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "correction",
        sa.Column("id", ID, nullable=False),
        sa.Column("round", ID, nullable=False),
        sa.Column("old_key", sa.String(), nullable=False),
        sa.Column("new_key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_correction_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_round", "correction", ["round"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("channel", ID, nullable=False),
        sa.Column("round", ID, nullable=True),
        sa.Column("player", ID, nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("window_ends", INSTANT, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lease", INSTANT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.CheckConstraint(
            _one_of("kind", "question", "result", "reveal", "detail", "note", "reminder", "correction"),
            name=op.f("ck_delivery_kind"),
        ),
        sa.CheckConstraint(
            _one_of("state", "due", "claimed", "sending", "sent", "refused", "unknown", "skipped", "cancelled"),
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name=op.f("fk_delivery_channel")),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_delivery_player")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_delivery_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["platform", "next_try"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index(
        "ix_delivery_lease",
        "delivery",
        ["lease"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'sending')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending')"),
    )
    op.create_index(
        "ix_delivery_round",
        "delivery",
        ["round", "kind"],
        unique=False,
        sqlite_where=sa.text("round IS NOT NULL"),
        postgresql_where=sa.text("round IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_unknown",
        "delivery",
        ["lease"],
        unique=False,
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.create_index(
        "ix_delivery_window",
        "delivery",
        ["window_ends"],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'claimed') AND window_ends IS NOT NULL"),
        postgresql_where=sa.text("state IN ('due', 'claimed') AND window_ends IS NOT NULL"),
    )
    op.create_table(
        "report",
        sa.Column("id", ID, nullable=False),
        sa.Column("round", ID, nullable=False),
        sa.Column("player", ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(_one_of("state", "open", "accepted", "declined"), name=op.f("ck_report_state")),
        sa.ForeignKeyConstraint(["player"], ["player.id"], name=op.f("fk_report_player")),
        sa.ForeignKeyConstraint(["round"], ["round.id"], name=op.f("fk_report_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("round", "player", name=op.f("uq_report_round_player")),
    )


def downgrade() -> None:
    """Drop all tables."""
    op.drop_table("report")
    op.drop_index(
        "ix_delivery_window",
        table_name="delivery",
        sqlite_where=sa.text("state IN ('due', 'claimed') AND window_ends IS NOT NULL"),
        postgresql_where=sa.text("state IN ('due', 'claimed') AND window_ends IS NOT NULL"),
    )
    op.drop_index(
        "ix_delivery_unknown",
        table_name="delivery",
        sqlite_where=sa.text("state = 'unknown'"),
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.drop_index(
        "ix_delivery_round",
        table_name="delivery",
        sqlite_where=sa.text("round IS NOT NULL"),
        postgresql_where=sa.text("round IS NOT NULL"),
    )
    op.drop_index(
        "ix_delivery_lease",
        table_name="delivery",
        sqlite_where=sa.text("state IN ('claimed', 'sending')"),
        postgresql_where=sa.text("state IN ('claimed', 'sending')"),
    )
    op.drop_index(
        "ix_delivery_due",
        table_name="delivery",
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_table("delivery")
    op.drop_index("ix_correction_round", table_name="correction")
    op.drop_table("correction")
    op.drop_table("answer")
    op.drop_table("suggestion")
    op.drop_index(
        "uq_round_open_question",
        table_name="round",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "uq_round_open",
        table_name="round",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index(
        "ix_round_voided",
        table_name="round",
        sqlite_where=sa.text("state = 'voided'"),
        postgresql_where=sa.text("state = 'voided'"),
    )
    op.drop_index(
        "ix_round_closes",
        table_name="round",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("round")
    op.drop_index("ix_review_due", table_name="review")
    op.drop_table("review")
    op.drop_index("ix_practice_workspace", table_name="practice")
    op.drop_index("ix_practice_player", table_name="practice")
    op.drop_table("practice")
    op.drop_table("override")
    op.drop_table("manager")
    op.drop_index("ix_away_player", table_name="away")
    op.drop_table("away")
    op.drop_index(
        "ix_player_person",
        table_name="player",
        sqlite_where=sa.text("person IS NOT NULL"),
        postgresql_where=sa.text("person IS NOT NULL"),
    )
    op.drop_index(
        "ix_player_off",
        table_name="player",
        sqlite_where=sa.text("deleted OR gone"),
        postgresql_where=sa.text("deleted OR gone"),
    )
    op.drop_table("player")
    op.drop_index(
        "ix_channel_plan_at",
        table_name="channel",
        sqlite_where=sa.text("plan_at IS NOT NULL"),
        postgresql_where=sa.text("plan_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_channel_next_question",
        table_name="channel",
        sqlite_where=sa.text("next_question IS NOT NULL"),
        postgresql_where=sa.text("next_question IS NOT NULL"),
    )
    op.drop_index(
        "ix_channel_next_due",
        table_name="channel",
        sqlite_where=sa.text("next_due IS NOT NULL"),
        postgresql_where=sa.text("next_due IS NOT NULL"),
    )
    op.drop_table("channel")
    op.drop_table("workspace")
    op.drop_table("vault")
    op.drop_index("ix_streak_player", table_name="streak")
    op.drop_table("streak")
    op.drop_index("ix_standing_board", table_name="standing")
    op.drop_table("standing")
    op.drop_table("snapshot")
    op.drop_index("ix_seen_until", table_name="seen")
    op.drop_table("seen")
    op.drop_table("person")
    op.drop_table("lease")
    op.drop_table("asked")
