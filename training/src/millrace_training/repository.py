"""Publish model versions into a repository on disk, in the layout that Triton reads.

::

    models/
      retriever/config.pbtxt                 the raw model, plain tensors
      retriever/<version>/model.onnx
      recommender/config.pbtxt               the bundle, strings in and out
      recommender/<version>/retriever.onnx   the same graph
                            vocabulary.txt   item ids by index, append-only across versions
                            popular.tsv      item id, tab, count over the training range
                            items.tsv        optional: title, tab, attributes joined by |, a line for each item
                            item-vectors.f16 optional: the vectors of these texts, 384 half-precision numbers each
                            like-minded.table optional: what those like who say something of themselves
                            bundle.json      what it is, checksums, how it was made and measured

A version folder appears in one rename, ``retriever`` first and ``recommender`` last, so that a server that sees
the recommender's new version finds everything else in place. It disappears in the opposite order, in one rename each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import atomic, triton
from millrace_training.retriever import CANDIDATES
from millrace_training.version_policy import VersionPolicy
from millrace_training.vocabulary import FIRST_ITEM, PADDING, START, UNKNOWN, Vocabulary

RECOMMENDER = "recommender"
RETRIEVER = "retriever"
TEXTS = "items.tsv"
VECTORS = "item-vectors.f16"
LIKED = "like-minded.table"

POPULAR_CANDIDATES = 30
"""Popular items that a list for somebody without events is based on."""

_FORMAT = 1


@dataclass(frozen=True)
class Sources:
    """What a bundle needs so that profiles bring items.

    Attributes:
        texts: content of ``items.tsv``; empty to leave it out.
        vectors: float [items, 384] of the items' texts; zeros for an item without one.
        encoder: who made them.
        fusion: how much each source counts.
        liked: content of ``like-minded.table``; empty where no list is based on it.
    """

    texts: bytes
    vectors: NDArray[np.float32]
    encoder: str
    fusion: Mapping[str, Any]
    liked: bytes = b""


@dataclass(frozen=True)
class Bundle:
    """Everything that one version consists of.

    Attributes:
        retriever: serialised ONNX model.
        vocabulary: item ids.
        popular: counts over the training range by item id.
        max_history: events of a history that the model sees.
        training: how it was made, for ``bundle.json``.
        metrics: what was measured.
        parity: outcome of the export check.
        sources: what profiles are matched with; None for data without item texts.
        files: further files by name, such as a ranker's.
        sections: what ``bundle.json`` says of these.
    """

    retriever: bytes
    vocabulary: Vocabulary
    popular: Mapping[str, int]
    max_history: int
    training: Mapping[str, Any]
    metrics: Mapping[str, Any]
    parity: Mapping[str, Any]
    sources: Sources | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    sections: Mapping[str, Any] = field(default_factory=dict)


class ModelRepository:
    """A folder of models with numbered versions."""

    def __init__(self, root: Path) -> None:
        """Refer to a repository; it is created by the first publication."""
        self.root = root

    def latest(self) -> int | None:
        """Highest published version of the recommender, or None."""
        return max(self._versions(RECOMMENDER), default=None)

    def vocabulary(self) -> Vocabulary:
        """The latest version's vocabulary, which the next one has to extend; empty for a new repository."""
        version = self.latest()
        return Vocabulary.read(self.folder(version) / "vocabulary.txt") if version is not None else Vocabulary(())

    def folder(self, version: int) -> Path:
        """The recommender's folder of a version."""
        return self.root / RECOMMENDER / str(version)

    def publish(self, bundle: Bundle) -> int:
        """Write a new version of both models, one above the highest that either has, and return its number.

        Raises:
            TrainingError: the folder can't be written; no version has appeared then.
        """
        version = 1 + max((*self._versions(RECOMMENDER), *self._versions(RETRIEVER)), default=0)
        self._configure(RETRIEVER, triton.retriever_config())
        with atomic.new_folder(self.root / RETRIEVER / str(version)) as folder:
            (folder / "model.onnx").write_bytes(bundle.retriever)
        self._configure(RECOMMENDER, triton.recommender_config())
        with atomic.new_folder(self.folder(version)) as folder:
            files = _files(bundle)
            for name, content in files.items():
                (folder / name).write_bytes(content)
            (folder / "bundle.json").write_text(json.dumps(_manifest(bundle, files), indent=2) + "\n", encoding="utf-8")
        return version

    def versions(self) -> list[int]:
        """Published versions of the recommender, oldest first."""
        return sorted(self._versions(RECOMMENDER))

    def remove_below(self, version: int, but: Collection[int] = ()) -> list[int]:
        """Remove what either model has of versions below this one, the oldest first; return their numbers.

        A version that either model's ``version_policy`` serves stays.

        Args:
            version: the oldest that stays in any case.
            but: older ones that stay, too.

        Raises:
            TrainingError: a folder can't be removed; those before it are gone, those behind it are there.
        """
        found = {model: sorted(self._versions(model)) for model in (RECOMMENDER, RETRIEVER)}
        served = {each for model, versions in found.items() for each in self._policy(model).served(versions)}
        removed = sorted(each for each in set().union(*found.values()) - served - set(but) if each < version)
        for each in removed:
            for model in found:
                atomic.remove_folder(self.root / model / str(each))
        return removed

    def _configure(self, model: str, text: str) -> None:
        path, text = self.root / model / "config.pbtxt", self._policy(model).into(text)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            atomic.write_file(path, text.encode("utf-8"))

    def _policy(self, model: str) -> VersionPolicy:
        path = self.root / model / "config.pbtxt"
        return VersionPolicy.of(path.read_text(encoding="utf-8") if path.is_file() else "")

    def _versions(self, model: str) -> list[int]:
        folder = self.root / model
        if not folder.is_dir():
            return []
        return [int(each.name) for each in folder.iterdir() if each.is_dir() and each.name.isdecimal()]


