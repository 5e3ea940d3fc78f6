"""Which versions stay when a new one is published: the newest ones, and what is served."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from millrace_training.errors import TrainingError
from millrace_training.fresh.interruption import undisturbed
from millrace_training.fresh.training_round import Outcome
from millrace_training.repository import ModelRepository


def retained(
    outcome: Outcome, models: ModelRepository, keep: int, served: Callable[[], Collection[int]] = frozenset
) -> Outcome:
    """Remove what is older than the newest versions, and say so in what became of the round.

    Where nothing was published nothing is removed. What a ``version_policy`` pins stays, and so does what is served:
    servers that refuse one new version after the other go on with an old one. A version that can't be removed, or
    servers that don't say what they serve, change nothing about the one that was published: the outcome says why, and
    the next publication tries again.

    Args:
        outcome: of the round.
        models: where it published.
        keep: newest versions of the recommender that stay, at least 1; whoever serves needs 2.
        served: gives the versions that model servers serve; raises a TrainingError where that can't be known, and
            nothing is removed then. By default nobody is asked.
    """
    versions = models.versions()
    if outcome.version is None or len(versions) <= keep:
        return outcome
    try:
        with undisturbed():
            removed = models.remove_below(versions[-keep], served())
    except TrainingError as error:
        return replace(outcome, detail=f"{outcome.detail}; old versions stay: {error}")
    if not removed:
        return outcome
    return replace(
        outcome, detail=f"{outcome.detail}; {_named(removed)} removed", figures={**outcome.figures, "removed": removed}
    )


def _named(versions: Sequence[int]) -> str:
    """Such as "version 3", or "versions 1, 2 and 3"."""
    *others, last = map(str, versions)
    return f"versions {', '.join(others)} and {last}" if others else f"version {last}"
