"""A topic that is read on from where the last reading stopped."""

from __future__ import annotations

from collections.abc import Callable

from millrace_training.fresh.log import Log, Record, Spans


class Reading:
    """Remembers what of a topic was read: offsets, by partition."""

    def __init__(self, log: Log) -> None:
        """Nothing is read yet.

        Args:
            log: the topic.
        """
        self._log = log
        self._done: dict[int, tuple[int, int]] = {}

    @property
    def spans(self) -> Spans:
        """Offsets that were read, by partition."""
        return dict(self._done)

    def waiting(self) -> int:
        """Offsets of the topic that are not read yet."""
        return sum(end - start for start, end in self._unread().values())

    def read(self, take: Callable[[Record], None]) -> None:
        """Give what is new, up to the present end of every partition.

        Raises:
            TrainingError: the broker can't be asked; what was given until then is not given again.
        """
        unread = {partition: span for partition, span in self._unread().items() if span[0] < span[1]}
        done = self._done
        for record in self._log.records(unread):
            take(record)
            done[record.partition] = (done.get(record.partition, unread[record.partition])[0], record.offset + 1)
        for partition, (start, end) in unread.items():
            # What ends a transaction has an offset, too, and is no record.
            done[partition] = (done.get(partition, (start, end))[0], end)

    def _unread(self) -> dict[int, tuple[int, int]]:
        unread = {}
        for partition, (start, end) in self._log.spans().items():
            stopped = self._done[partition][1] if partition in self._done else start
            # A topic that was made anew is read from its beginning.
            unread[partition] = (stopped if start <= stopped <= end else start, end)
        return unread
