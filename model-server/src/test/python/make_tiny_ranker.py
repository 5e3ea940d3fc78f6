"""Writes a tiny bundle with candidate sources and a ranker, and the features training computes.

    PYTHONPATH=training/src python model-server/src/test/python/make_tiny_ranker.py \
        model-server/src/test/resources

Needs training/requirements.txt. In ranked-models, recommender is the bundle of make_tiny_models.py
with neighbour tables, text vectors and a ranker of a few hundred numbers; beside it
ranker-features-golden.json has rows with all their candidates: which sources brought each, its
features, and the ranker's scores.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import make_tiny_models as tiny
import numpy as np
import onnxruntime

from millrace_training import triton
from millrace_training.graph import FLOAT, INT32, GraphWriter
from millrace_training.ranking import candidates, features, new_items
from millrace_training.ranking.bundle import RankedBundle
from millrace_training.ranking.candidates import NOT_BROUGHT, Retrieved
from millrace_training.ranking.requests import DIMENSIONS, NONE, Batch, Request
from millrace_training.ranking.tables import NeighbourTable
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row

ITEMS, FIRST = tiny.ITEMS, tiny.FIRST_ITEM
MAX_HISTORY = 4
"""Events that the ranker is sent: fewer than the bundle's six, so that a test sees the cut."""

SOURCES = {
    "transitions": {"quota": 3, "file": "transitions.neighbours", "events": 3, "decay": 0.8},
    "cooccurrence": {"quota": 3, "file": "cooccurrence.neighbours", "events": 5, "decay": 0.9},
    "text": {"quota": 3, "file": "text.neighbours", "events": 2, "decay": 0.5},
    "multi_interest": {
        "quota": 3,
        "file": "multi_interest.neighbours",
        "events": 5,
        "decay": 0.75,
        "interests": 2,
    },
    "popular": {"quota": 3},
    "popular_now": {"quota": 3},
    "rising": {"quota": 2},
    "continuation": {"quota": 2, "session_s": 1800},
    "fresh": {"quota": 2, "file": "fresh.tsv", "events": 3, "decay": 0.5, "listed": 0},
}


def table(times: int, plus: int, width: int) -> NeighbourTable:
    """Weights that are multiples of 1/64; every third item has fewer neighbours than fit."""
    i, j = np.indices((ITEMS, ITEMS))
    weights = ((i * times + j * plus) % 13) / 64
    weights[(i % 3 == 0) & (j > 4)] = 0
    return NeighbourTable.of_matrix(weights.astype(np.float32), width)


def vectors() -> np.ndarray:
    """Text vectors of length one; each fifth item has none."""
    i, d = np.indices((ITEMS, DIMENSIONS))
    values = ((i * 7 + d * 11) % 17 - 8).astype(np.float64)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    values[::5] = 0
    return values.astype("<f2")


