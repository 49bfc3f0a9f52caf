"""The tables of the ledger, their unique keys and indexes."""

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN, index_where

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "calendar_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("years", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_version")),
        sa.UniqueConstraint("version", name=op.f("uq_calendar_version_version")),
    )
    op.create_table(
        "content_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("files", PLAIN, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_content_version_digest")),
    )
    op.create_table(
        "duty_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("duty_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("content", PLAIN, nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_version")),
        sa.UniqueConstraint("duty_id", "digest", name=op.f("uq_duty_version_duty_id_digest")),
    )
    op.create_table(
        "inbox_message",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_message")),
        sa.UniqueConstraint("recipient", "message_id", name=op.f("uq_inbox_message_recipient_message_id")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "reckoning",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("nominal", sa.Date(), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("earliest", sa.Date(), nullable=False),
        sa.Column("latest", sa.Date(), nullable=False),
        sa.Column("steps", PLAIN, nullable=False),
        sa.Column("calendar_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reckoning")),
        sa.UniqueConstraint("key", name=op.f("uq_reckoning_key")),
    )
    op.create_table(
        "token",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("scopes", PLAIN, nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("name", name=op.f("uq_token_name")),
        sa.UniqueConstraint("sha256", name=op.f("uq_token_sha256")),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
    )
    op.create_table(
        "watermark",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("fact_id", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watermark")),
    )
    op.create_table(
        "account",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("post", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_account_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "post_holder",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("addresses", PLAIN, nullable=False),
        sa.Column("deputy", sa.String(), nullable=True),
        sa.Column("vacant", sa.Boolean(), nullable=False),
        sa.Column("away", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_post_holder_unit")),
        sa.PrimaryKeyConstraint("unit", "post", name=op.f("pk_post_holder")),
    )
    op.create_table(
        "subject",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("attributes", PLAIN, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_subject_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_subject_kind_code")),
    )
    op.create_index("ix_subject_unit", "subject", ["unit"])
    op.create_table(
        "fact",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("data", PLAIN, nullable=False),
        sa.Column("revises", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["revises"], ["fact.id"], name=op.f("fk_fact_revises")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_fact_subject_id")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_fact_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("source", "ref", name=op.f("uq_fact_source_ref")),
    )
    op.create_index("ix_fact_kind", "fact", ["kind", "id"])
    index_where("ix_fact_revises", "fact", ["revises"], "revises IS NOT NULL")
    op.create_index("ix_fact_subject", "fact", ["subject_id", "kind", "happened_on"])
    op.create_table(
        "obligation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("duty_id", sa.String(), nullable=False),
        sa.Column("duty_version_id", NUMBER, nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=True),
        sa.Column("period_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("target", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("reckoning_id", NUMBER, nullable=False),
        sa.Column("next_rung_at", sa.DateTime(), nullable=True),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("fact_id", NUMBER, nullable=True),
        sa.Column("evidence_facts", PLAIN, nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("supersedes", NUMBER, nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NOT NULL) = (state IN ('done', 'waived', 'superseded', 'withdrawn'))",
            name=op.f("ck_obligation_closed"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'acknowledged', 'suspended', 'done', 'waived', 'superseded', 'withdrawn')",
            name=op.f("ck_obligation_state"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_on IS NULL)", name=op.f("ck_obligation_closed_on")),
        sa.ForeignKeyConstraint(
            ["duty_version_id"], ["duty_version.id"], name=op.f("fk_obligation_duty_version_id")
        ),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_obligation_fact_id")),
        sa.ForeignKeyConstraint(["reckoning_id"], ["reckoning.id"], name=op.f("fk_obligation_reckoning_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_obligation_subject_id")),
        sa.ForeignKeyConstraint(["supersedes"], ["obligation.id"], name=op.f("fk_obligation_supersedes")),
        sa.ForeignKeyConstraint(["unit"], ["unit.code"], name=op.f("fk_obligation_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation")),
    )
    index_where(
        "ix_obligation_board",
        "obligation",
        ["deadline", "unit", "duty_id", "state", "confidential", "closed_at"],
        "closed_at IS NULL",
    )
    index_where("ix_obligation_next_rung", "obligation", ["next_rung_at"], "next_rung_at IS NOT NULL")
    index_where(
        "ix_obligation_subject", "obligation", ["subject_id"], "subject_id IS NOT NULL AND closed_at IS NULL"
    )
    index_where(
        "uq_obligation_subject",
        "obligation",
        ["duty_id", "subject_id", "period_key"],
        "subject_id IS NOT NULL",
        unique=True,
    )
    index_where(
        "uq_obligation_unit",
        "obligation",
        ["duty_id", "unit", "period_key"],
        "subject_id IS NULL",
        unique=True,
    )
    op.create_table(
        "evidence_file",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("stored_as", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_evidence_file_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_index("ix_evidence_file_obligation", "evidence_file", ["obligation_id"])
    op.create_table(
        "notice",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_notice_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("obligation_id", "rung", name=op.f("uq_notice_obligation_id_rung")),
    )
    op.create_table(
        "obligation_event",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("details", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"], ["obligation.id"], name=op.f("fk_obligation_event_obligation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_event")),
    )
    op.create_index("ix_obligation_event_obligation", "obligation_event", ["obligation_id", "id"])
    op.create_table(
        "delivery",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("notice_id", NUMBER, nullable=False),
        sa.Column("obligation_id", NUMBER, nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(), nullable=False),
        sa.Column("lease_holder", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NOT NULL) = (state IN ('sent', 'dead', 'cancelled'))",
            name=op.f("ck_delivery_settled"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'failed', 'unknown', 'sent', 'dead', 'cancelled')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id")),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_delivery_obligation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "notice_id", "recipient", "channel", name=op.f("uq_delivery_notice_id_recipient_channel")
        ),
    )
    op.create_index("ix_delivery_obligation", "delivery", ["obligation_id"])
    index_where("ix_delivery_sendable", "delivery", ["next_attempt_at"], "settled_at IS NULL")
