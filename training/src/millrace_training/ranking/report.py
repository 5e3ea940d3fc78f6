"""Result files of rankers, and their part of docs/quality.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KIND = "ranker"
"""``kind`` of a result file that this module turns into tables."""

Result = Mapping[str, Any]


def section(result: Result) -> str:
    """One data set's tables: stages on and off, sources, diversity, calibration."""
    lines = [
        f"\n## {result['dataset']}, ranker\n",
        f"{result['retriever']}; {result['rows']:,} rows from {len(result['folds'])} folds learned from, "
        f"{result['targets']:,} test targets of {result['users']:,} users; {result['candidates']:.0f} candidates "
        f"a list on average. Intervals: bootstrap over users, 95 %.\n",
        "| stage | HR@10 | NDCG@10 | against the retriever's order | 95 % | recall@100 |",
        "|---|---|---|---|---|---|",
        *(_stage(row) for row in result["stages"]),
        "",
        "A group of features that is taken away is held at its training mean; nothing is trained again.\n",
        "| chosen on the newest fold | NDCG@10 | against the retriever's order | 95 % |",
        "|---|---|---|---|",
        *(f"| {row['name']} | {_figure(row['ndcg_at_10'])} | {_change(row)} |" for row in result["validation"]),
        "",
        *_sources(result),
        "",
    ]
    if result.get("diversity"):
        lines += [
            "| diversity | NDCG@10 | change | 95 % | distance by text | distance by users in common |",
            "|---|---|---|---|---|---|",
            *(_diversity(row, result["diversity"][0]) for row in result["diversity"]),
            "",
        ]
    told = result["calibration"]
    lines.append(
        f"`click`: candidates are next {told['candidates_seen']:.4f} times a list, {told['candidates_told']:.4f} were "
        f"told; expected calibration error {told['expected_calibration_error']:.5f}."
    )
    if result.get("rating"):
        shown = "; ".join(f"{name} {row['rmse']:.3f} / {row['mae']:.3f}" for name, row in result["rating"].items())
        lines.append(f"Stars on the newest fold, RMSE / MAE: {shown}.")
    return "\n".join([*lines, "", f"- `{result['command']}`", ""])


def _stage(row: Result) -> str:
    hit, recall = _figure(row["hit_rate_at_10"]), _figure(row["recall_at_100"])
    return f"| {row['name']} | {hit} | {_figure(row['ndcg_at_10'])} | {_change(row)} | {recall} |"


def _sources(result: Result) -> list[str]:
    """Recall of each source; files of before it was noted do not say what one alone brought."""
    alone = result.get("brought_by_one")
    lines = [
        "| source alone | recall@100 |" + (" targets that only it brought |" if alone else ""),
        "|---|---|" + ("---|" if alone else ""),
    ]
    for name, value in result["sources"].items():
        only = f" {_figure(alone[name])} |" if alone and name in alone else " |" if alone else ""
        lines.append(f"| {name} | {_figure(value)} |{only}")
    union = f"| *union of all quotas, {result['candidates']:.0f} candidates* | {_figure(result['union_recall'])} |"
    return [*lines, union + (" |" if alone else "")]


def _diversity(row: Result, without: Result) -> str:
    distances = [
        f"{row[name]:.3f} ({row[name] / max(without[name], 1e-9) - 1:+.1%})"
        for name in ("text_distance", "user_distance")
    ]
    return f"| {row['strength']:g} | {_figure(row['ndcg_at_10'])} | {_change(row)} | {' | '.join(distances)} |"


def _change(row: Result) -> str:
    low, high = row["change_95"]
    return f"{row['change']:+.1%} | {low:+.1%} to {high:+.1%}"


def _figure(value: float) -> str:
    return f"{value:.4f}".removeprefix("0")
