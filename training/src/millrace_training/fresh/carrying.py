"""What a new version takes over from the one before it, and what it counts again.

Taken over: the ranker, how much profiles count. Counted again, over the events that the new retriever has learned
from: the neighbour tables. An item that is newer than the ranker is to the ranker an item that it does not know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from millrace_training.errors import TrainingError
from millrace_training.metrics import UNRANKED
from millrace_training.profiles.like_minded import LikeMinded
from millrace_training.ranking import fitting, parity, replay
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.ranking.sources import Catalogue
from millrace_training.repository import LIKED
from millrace_training.vocabulary import UNKNOWN, Vocabulary

RANKER = "ranker.onnx"

_SECTIONS = ("text_encoder", "fusion", "sources", "ranker")
_ROWS = 16


@dataclass(frozen=True)
class Published:
    """A version as it lies in the repository.

    Attributes:
        version: its number.
        folder: where it lies.
        manifest: its ``bundle.json``.
        vocabulary: its items.
        retriever: its graph.
    """

    version: int
    folder: Path
    manifest: Mapping[str, Any]
    vocabulary: Vocabulary
    retriever: bytes

    @staticmethod
    def read(folder: Path) -> Published:
        """Read a version.

        Raises:
            TrainingError: a file is missing or broken.
        """
        try:
            manifest = json.loads((folder / "bundle.json").read_text("utf-8"))
            graph = (folder / "retriever.onnx").read_bytes()
        except (OSError, ValueError) as error:
            raise TrainingError(f"{folder} can't be read ({error}); restore it, or remove it") from error
        return Published(int(folder.name), folder, manifest, Vocabulary.read(folder / "vocabulary.txt"), graph)

    @property
    def ranked(self) -> bool:
        """Whether it orders its lists with a ranker."""
        return "ranker" in self.manifest

    @property
    def until_s(self) -> int:
        """When the newest event of its training happened, in seconds since the epoch.

        Raises:
            TrainingError: it does not say so.
        """
        said = str(self.manifest["training"].get("until"))
        try:
            return int(datetime.fromisoformat(said.replace("Z", "+00:00")).timestamp())
        except ValueError as error:
            raise TrainingError(f"version {self.version}: its training.until is {said!r} and no time") from error

    def sections(self) -> dict[str, Any]:
        """The parts of the manifest that a later version keeps."""
        return {name: self.manifest[name] for name in _SECTIONS if name in self.manifest}

    def files(self, vocabulary: Vocabulary, catalogue: Catalogue | None) -> dict[str, bytes]:
        """The files that a later version keeps, made to fit its vocabulary; without what is said of items.

        Args:
            vocabulary: the later version's, which begins with this one's.
            catalogue: the later version's tables; None where this one has none.
        """
        more = len(vocabulary.ids) - len(self.vocabulary.ids)
        files = {}
        if self.ranked:
            files[self.manifest["ranker"]["file"]] = self.ranker(more)
        if LIKED in self.manifest["files"]:
            files[LIKED] = LikeMinded.of_bytes(self.content(LIKED)).extended(more).to_bytes()
        for name, table in (catalogue.tables if catalogue else {}).items():
            if name in self.manifest["sources"]:
                files[self.manifest["sources"][name]["file"]] = table.to_bytes()
        return files

    def ranker(self, more: int = 0) -> bytes:
        """Its ranker's graph, with so many items more, which it does not know."""
        content = self.content(self.manifest["ranker"]["file"])
        return extended(content, self.vocabulary.size, more) if more else content

    def content(self, name: str) -> bytes:
        """One of its files.

        Raises:
            TrainingError: it can't be read.
        """
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise TrainingError(f"{self.folder / name} can't be read ({error}); restore it") from error


def extended(graph: bytes, size: int, more: int) -> bytes:
    """A ranker's graph with room for more items: tables that are looked up by item repeat the unknown item's row.

    Args:
        graph: serialised ONNX model.
        size: of the vocabulary that it was made for, the special indices included.
        more: items to add.
    """
    model = onnx.load_from_string(graph)
    looked_up = {node.input[0] for node in model.graph.node if node.op_type == "Gather"}
    for tensor in model.graph.initializer:
        if tensor.name in looked_up and tensor.dims and tensor.dims[0] == size:
            table = numpy_helper.to_array(tensor)
            wider = np.concatenate([table, np.repeat(table[UNKNOWN : UNKNOWN + 1], more, axis=0)])
            tensor.CopyFrom(numpy_helper.from_array(wider, tensor.name))
    return bytes(model.SerializeToString(deterministic=True))


def rank(
    published: Published,
    graph: bytes,
    stream: Stream,
    origin: int,
    retriever: replay.Retriever,
    catalogue: Catalogue,
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Ranks of the targets from ``origin`` on in the ranked lists, as they are emitted without profiles.

    Args:
        published: says which sources and features there are.
        graph: the ranker.
        stream: the events, in the vocabulary of retriever, catalogue and ranker.
        origin: position of the first target.
        retriever: what is asked.
        catalogue: counts and tables.
    """
    manifest = published.manifest
    ranker = manifest["ranker"]
    examples = replay.examples(
        stream,
        Fold(origin, len(stream.events), retriever, catalogue),
        manifest["sources"],
        ranker["features"],
        int(manifest["max_history"]),
        int(ranker["max_history"]),
    )
    session = parity.session(graph)
    scored = []
    for start in range(0, len(examples), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(examples)))
        tensors, _ = parity.feeds(examples, rows)
        (scores,) = session.run(["score"], tensors)
        scored += [own[:count] for own, count in zip(scores, examples.counts[rows], strict=True)]
    found = fitting.ranks(scored, examples)
    ranks = np.full(len(found), UNRANKED, dtype=np.int64)
    ranks[np.isfinite(found)] = found[np.isfinite(found)].astype(np.int64)
    return ranks
