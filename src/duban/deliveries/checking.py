"""What `duban check` and `duban doctor` say about the notifications folder."""

from pathlib import Path

from duban.base.problems import Problem, ProblemsFound
from duban.channels.loading import load_channels
from duban.deliveries.template_files import edited, without_use


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


def template_problems(root: Path) -> list[Problem]:
    """What is wrong in the project's own templates. What is word for word the shipped one is not tried: the tests did that."""
    names = edited(root)
    if not names:
        return without_use(root)
    from duban.deliveries.template_trial import tried

    return [*without_use(root), *tried(root, names)]
