"""What `duban check` and `duban doctor` say about the notifications folder."""

from pathlib import Path

from duban.notifications.channels import load_channels
from duban.notifications.templates import template_problems
from duban.problems import Problem, ProblemsFound


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
