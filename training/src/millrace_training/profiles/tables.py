"""The measured effect of profiles as tables of ``docs/quality.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace_training.profiles.pools import BASES

KIND = "profile-effect"
"""``kind`` of a result file that :func:`section` reads."""


def section(result: Mapping[str, Any]) -> str:
    """Lists with and without profiles, and from statements alone."""
    cold = result["near_cold"]
    steps = "; ".join(
        f"from {step['from_events']} events: keywords {step['keywords']:g}, vector {step['profile']:g}"
        + (f" beside {BASES[step['base']]}" if "base" in step else "")
        for step in result["fusion"]["steps"]
    )
    lines = [
        f"\n## {result['dataset']}, profiles\n",
        f"{result['targets']:,} targets of {result['users']:,} users after the cut, {result['cold_targets']:,} of them "
        f"with fewer than 5 events; the same retriever in every row, seen items filtered. Weights chosen before "
        f"the cut: {steps}. A change is against the retriever alone; its 95 % interval draws users, not targets.\n",
        "| profiles, weights | HR@10 | NDCG@10 | change | 95 % | fewer than 5 events | change | 95 % |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(row) for row in result["rows"]),
        "",
        f"Statements alone: {cold['users']:,} users without any event before the cut say what the earlier half of "
        f"their likes have in common; the {cold['targets']:,} later likes are the targets. No history, "
        "nothing filtered.\n",
        "| | NDCG@10 | change against popular | 95 % |",
        "|---|---|---|---|",
        *(
            f"| {row['name']} | {_figure(row['ndcg_at_10'])} | {_signed(row['change'])} | {_range(row['change_95'])} |"
            for row in cold["rows"]
        ),
        "",
        f"- `{result['command']}`",
        "",
    ]
    return "\n".join(lines)


def _row(row: Mapping[str, Any]) -> str:
    shown = [
        _figure(row["hit_rate_at_10"]),
        _figure(row["ndcg_at_10"]),
        _signed(row["change"]),
        _range(row["change_95"]),
        _figure(row["cold_ndcg_at_10"]),
        _signed(row["cold_change"]),
        _range(row["cold_change_95"]),
    ]
    return f"| {row['name']} | {' | '.join(shown)} |"


def _range(interval: list[float] | None) -> str:
    return "" if interval is None else f"{_signed(interval[0])} to {_signed(interval[1])}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".removeprefix("0")


def _signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.4f}".replace("0.", ".", 1)
