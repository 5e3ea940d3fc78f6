"""What a new version says of its items: what the one before it said, and what the topics say of younger ones.

Vectors that the ranker learned with stay as they are. Items that came later are described anew in each round, so that
a title that changes, or knowledge that comes late, counts from the next version on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.fresh.carrying import Published
from millrace_training.fresh.item_topics import ItemTopics
from millrace_training.profiles import texts
from millrace_training.profiles.encoder import NAME, Encoder
from millrace_training.profiles.texts import ItemText
from millrace_training.ranking.bundle import of_length_one
from millrace_training.ranking.requests import DIMENSIONS
from millrace_training.repository import TEXTS, VECTORS
from millrace_training.vocabulary import Vocabulary

SECTION = "item_texts"
"""Where ``training`` of a ``bundle.json`` has the figures."""

Halves = NDArray[np.float16]


@dataclass(frozen=True)
class Description:
    """Texts and vectors of a version's items, in the order of its vocabulary.

    Attributes:
        lines: a text for each item; None for a version without texts.
        halves: float16 [items, 384] of these texts, zeros for an item without one; None for a version without vectors.
        figures: for ``bundle.json`` and the round's line; empty where no topic was asked.
    """

    lines: Sequence[ItemText] | None
    halves: Halves | None
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def vectors(self) -> np.ndarray[tuple[int, int], np.dtype[np.float32]] | None:
        """Float32 [items, 384], of length one or zeros; None without vectors."""
        return None if self.halves is None else of_length_one(self.halves.astype(np.float32))

    def shown(self) -> str:
        """The end of a round's line: empty where there is nothing to say."""
        figures = self.figures
        if not figures.get("described"):
            return ""
        knowledge = f", {figures['with_knowledge']:,} with knowledge" if figures["with_knowledge"] else ""
        failure = f", without vectors ({figures['no_vectors_because']})" if "no_vectors_because" in figures else ""
        return f"; {figures['described']:,} items described from the catalogue{knowledge}{failure}"

    def files(self) -> dict[str, bytes]:
        """The bundle's files of both."""
        files = {} if self.lines is None else {TEXTS: texts.to_bytes(self.lines)}
        return files if self.halves is None else {**files, VECTORS: self.halves.astype("<f2").tobytes()}


Describe = Callable[[Published, Vocabulary, Collection[str]], Description]
"""Describes the items of a later vocabulary; told which ids have events."""


def carried(published: Published, vocabulary: Vocabulary, _: Collection[str] = ()) -> Description:
    """What the version before said, and nothing of younger items."""
    more = len(vocabulary.ids) - len(published.vocabulary.ids)
    lines: list[ItemText] | None = None
    halves: Halves | None = None
    if TEXTS in published.manifest["files"]:
        lines = [*texts.of_bytes(published.content(TEXTS)), *[ItemText()] * more]
    if VECTORS in published.manifest["files"]:
        own = np.frombuffer(published.content(VECTORS), dtype="<f2").reshape(-1, DIMENSIONS)
        halves = np.pad(own, ((0, more), (0, 0))).astype(np.float16)
    for name, found in ((TEXTS, lines), (VECTORS, halves)):
        if found is not None and len(found) != len(vocabulary.ids):
            raise TrainingError(
                f"{published.folder / name}: has {len(found) - more} items, vocabulary.txt beside it "
                f"{len(published.vocabulary.ids)}; restore it"
            )
    return Description(lines, halves)


class Describer:
    """Describes items out of the topics."""

    def __init__(self, topics: ItemTopics, load: Callable[[], Encoder], with_texts: bool = True) -> None:
        """Nothing is read or loaded yet.

        Args:
            topics: what is known of items.
            load: gives the encoder of texts; called once, when the first text needs a vector.
            with_texts: whether versions hold titles and attributes, or vectors alone.
        """
        self._topics = topics
        self._load = load
        self._with_texts = with_texts
        self._encoder: Encoder | None = None
        self._failure: str | None = None

    def __call__(self, published: Published, vocabulary: Vocabulary, met: Collection[str]) -> Description:
        """What the version before said; of younger items that have events, and of those without a text, the topics.

        Where no vectors can be made, items go without, and the figures say why: a round must not fail for that.

        Raises:
            TrainingError: a topic or a file can't be read.
        """
        self._topics.read()
        before = carried(published, vocabulary)
        if before.halves is None:
            # Nothing says how much texts would count: that is chosen where a version is trained with texts.
            return before
        known = int(published.manifest["training"].get(SECTION, {}).get("learned_with", len(published.vocabulary.ids)))
        young: NDArray[np.bool_] = np.asarray(~before.halves.any(axis=1))
        young[known:] = True
        lines = list(before.lines or [ItemText()] * len(vocabulary.ids))
        sentences: dict[int, str] = {}
        described = informed = 0
        for row, item in enumerate(vocabulary.ids):
            said = self._topics.text(item)
            if said is None or not said.described or item not in met or (lines[row].described and not young[row]):
                continue
            lines[row] = said
            described += 1
            if young[row]:
                written = self._topics.written.get(item, "")
                informed += bool(written)
                sentences[row] = f"{said.sentence()}. {written}" if written else said.sentence()
        failure = self._unable(published) if sentences else None
        figures = {
            "learned_with": known,
            "described": described,
            "vectors": 0 if failure else len(sentences),
            "with_knowledge": 0 if failure else informed,
            **({"no_vectors_because": failure} if failure else {}),
            **({"left_out": dict(self._topics.unusable)} if self._topics.unusable else {}),
        }
        halves = before.halves if failure else self._encoded(before.halves, sentences)
        has_lines = self._with_texts and (before.lines is not None or described > 0)
        return Description(lines if has_lines else None, halves, figures)

    def _unable(self, published: Published) -> str | None:
        """Why no vectors can be made that fit a version's; None if they can."""
        made_by = published.manifest.get("text_encoder")
        if made_by != NAME:
            return f"version {published.version} has vectors of {made_by}, and {NAME} makes others"
        if self._encoder is None and self._failure is None:
            try:
                self._encoder = self._load()
            except TrainingError as error:
                self._failure = str(error)
        return self._failure

    def _encoded(self, halves: Halves, sentences: Mapping[int, str]) -> Halves:
        if self._encoder is None or not sentences:
            return halves
        grown: Halves = halves.copy()
        grown[list(sentences)] = self._encoder.encode(list(sentences.values())).astype(np.float16)
        return grown