def ranker() -> bytes:
    """Features, a number for each item, the history's by type and age, and a profile's, summed."""
    g = GraphWriter()
    names = features.NAMES
    weights = ((np.arange(len(names)) * 5) % 7 - 3) / 8
    g.input("feature", FLOAT, ["B", "C", len(names)])
    g.input("candidate", INT32, ["B", "C"])
    for name, kind in (("item_index", INT32), ("event_type", INT32), ("age_s", FLOAT)):
        g.input(name, kind, ["T"])
    g.input("row_ends", INT32, ["B"])
    g.input("profile", FLOAT, ["B", DIMENSIONS])
    g.input("profile_on", FLOAT, ["B", 1])
    own = g.weight("item", ((np.arange(tiny.INDICES) * 5 % 11 - 5) / 16).astype(np.float32))
    summed = g.op(
        "MatMul", "feature", g.weight("feature_weight", weights.astype(np.float32)[:, None])
    )
    score = g.op("Add", g.op("Squeeze", summed, g.integers(2)), g.op("Gather", own, "candidate"))
    kinds = g.weight("type_weight", np.array([1, 1, 1, 2, -1, 1, 3, -0.5], dtype=np.float32))
    age = g.op("Sub", g.number(1), g.op("Mul", "age_s", g.number(1 / 65536)))
    told = g.op(
        "Mul",
        g.op("Mul", g.op("Gather", own, "item_index"), g.op("Gather", kinds, "event_type")),
        age,
    )
    zero = g.op("Reshape", g.number(0), g.integers(1))
    sums = g.op("Concat", zero, g.op("CumSum", told, g.index(0)), axis=0)
    starts = g.op(
        "Concat", g.indices(0), g.op("Slice", "row_ends", g.integers(0), g.integers(-1)), axis=0
    )
    history = g.op("Sub", g.op("Gather", sums, "row_ends"), g.op("Gather", sums, starts))
    # Multiplied with the candidate's own number, so that a wrong history changes the order too.
    score = g.op(
        "Add",
        score,
        g.op("Mul", g.op("Unsqueeze", history, g.integers(1)), g.op("Gather", own, "candidate")),
    )
    profile = g.op("MatMul", "profile", g.weight("profile_weight", tiny.projection()[:, :1]))
    score = g.op(
        "Add",
        score,
        g.op("Mul", g.op("Mul", profile, "profile_on"), g.op("Gather", own, "candidate")),
    )
    g.output("score", score, FLOAT, ["B", "C"])
    probability = g.op("Sigmoid", g.op("Sub", score, g.number(2)))
    g.output("click", probability, FLOAT, ["B", "C"])
    rating = g.op("Add", g.number(1), g.op("Mul", g.number(4), g.op("Sigmoid", score)))
    g.output("rating", rating, FLOAT, ["B", "C"])
    return g.model("ranker", "test")


def write_bundle(folder: Path) -> None:
    files = {
        "retriever.onnx": tiny.retriever().SerializeToString(),
        "vocabulary.txt": "".join(f"item-{i}\n" for i in range(FIRST, tiny.INDICES)).encode(),
        "popular.tsv": "".join(
            f"item-{i}\t{(i * 7) % 9}\n" for i in range(FIRST, tiny.INDICES) if (i * 7) % 9
        ).encode(),
        "item-vectors.f16": vectors().tobytes(),
        "transitions.neighbours": table(5, 3, 8).to_bytes(),
        "cooccurrence.neighbours": table(3, 7, 8).to_bytes(),
        "text.neighbours": table(11, 5, 4).to_bytes(),
        "multi_interest.neighbours": table(7, 5, 3).to_bytes(),
        "fresh.tsv": new_items.to_bytes(
            {f"item-{i}": 891_562_763 + i for i in range(FIRST, tiny.INDICES) if i % 4 == 1}
        ),
        "ranker.onnx": ranker(),
    }
    for name, content in files.items():
        tiny.write(folder / "1" / name, content)
    schema = (tiny.SCHEMA / "feature-schema.json").read_bytes()
    manifest = {
        "format": 1,
        "feature_schema": hashlib.sha256(schema).digest()[:8].hex(),
        "max_history": tiny.MAX_HISTORY,
        "k": tiny.K,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
        "text_encoder": "words",
        "sources": SOURCES,
        "ranker": {
            "file": "ranker.onnx",
            "max_history": MAX_HISTORY,
            "features": list(features.NAMES),
            "rating": {"least": 1, "most": 5},
        },
    }
    tiny.write(folder / "1" / "bundle.json", json.dumps(manifest, indent=1) + "\n")
    tiny.write(folder / "config.pbtxt", triton.recommender_config())


def rows() -> list[Request]:
    """Histories from none to longer than the bundle's, with everything that a caller may send."""
    random = np.random.default_rng(7)
    made = [
        Request(),
        Request(popular=((4, 9.0), (2, 3.5))),
        Request([NONE], [1], [0.0]),
        Request([3], [5], [0.0], exclude=[3], popular=((3, 2.0),)),
        Request([3, NONE, 7], [1, 1, 1], [4000.0, 60.0, 0.0], exclude=[3, 7]),
        # Item 5 has no text: what is new is compared with the profile.
        Request(
            [5, 5, 5],
            [1, 2, 6],
            [10.0, 5.0, 0.0],
            profile=(np.arange(DIMENSIONS, dtype=np.float32) % 17 - 8) / 64,
        ),
        Request([0, 5, 10], [1, 1, 1], [5.0, 4.0, 0.0], exclude=list(range(ITEMS))),
        Request([0], [1], [0.0], exclude=list(range(1, ITEMS))),
    ]
    for length in (1, 2, 2, 4, 5, 6, 7, 9, 9, 12, 12, 12):
        items = random.integers(-1, ITEMS, length)
        ages = np.sort(random.integers(0, 6000, length))[::-1]
        ages -= ages[-1]
        popular = random.choice(ITEMS, int(random.integers(0, 8)), replace=False)
        counts = np.sort(random.integers(1, 400, len(popular)) / 8)[::-1]
        made.append(
            Request(
                items.tolist(),
                random.integers(0, 8, length).tolist(),
                ages.astype(float).tolist(),
                sorted(set(items[items >= 0].tolist())) if length % 2 else [1, 2],
                tuple(zip(popular.tolist(), counts.tolist(), strict=True)),
                (random.integers(-8, 9, DIMENSIONS) / 64).astype(np.float32)
                if length == 12
                else None,
            )
        )
    return made


