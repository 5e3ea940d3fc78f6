"""Measure what profiles do to lists: the same events, the same retriever, with and without.

The weights are those of the bundle, chosen before the cut. A profile knows its user's events before the target
only: the rule's is made anew for every target, a written one counts from the event on that it was written at. As
the control every user has the profile of somebody else.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from millrace_training import atomic, evaluation, interactions
from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.profiles import near_cold, tables, texts, weights, written
from millrace_training.profiles.catalogue import Profile
from millrace_training.profiles.encoder import Encoder
from millrace_training.profiles.pools import Weights
from millrace_training.profiles.replaying import Replay, Values
from millrace_training.profiles.rule import RuleProfiles
from millrace_training.profiles.sources import catalogue_of, counts
from millrace_training.repository import ModelRepository
from millrace_training.serving import ExportedRetriever

FIXED = (0.02, 0.05, 0.1, 0.2)
"""Weights that are measured beside the chosen ones, to show what choosing does."""


@dataclass(frozen=True)
class EffectJob:
    """What to measure.

    Attributes:
        models: repository whose latest version is measured; it has weights.
        data: events and ``items.tsv``.
        until: the cut.
        profiles: written ones; None without.
        load: loads the text encoder.
        threads: for the graph.
        results: folder for the result file.
    """

    models: Path
    data: Path
    until: str
    profiles: Path | None
    load: Callable[[], Encoder]
    threads: int
    results: Path


def run(job: EffectJob, say: Callable[[str], None] = print) -> Path:
    """Measure and write one result file; return it.

    Raises:
        TrainingError: the data have no texts, the version no weights, or nothing lies after the cut.
    """
    repository = ModelRepository(job.models)
    version = repository.latest()
    if version is None:
        raise TrainingError(f"--models {job.models}: has no version")
    manifest = json.loads((repository.folder(version) / "bundle.json").read_text(encoding="utf-8"))
    described = texts.read(job.data)
    if "fusion" not in manifest or not described:
        raise TrainingError("profiles need a version with weights (fusion in bundle.json) and data with an items.tsv")
    stream = interactions.read(job.data).by_time()
    cut = interactions.cut(stream, job.until)
    expected = list(evaluation.targets(stream, cut))
    if not expected:
        raise TrainingError(f"--until {job.until}: no events after it to measure on")
    vocabulary, encoder = repository.vocabulary(), job.load()
    rule = RuleProfiles(described, counts(stream[:cut]))
    catalogue = catalogue_of(stream[:cut], vocabulary, described, rule, encoder)
    session = ExportedRetriever((repository.folder(version) / "retriever.onnx").read_bytes(), job.threads)
    replay = Replay(stream, expected, vocabulary, session, catalogue)
    table = _Table(stream, replay, rule, encoder, manifest["fusion"])
    result: dict[str, Any] = {
        "kind": tables.KIND,
        "dataset": job.data.name,
        "command": shlex.join(_command(job)),
        "fusion": manifest["fusion"],
        "targets": len(expected),
        "cold_targets": int(replay.cold.sum()),
        "users": len(np.unique(replay.users)),
        "rows": table.rows(job.profiles),
        "near_cold": near_cold.measure(stream, cut, vocabulary, session, catalogue, rule, encoder, manifest["fusion"]),
    }
    path = job.results / f"{job.data.name}-profile-effect.json"
    atomic.write_file(path, (json.dumps(result, indent=2) + "\n").encode("utf-8"))
    for row in result["rows"]:
        say(f"{row['name']:<44} NDCG@10 {row['ndcg_at_10']:.4f}")
    for row in result["near_cold"]["rows"]:
        say(f"statements only: {row['name']:<27} NDCG@10 {row['ndcg_at_10']:.4f}")
    return path


def _command(job: EffectJob) -> list[str]:
    command = ["python", "-m", "millrace_training", "profile-effect", "--models", job.models.name]
    command += ["--data", job.data.name, "--until", job.until]
    return command if job.profiles is None else [*command, "--profiles", job.profiles.name]


class _Table:
    """One row for each kind of profile and weighting."""

    def __init__(
        self,
        stream: Interactions,
        replay: Replay,
        rule: RuleProfiles,
        encoder: Encoder,
        fusion: Mapping[str, Any],
    ) -> None:
        self._stream, self._replay, self._rule, self._encoder, self._fusion = stream, replay, rule, encoder, fusion

    def rows(self, profiles: Path | None) -> list[dict[str, Any]]:
        """All of them; with a file of written profiles also those of the targets that have one."""
        base = self._replay.without_profiles()
        table = [self._replay.row("retriever", base, base)]
        table += self._rows("rule", self._by_rule(), base)
        table.append(self._control("rule", self._by_rule(), base))
        if profiles is not None:
            table += self._covered_rows(self._written(profiles))
        return table

    def _rows(self, kind: str, profiles: Sequence[Profile | None], base: Values) -> list[dict[str, Any]]:
        pools, row = self._replay.pools(profiles), self._replay.row
        parts: Mapping[str, Callable[[Weights], Weights]] = {
            "both, weights as chosen": lambda each: each,
            "+ keywords, as chosen": lambda each: Weights(each.keywords, 0),
            "+ vector, as chosen": lambda each: Weights(0, each.profile),
        }
        table = [
            row(f"{kind}: {name}", self._replay.chosen(pools, self._fusion, part), base) for name, part in parts.items()
        ]
        table += [
            row(f"{kind}: keywords {keywords:g}, vector {vector:g}", pools.ranks(Weights(keywords, vector)), base)
            for fixed in FIXED
            for keywords, vector in ((fixed, 0.0), (0.0, fixed), (fixed, fixed))
        ]
        table.append(row(f"{kind}: keywords alone", pools.ranks(Weights(1, 0), retriever=0), base))
        table.append(row(f"{kind}: vector alone", pools.ranks(Weights(0, 1), retriever=0), base))
        return table

    def _covered_rows(self, own: Sequence[Profile | None]) -> list[dict[str, Any]]:
        """Of the targets that have a written profile only, with the rule's on the same targets beside."""
        covered = np.array([profile is not None for profile in own])
        if not covered.any():
            raise TrainingError("--profiles: no target has a profile that was written from its past")
        replay = self._replay.only(covered)
        part = _Table(self._stream, replay, self._rule, self._encoder, self._fusion)
        base = replay.without_profiles()
        table = [replay.row(f"retriever, {covered.sum():,} targets with a written profile", base, base)]
        chosen = replay.chosen(replay.pools(part._by_rule()), self._fusion)
        table.append(replay.row("rule, the same targets: both, weights as chosen", chosen, base))
        written_there = [profile for profile in own if profile is not None]
        table += part._rows("language model", written_there, base)
        table.append(part._control("language model", written_there, base))
        return table

    def _control(self, kind: str, profiles: Sequence[Profile | None], base: Values) -> dict[str, Any]:
        """Every target gets the profile of a target of another user."""
        users = self._replay.users
        order = np.random.default_rng(1).permutation(len(profiles))
        same = users[order] == users
        order[same] = np.roll(order, 1)[same]
        shuffled = self._replay.pools([profiles[other] for other in order])
        ranks = self._replay.chosen(shuffled, self._fusion)
        return self._replay.row(f"{kind}: other users' profiles, as chosen", ranks, base)

    def _by_rule(self) -> list[Profile]:
        histories = [weights.history(self._stream, target.history) for target in self._replay.expected]
        return weights.with_vectors([self._rule.claims(each) for each in histories], self._encoder)

    def _written(self, path: Path) -> list[Profile | None]:
        versions = written.read(path)
        found: list[Profile | None] = []
        for target in self._replay.expected:
            user = self._stream.user_ids[self._stream.user[target.position]]
            known = [each for each in versions.get(user, ()) if each.events <= len(target.history)]
            profile = weights.with_vectors([known[-1].claims], self._encoder)[0] if known else None
            if profile is not None and known[-1].vector is not None:
                profile = Profile(profile.claims, known[-1].vector)
            found.append(profile)
        return found
