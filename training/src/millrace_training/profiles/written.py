"""Profiles that a language model wrote, as JSON lines of the record that the topic ``user-profiles`` has."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from millrace_training.errors import TrainingError
from millrace_training.profiles.encoder import DIMENSIONS, Vectors
from millrace_training.profiles.rule import Claims


@dataclass(frozen=True)
class WrittenProfile:
    """One version of a user's profile.

    Attributes:
        user: id.
        events: how many of the user's events were known when it was written; it may be used from there on only.
        claims: interests and dislikes.
        vector: of its text; None where the record has none.
        model: who wrote it.
    """

    user: str
    events: int
    claims: Claims
    vector: Vectors | None
    model: str


def read(path: Path) -> dict[str, list[WrittenProfile]]:
    """Versions by user, the one of the fewest events first.

    Raises:
        TrainingError: a line is no such record, or does not say how many events were known.
    """
    found: defaultdict[str, list[WrittenProfile]] = defaultdict(list)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"--profiles {path}: can't be read ({error})") from error
    for number, line in enumerate(lines, start=1):
        try:
            profile = _parsed(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"--profiles {path}:{number}: not a user profile in Avro's JSON ({error!r})") from error
        if profile.events < 1:
            raise TrainingError(
                f"--profiles {path}:{number}: eventCount is {profile.events}; without it nobody knows what the "
                "profile was written from"
            )
        found[profile.user].append(profile)
    return {user: sorted(versions, key=lambda each: each.events) for user, versions in found.items()}


def _parsed(record: dict[str, Any]) -> WrittenProfile:
    claims = [
        *((each["text"], float(each["weight"])) for each in record["interests"]),
        *((each["text"], -float(each["weight"])) for each in record["dislikes"]),
    ]
    return WrittenProfile(
        record["userId"],
        int(record["eventCount"]),
        tuple(sorted(claims, key=lambda claim: -abs(claim[1]))),
        _vector(record.get("vector")),
        record["model"],
    )


def _vector(field: Any) -> Vectors | None:
    text = field.get("bytes") if isinstance(field, dict) else field
    if not text:
        return None
    vector = np.frombuffer(text.encode("latin-1"), dtype="<f2").astype(np.float32)
    if len(vector) != DIMENSIONS:
        raise ValueError(f"a vector of {len(vector)} numbers")
    return vector
