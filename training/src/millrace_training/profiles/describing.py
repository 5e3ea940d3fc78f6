"""Give a published version the items' titles and attributes, which it may not be passed on with."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from millrace_training import atomic
from millrace_training.errors import TrainingError
from millrace_training.profiles import texts
from millrace_training.profiles.texts import ItemText

_RECOMMENDER = "recommender"
_MANIFEST = "bundle.json"


def describe(models: Path, data: Path, to: Path) -> None:
    """Copy the latest version of the recommender and add ``items.tsv`` to it.

    An item that the version may not recommend, which has no count in ``popular.tsv``, stays without a text.

    Args:
        models: repository to copy from.
        data: folder with an ``items.tsv``.
        to: repository to write; must not be there.

    Raises:
        TrainingError: there is no version, there are no texts, or ``to`` exists.
    """
    described = texts.read(data)
    if not described:
        raise TrainingError(f"--data {data}: has no {texts.FILE}")
    root = models / _RECOMMENDER
    versions = [int(each.name) for each in root.iterdir() if each.name.isdecimal()] if root.is_dir() else []
    if not versions:
        raise TrainingError(f"--models {models}: has no version of {_RECOMMENDER}")
    latest = root / str(max(versions))
    with atomic.new_folder(to) as folder:
        for other in sorted(each for each in models.iterdir() if each.is_dir() and each != root):
            shutil.copytree(other, folder / other.name)
        copy = folder / _RECOMMENDER / latest.name
        shutil.copytree(latest, copy)
        shutil.copy(root / "config.pbtxt", folder / _RECOMMENDER)
        _add(copy, described)


def _add(bundle: Path, described: dict[str, ItemText]) -> None:
    ids = (bundle / "vocabulary.txt").read_text(encoding="utf-8").splitlines()
    met = {line.rpartition("\t")[0] for line in (bundle / "popular.tsv").read_text(encoding="utf-8").splitlines()}
    content = texts.to_bytes(texts.in_order(described, ids, [item in met for item in ids]))
    (bundle / texts.FILE).write_bytes(content)
    manifest = json.loads((bundle / _MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][texts.FILE] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (bundle / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
