"""The engine in figures (`GET /api/v1/metrics`), as Prometheus reads them: for a token of the city, since they count everything."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection
from starlette.responses import Response

from duban.channels.current import current_channels
from duban.deliveries.holding import standing_hold
from duban.deliveries.trial import channel_records
from duban.facts.feeds import silent_feeds
from duban.ledger.counting import how_many
from duban.ledger.database import reading
from duban.ledger.heartbeats import loop_beats
from duban.ledger.lateness import IS_OPEN
from duban.ledger.tables import GIVEN_UP, Delivery, Obligation
from duban.views.engine import queues
from duban.web.api.calling import Reader
from duban.web.gate import Caller
from duban.web.problems import ApiProblem

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


router = APIRouter()


@router.get("/metrics", include_in_schema=False)
def metrics(caller: Reader) -> Response:
    """Everything in one text. Raises ApiProblem for a token of a county or a station."""
    if caller.by.units is not None:
        raise ApiProblem(
            "outside",
            zh="指标数的是全市，要市局的令牌",
            en="the figures are of the whole city: use a token of the city",
        )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(caller))
    return Response(generate_latest(registry), media_type=MEDIA_TYPE)


class _Figures:
    """What is counted, at the moment somebody asks."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every figure with what it says."""
        ws, now = self._caller.ws, self._caller.now
        with reading(ws.ledger) as connection:
            yield from _loops(connection, now)
            yield from _deliveries(connection)
            owed = how_many(connection, Obligation, *IS_OPEN)
            yield GaugeMetricFamily("duban_obligations_open", "Open obligations.", owed)
            taken = GaugeMetricFamily(
                "duban_channel_last_accepted_timestamp_seconds",
                "When a channel last took a message.",
                labels=["channel"],
            )
            for record in channel_records(connection, current_channels(ws).channels):
                if record.last_accepted is not None:
                    taken.add_metric([record.channel.name], record.last_accepted.put_at.timestamp())
            yield taken
            silent = len(silent_feeds(connection, ws.definitions, now))
            yield GaugeMetricFamily("duban_sources_silent", "Sources that should have brought facts.", silent)
        problems = len(ws.draft.problems)
        yield GaugeMetricFamily(
            "duban_content_problems", "Mistakes in the folder, which is not in force.", problems
        )


def _loops(connection: Connection, now: datetime) -> Iterator[GaugeMetricFamily]:
    last = GaugeMetricFamily(
        "duban_loop_last_timestamp_seconds", "When a loop went round last; audit: was sound.", labels=["loop"]
    )
    silent = GaugeMetricFamily("duban_loop_silent", "1 while a loop is silent for too long.", labels=["loop"])
    for each in loop_beats(connection, now):
        if each.at is not None:
            last.add_metric([each.loop.name], each.at.timestamp())
        silent.add_metric([each.loop.name], float(each.silent))
    yield last
    yield silent


def _deliveries(connection: Connection) -> Iterator[GaugeMetricFamily]:
    waiting = GaugeMetricFamily(
        "duban_deliveries_waiting", "Deliveries that are not settled.", labels=["channel", "state"]
    )
    oldest = GaugeMetricFamily(
        "duban_deliveries_oldest_timestamp_seconds",
        "Since when the oldest of them may go out.",
        labels=["channel", "state"],
    )
    for each in queues(connection):
        waiting.add_metric([each.channel, each.state], each.number)
        oldest.add_metric([each.channel, each.state], each.oldest.timestamp())
    yield waiting
    yield oldest
    held = standing_hold(connection) is not None
    yield GaugeMetricFamily("duban_delivery_held", "1 while delivery is held for a person to look.", held)
    dead = how_many(connection, Delivery, GIVEN_UP)
    yield GaugeMetricFamily("duban_deliveries_dead", "Deliveries that were given up.", dead)
