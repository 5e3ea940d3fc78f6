"""What was popular at any moment of a stream: counts in which an event that is a half-life older counts half.

The same counts that the job keeps and sends along with a call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from millrace_training.ranking.requests import Numbers

HALF_LIFE_S = 7 * 86_400.0
"""The job's default."""

SENT = 50
"""How many of the most popular items a call carries: the job's default."""

Popular = tuple[tuple[int, float], ...]
"""Items with their counts, best first."""

_RESCALE_AT = 500.0


def replay(items: Numbers, times_s: Numbers, asked: Sequence[int], sent: int, count: int) -> Iterator[Popular]:
    """What was popular just before each of some events.

    Args:
        items: int64 [N], item numbers of the stream; negative ones are not counted.
        times_s: int64 [N], never falling.
        asked: positions in the stream, never falling.
        sent: items named at most.
        count: of items.
    """
    counts = np.zeros(count)
    landmark_s = float(times_s[0]) if len(times_s) else 0.0
    done = 0
    for position in asked:
        while done < position:
            ages = (float(times_s[done]) - landmark_s) / HALF_LIFE_S
            if ages > _RESCALE_AT:
                counts *= 2.0**-ages
                landmark_s, ages = float(times_s[done]), 0.0
            if items[done] >= 0:
                counts[items[done]] += 2.0**ages
            done += 1
        now = (float(times_s[done - 1]) - landmark_s) / HALF_LIFE_S if done else 0.0
        best = np.argpartition(-counts, min(sent, count) - 1)[:sent]
        best = best[np.lexsort((best, -counts[best]))]
        best = best[counts[best] > 0]
        yield tuple((int(item), float(value)) for item, value in zip(best, counts[best] * 2.0**-now, strict=True))
