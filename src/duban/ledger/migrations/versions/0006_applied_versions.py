"""Content takes effect by being applied: who, when, why, approved by whom; what waits for a second person's approval.

A ledger that worked before goes on with the content it last had: that becomes its first applied version.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

from duban.ledger.migrations.drawing import NUMBER, PLAIN, keep

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "applied_version",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("content_version_id", NUMBER, nullable=False),
        sa.Column("applied_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("summary", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(
            ["content_version_id"], ["content_version.id"], name=op.f("fk_applied_version_content_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applied_version")),
    )
    op.create_table(
        "content_proposal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("content_version_id", NUMBER, nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["content_version_id"],
            ["content_version.id"],
            name=op.f("fk_content_proposal_content_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_proposal")),
        sa.UniqueConstraint("plan", name=op.f("uq_content_proposal_plan")),
    )
    _adopt_newest()
    keep("applied_version", "UPDATE", "DELETE", "TRUNCATE")
    keep("content_proposal", "DELETE", "TRUNCATE")


def _adopt_newest() -> None:
    content = sa.table(
        "content_version",
        sa.column("id", NUMBER),
        sa.column("digest", sa.String()),
        sa.column("recorded_at", sa.DateTime()),
        sa.column("files", PLAIN),
    )
    applied = sa.table(
        "applied_version",
        sa.column("content_version_id", NUMBER),
        sa.column("applied_at", sa.DateTime()),
        sa.column("actor", sa.String()),
        sa.column("reason", sa.String()),
        sa.column("plan", sa.String()),
        sa.column("summary", PLAIN),
    )
    connection = op.get_bind()
    newest = sa.select(content).order_by(content.c.recorded_at.desc(), content.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return
    told = json.dumps(sorted(row.files.items()), ensure_ascii=False)
    digest = hashlib.sha256(told.encode()).hexdigest()
    connection.execute(sa.update(content).where(content.c.id == row.id).values(digest=digest))
    connection.execute(
        sa.insert(applied).values(
            content_version_id=row.id,
            applied_at=row.recorded_at,
            actor="duban",
            reason="升级前一直在用的内容",
            plan="",
            summary={},
        )
    )
