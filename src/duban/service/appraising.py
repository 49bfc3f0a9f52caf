"""The appraisals of what is over, mailed as a paper to whom the project says (`appraisal_to`), each once.

Every report round looks whether somebody still lacks one: a mail server that was down is asked again the next working
morning, for as long as the period is news.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, update
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from duban.base.clock import business_date
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.channels.addresses import placeholders
from duban.channels.channel import INBOX, Channel, NoAddress
from duban.channels.current import current_channels
from duban.deliveries.message import AttachedList
from duban.deliveries.recipients import recipient_of
from duban.deliveries.trial import outcome_of
from duban.documents import as_docx
from duban.ledger.database import insert_ignore, reading, writing
from duban.ledger.tables import INBOX_MESSAGE, Attempt
from duban.reports import (
    AppraisalPeriod,
    AppraisalReport,
    appraisal,
    appraisal_document,
    appraisal_summary,
    appraisal_title,
)
from duban.workdays import TimeGrain

if TYPE_CHECKING:
    from duban.bureau.project import Project
    from duban.workspace.workspace import Workspace

NEWS: Final = 15
"""Natural days after its end for which a period's appraisal is still sent."""
MOST_TRIES: Final = 5


def send_appraisals(ws: Workspace, now: datetime) -> int:
    """Send what is due at `now` (aware UTC): to a post into its inbox and by mail, to an address by mail; how many mails
    were taken.

    A post gets its own unit's, an address the city's. Nothing confidential that is not done is in any of them.
    """
    project = ws.definitions.project
    if not project.appraisal_to:
        return 0
    today = business_date(now, project.zone)
    taken = 0
    for unit in (TimeGrain.MONTH, TimeGrain.QUARTER, TimeGrain.YEAR):
        period = AppraisalPeriod.before(today, unit)
        if (today - period.last).days > NEWS:
            continue
        made: dict[str, AppraisalReport] = {}
        for to in project.appraisal_to:
            code = _unit_of(project, to)
            report = made.get(code) or made.setdefault(code, appraisal(ws, now, period, code))
            if report.total.now.judged:
                taken += _send(ws, to, report, now, today)
    return taken


def _unit_of(project: Project, to: str) -> str:
    """The unit whose appraisal somebody gets."""
    return project.units_at("city")[0].code if "@" in to else UnitPost.parse(to).unit


def _send(ws: Workspace, to: str, report: AppraisalReport, now: datetime, today: date) -> bool:
    number = f"appraisal-{report.period.key}"
    title = appraisal_title(report)
    if "@" not in to:
        told = _told(report) + say(zh="\n全文在报表页上。", en="\nThe whole is on the page of reports.")
        row = {
            "recipient": to,
            "message_id": number,
            "title": title,
            "body": told,
            "received_at": now,
        }
        with writing(ws.ledger) as connection:
            insert_ignore(connection, INBOX_MESSAGE, [row])
    channel = _mail_channel(ws)
    if channel is None or not _lacks(ws, number, to):
        return False
    addresses = (
        dict.fromkeys(placeholders(channel.url), to)
        if "@" in to
        else recipient_of(ws.definitions.project, to, today).addresses
    )
    try:
        places = channel.destinations(addresses)
    except NoAddress:
        return False  # it is in the post's inbox
    document = appraisal_document(report)
    attached = AttachedList(f"{title}.docx", as_docx(document))
    body = _told(report) + say(zh="\n\n全文见附件。", en="\n\nThe whole is attached.")
    from duban.deliveries.apprise_adapter import Sender

    taken = True
    with Sender() as sender:
        for place in places:
            with writing(ws.ledger) as connection:
                row = {"channel": channel.name, "recipient": to, "message_id": number, "put_at": now}
                attempt = connection.execute(
                    insert(Attempt).values(**row).returning(col(Attempt.id))
                ).scalar_one()
            answers = sender.send(channel, place, title, body, attached=attached)
            refused = [each for each in answers if not each.accepted]
            worst = refused[0] if refused else answers[0]
            with writing(ws.ledger) as connection:
                connection.execute(
                    update(Attempt)
                    .where(col(Attempt.id) == attempt)
                    .values(outcome=outcome_of(worst), said=worst.said or None)
                )
            taken = taken and worst.accepted
    return taken


def _told(report: AppraisalReport) -> str:
    """The figures in one sentence, and before it that they are to be doubted where the engine was not sound."""
    return "\n".join(filter(None, [report.engine.doubt, appraisal_summary(report)]))


def _mail_channel(ws: Workspace) -> Channel | None:
    """The first channel that sends mail and is set up."""
    for channel in current_channels(ws).channels.by_name.values():
        if channel.kind != INBOX and not channel.absent and channel.carrier.name == "mail":
            return channel
    return None


def _lacks(ws: Workspace, number: str, to: str) -> bool:
    """Whether no mail with it was taken yet, and it was not tried too often."""
    with reading(ws.ledger) as connection:
        outcomes = connection.execute(outcomes_of(number, to)).scalars().all()
    return "accepted" not in outcomes and len(outcomes) < MOST_TRIES


def outcomes_of(number: str, to: str) -> SelectOfScalar[str | None]:
    """What came back each time a message was put on the line for a recipient, found among those to the recipient."""
    return select(col(Attempt.outcome)).where(col(Attempt.message_id) == number, col(Attempt.recipient) == to)
