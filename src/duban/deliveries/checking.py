"""What `duban check` and `duban doctor` say about the notifications folder."""

from pathlib import Path

from duban.base.problems import Problem, ProblemsFound
from duban.channels.loading import load_channels
from duban.deliveries.templates import template_problems


def notification_problems(root: Path) -> tuple[list[Problem], list[Problem]]:
    """Mistakes, and warnings: a template that fails and a channel that is not configured still let messages through.

    Mistakes are in `channels.yaml` and in the project's templates.
    """
    mistakes = template_problems(root)
    try:
        channels = load_channels(root)
    except ProblemsFound as found:
        return [*found.problems, *mistakes], []
    return mistakes, list(channels.warnings)
