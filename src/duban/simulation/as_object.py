"""A simulation for programs: plain values, dates as `date`, nothing but what the other forms also say."""

from dataclasses import asdict

from duban.simulation.results import Simulation


def as_object(simulation: Simulation) -> dict[str, object]:
    """The simulation as an object for JSON. Obligations stand in `days`, under the day of their safe day."""
    return {
        "bureau": simulation.bureau,
        "scope": simulation.scope,
        "from": simulation.first,
        "to": simulation.last,
        "acting": simulation.acting.value,
        "duties": simulation.duties,
        "units": simulation.units,
        "obligations": simulation.total,
        "due_before": simulation.due_before,
        "due_later": simulation.due_later,
        "by_line": simulation.by_line,
        "by_kind": simulation.by_kind,
        "by_level": simulation.by_level,
        "by_period": simulation.by_period,
        "notices": {stage.value: count for stage, count in simulation.by_stage.items()},
        "messages": simulation.messages,
        "weeks": simulation.weeks,
        "load": [asdict(unit) for unit in simulation.load],
        "days": [
            {
                "on": day.on,
                "kind": day.kind.value,
                "name": day.name,
                "provisional": day.provisional,
                "uncertain": day.uncertain,
                "campaigns": day.campaigns,
                "opened": day.opened,
                "due": [asdict(due) for due in day.due],
                "notices": day.notices,
                "messages": day.messages,
            }
            for day in simulation.days
        ],
        "limits": asdict(simulation.limits),
        "flooded": [asdict(post) for post in simulation.flooded],
        "busiest": [{"on": day.on, "due": day.due_count} for day in simulation.busiest()],
        "never_fires": simulation.never_fires,
        "ended": sorted(simulation.ended),
        "left_out": asdict(simulation.left_out),
    }