def feature_schema() -> str:
    """Hash of the feature schema: the first 8 bytes of its SHA-256 in lower-case hexadecimal."""
    content = resources.files("millrace_training").joinpath("feature_schema.json").read_bytes()
    return hashlib.sha256(content).hexdigest()[:16]


def _files(bundle: Bundle) -> dict[str, bytes]:
    ranked = sorted(bundle.popular.items(), key=lambda entry: (-entry[1], entry[0]))
    files = {
        "retriever.onnx": bundle.retriever,
        "vocabulary.txt": bundle.vocabulary.to_bytes(),
        "popular.tsv": "".join(f"{item}\t{count}\n" for item, count in ranked).encode("utf-8"),
    }
    if bundle.sources is not None:
        files[VECTORS] = bundle.sources.vectors.astype("<f2").tobytes()
        if bundle.sources.texts:
            files[TEXTS] = bundle.sources.texts
        if bundle.sources.liked:
            files[LIKED] = bundle.sources.liked
    return {**files, **bundle.files}


def _profiled(sources: Sources) -> dict[str, Any]:
    """What a manifest says of sources; a ranker says more of them later."""
    described = {"text_encoder": sources.encoder, "fusion": dict(sources.fusion)}
    if any(step.get("base") == "popular" for step in sources.fusion["steps"]):
        described["sources"] = {"popular": {"quota": POPULAR_CANDIDATES}}
    return described


def promise(content: bytes) -> dict[str, Any]:
    """What a bundle says about one of its files, and the model server checks."""
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _manifest(bundle: Bundle, files: Mapping[str, bytes]) -> dict[str, Any]:
    sources = bundle.sources
    return {
        "format": _FORMAT,
        "feature_schema": feature_schema(),
        "max_history": bundle.max_history,
        "k": CANDIDATES,
        "index": {"padding": PADDING, "start": START, "unknown": UNKNOWN, "first_item": FIRST_ITEM},
        "files": {name: promise(content) for name, content in files.items()},
        **({} if sources is None else _profiled(sources)),
        **bundle.sections,
        "training": dict(bundle.training),
        "metrics": dict(bundle.metrics),
        "parity": dict(bundle.parity),
    }
