"""Result files of what serving costs, and the picture of quality against cost in docs/quality.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace_training.benchmark.chart import Point, point_chart

KIND = "serving cost"
"""``kind`` of a result file that this module draws; its ``rows`` have ``name``, ``hit_rate_at_10``, ``ndcg_at_10`` and
``ms``, the milliseconds of ``lists`` lists, both None where that was not measured."""

Result = Mapping[str, Any]


def file_name(result: Result) -> str:
    """What the picture's file is called."""
    return f"cost-{result['dataset']}.svg"


def picture(result: Result) -> str:
    """SVG: a point for every row with both a quality and a cost."""
    points = [
        Point(row["name"], row["ms"], row["ndcg_at_10"])
        for row in result["rows"]
        if row["ms"] is not None and row["ndcg_at_10"] is not None
    ]
    title = f"{result['dataset']}, {result['protocol']}: what quality costs"
    return point_chart(title, f"ms for {result['lists']:,} lists on {result['machine']}", "NDCG@10", points)