def write_golden(folder: Path, path: Path) -> None:
    bundle = RankedBundle.read(folder / "1")
    retriever = ExportedRetriever((folder / "1" / "retriever.onnx").read_bytes())
    session = onnxruntime.InferenceSession(
        str(folder / "1" / "ranker.onnx"), providers=["CPUExecutionProvider"]
    )
    golden = {
        "features": list(features.NAMES),
        "rows": [golden_row(each, bundle, retriever, session) for each in rows()],
    }
    tiny.write(path, json.dumps(golden, indent=1) + "\n")


def golden_row(
    request: Request,
    bundle: RankedBundle,
    retriever: ExportedRetriever,
    session: onnxruntime.InferenceSession,
) -> dict[str, object]:
    newest = slice(max(0, len(request.items) - bundle.max_history), None)
    index = [2 if item == NONE else item + FIRST for item in request.items[newest]]
    types, ages = request.event_types[newest], request.ages_s[newest]
    excluded = [item + FIRST for item in request.exclude]
    found, scores = retriever.retrieve([Row(index, types, ages, excluded, request.profile)])
    there = scores > NOT_RETURNED
    retrieved = Retrieved(
        np.where(there, found.astype(np.int64) - FIRST, NONE), np.where(there, scores, 0)
    )
    batch = Batch.of([request], ITEMS, bundle.max_history)
    gathered = candidates.gather(batch, retrieved, bundle.catalogue, bundle.settings)
    values = features.compute(features.NAMES, batch, gathered, bundle.catalogue, bundle.settings)
    sent = slice(max(0, len(index) - MAX_HISTORY), None)
    score, click, rating = session.run(
        ["score", "click", "rating"],
        {
            "feature": values,
            "candidate": np.where(gathered.items == NONE, 0, gathered.items + FIRST).astype(
                np.int32
            ),
            "item_index": np.array(index[sent], dtype=np.int32),
            "event_type": np.array(types[sent], dtype=np.int32),
            "age_s": np.array(ages[sent], dtype=np.float32),
            "row_ends": np.array([len(index[sent])], dtype=np.int32),
            "profile": batch.profile,
            "profile_on": batch.profile_on,
        },
    )
    name = [*(f"item-{number}" for number in range(FIRST, tiny.INDICES)), "unknown"]
    return {
        "item_id": [name[item] for item in request.items],
        "event_type": list(request.event_types),
        "age_s": list(request.ages_s),
        "exclude_id": [name[item] for item in request.exclude],
        "popular_id": [name[item] for item, _ in request.popular],
        "popular_count": [count for _, count in request.popular],
        "profile": [] if request.profile is None else [float(value) for value in request.profile],
        "candidates": [
            {
                "id": name[item],
                "sources": [
                    source
                    for source, places in gathered.places.items()
                    if places[0, item] != NOT_BROUGHT
                ],
                "values": [float(value) for value in values[0, column]],
                "score": float(score[0, column]),
                "click": float(click[0, column]),
                "rating": float(rating[0, column]),
            }
            for column, item in enumerate(gathered.items[0])
            if item != NONE
        ],
    }


def main() -> None:
    target = Path(sys.argv[1])
    folder = target / "ranked-models" / "recommender"
    write_bundle(folder)
    write_golden(folder, target / "ranked-models" / "ranker-features-golden.json")


if __name__ == "__main__":
    main()
