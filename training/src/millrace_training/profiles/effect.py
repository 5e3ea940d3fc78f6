"""Measure what profiles do to lists: the same events, the same retriever, with and without.

The weights are those of the bundle, chosen before the cut. A profile knows its user's events before the target
only: the rule's is made anew for every target, a written one counts from the event on that it was written at. As
the control every user has the profile of somebody else.
"""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from millrace_training import atomic, evaluation, interactions
from millrace_training.errors import TrainingError
from millrace_training.evaluation import Target
from millrace_training.interactions import Interactions
from millrace_training.profiles import near_cold, tables, texts, weights, written
from millrace_training.profiles.catalogue import Catalogue, Profile, Retrieved, retrieve, rows
from millrace_training.profiles.encoder import Encoder
from millrace_training.profiles.like_minded import LikeMinded
from millrace_training.profiles.pools import Pools, Weights
from millrace_training.profiles.rule import RuleProfiles
from millrace_training.profiles.sources import counts
from millrace_training.protocols.measures import gains, hits, interval_over
from millrace_training.repository import ModelRepository
from millrace_training.serving import ExportedRetriever
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary
from millrace_training.windows import Sequences

FIXED = (0.02, 0.05, 0.1, 0.2)
"""Weights that are measured beside the chosen ones, to show what choosing does."""

_AT = 10

Values = NDArray[np.float64]


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
    replay = _Replay(job, repository, version, described, stream, cut, expected)
    result: dict[str, Any] = {
        "kind": tables.KIND,
        "dataset": job.data.name,
        "command": shlex.join(_command(job)),
        "fusion": manifest["fusion"],
        "targets": len(expected),
        "cold_targets": int(replay.cold.sum()),
        "users": len(np.unique(replay.users)),
        "rows": replay.rows(manifest["fusion"], job.profiles),
        "near_cold": near_cold.measure(
            stream,
            cut,
            repository.vocabulary(),
            replay.session,
            replay.catalogue,
            replay.rule,
            replay.encoder,
            manifest["fusion"],
        ),
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


class _Replay:
    """The events after the cut, ranked with profiles of several kinds."""

    def __init__(
        self,
        job: EffectJob,
        repository: ModelRepository,
        version: int,
        described: Mapping[str, texts.ItemText],
        stream: Interactions,
        cut: int,
        expected: Sequence[Target],
    ) -> None:
        vocabulary: Vocabulary = repository.vocabulary()
        sequences = Sequences.of(stream, vocabulary)
        allowed = np.zeros(vocabulary.size, dtype=np.bool_)
        allowed[sequences.item_index[:cut]] = True
        allowed[:FIRST_ITEM] = False
        popular = counts(stream[:cut])
        self.encoder = job.load()
        self.rule = RuleProfiles(described, popular)
        liked = LikeMinded.learn(stream[:cut], self.rule, vocabulary.ids)
        self.catalogue = Catalogue(vocabulary, described, allowed, popular, self.encoder, liked)
        graph = (repository.folder(version) / "retriever.onnx").read_bytes()
        self.session = ExportedRetriever(graph, job.threads)
        self._stream, self._expected = stream, list(expected)
        self._wanted = weights.item_numbers(sequences, [target.position for target in expected])
        self._retrieved: list[Retrieved] = retrieve(self.session, rows(sequences, expected))
        self._lengths = np.array([len(target.history) for target in expected])
        self.cold = self._lengths < weights.COLD_BELOW
        self.users = stream.user[[target.position for target in expected]]

    def rows(self, fusion: Mapping[str, Any], profiles: Path | None) -> list[dict[str, Any]]:
        """One for each kind of profile and weighting."""
        base = self._pools([None] * len(self._expected)).ranks(Weights())
        table = [self._row("retriever", base, base)]
        table += self._rows("rule", self._by_rule(), fusion, base)
        table.append(self._control("rule", self._by_rule(), fusion, base))
        if profiles is not None:
            table += self._covered_rows(self._written(profiles), fusion)
        return table

    def _rows(
        self, kind: str, profiles: Sequence[Profile | None], fusion: Mapping[str, Any], base: Values
    ) -> list[dict[str, Any]]:
        pools = self._pools(profiles)
        chosen = self._chosen(pools, fusion)
        table = [
            self._row(f"{kind}: both, weights as chosen", chosen(lambda each: each), base),
            self._row(f"{kind}: + keywords, as chosen", chosen(lambda each: Weights(each.keywords, 0)), base),
            self._row(f"{kind}: + vector, as chosen", chosen(lambda each: Weights(0, each.profile)), base),
        ]
        table += [
            self._row(f"{kind}: keywords {keywords:g}, vector {vector:g}", pools.ranks(Weights(keywords, vector)), base)
            for fixed in FIXED
            for keywords, vector in ((fixed, 0.0), (0.0, fixed), (fixed, fixed))
        ]
        table.append(self._row(f"{kind}: keywords alone", pools.ranks(Weights(1, 0), retriever=0), base))
        table.append(self._row(f"{kind}: vector alone", pools.ranks(Weights(0, 1), retriever=0), base))
        return table

    def _covered_rows(self, own: Sequence[Profile | None], fusion: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Of the targets that have a written profile only, with the rule's on the same targets beside."""
        covered = np.array([profile is not None for profile in own])
        if not covered.any():
            raise TrainingError("--profiles: no target has a profile that was written from its past")
        part = self._only(covered)
        named = f"{covered.sum():,} targets with a written profile"
        base = part._pools([None] * len(part._expected)).ranks(Weights())
        table = [part._row(f"retriever, {named}", base, base)]
        chosen = part._chosen(part._pools(part._by_rule()), fusion)(lambda each: each)
        table.append(part._row("rule, the same targets: both, weights as chosen", chosen, base))
        written_there = [profile for profile in own if profile is not None]
        table += part._rows("language model", written_there, fusion, base)
        table.append(part._control("language model", written_there, fusion, base))
        return table

    def _only(self, mask: NDArray[np.bool_]) -> _Replay:
        """The same replay of a part of the targets."""
        part = copy.copy(self)
        part._expected = [each for each, kept in zip(self._expected, mask, strict=True) if kept]
        part._wanted = [each for each, kept in zip(self._wanted, mask, strict=True) if kept]
        part._retrieved = [each for each, kept in zip(self._retrieved, mask, strict=True) if kept]
        part._lengths, part.cold, part.users = self._lengths[mask], self.cold[mask], self.users[mask]
        return part

    def _control(
        self, kind: str, profiles: Sequence[Profile | None], fusion: Mapping[str, Any], base: Values
    ) -> dict[str, Any]:
        """Every target gets the profile of a target of another user."""
        order = np.random.default_rng(1).permutation(len(profiles))
        same = self.users[order] == self.users
        order[same] = np.roll(order, 1)[same]
        shuffled = [profiles[other] for other in order]
        return self._row(
            f"{kind}: other users' profiles, as chosen", self._chosen(self._pools(shuffled), fusion)(lambda w: w), base
        )

    def _chosen(self, pools: Pools, fusion: Mapping[str, Any]) -> Callable[[Callable[[Weights], Weights]], Values]:
        def ranks(part: Callable[[Weights], Weights]) -> Values:
            found = np.empty(len(self._expected))
            for step in fusion["steps"]:
                these = self._lengths >= step["from_events"]
                found[these] = pools.ranks(part(Weights(step["keywords"], step["profile"])))[these]
            return found

        return ranks

    def _pools(self, profiles: Sequence[Profile | None]) -> Pools:
        return self.catalogue.pools(list(zip(self._wanted, self._retrieved, profiles, strict=True)))

    def _by_rule(self) -> list[Profile]:
        claims = [self.rule.claims(weights.history(self._stream, target.history)) for target in self._expected]
        return weights.with_vectors(claims, self.encoder)

    def _written(self, path: Path) -> list[Profile | None]:
        versions = written.read(path)
        found: list[Profile | None] = []
        for target in self._expected:
            user = self._stream.user_ids[self._stream.user[target.position]]
            known = [each for each in versions.get(user, ()) if each.events <= len(target.history)]
            profile = weights.with_vectors([known[-1].claims], self.encoder)[0] if known else None
            if profile is not None and known[-1].vector is not None:
                profile = Profile(profile.claims, known[-1].vector)
            found.append(profile)
        return found

    def _row(self, name: str, ranks: Values, base: Values) -> dict[str, Any]:
        gained = gains(ranks, _AT)
        change = gained - gains(base, _AT)
        cold: dict[str, Any] = {"cold_ndcg_at_10": None, "cold_change": None, "cold_change_95": None}
        if self.cold.any():
            cold = {
                "cold_ndcg_at_10": round(float(gained[self.cold].mean()), 5),
                "cold_change": round(float(change[self.cold].mean()), 5),
                "cold_change_95": interval_over(change[self.cold], self.users[self.cold]),
            }
        return {
            "name": name,
            "ndcg_at_10": round(float(gained.mean()), 5),
            "hit_rate_at_10": round(float(hits(ranks, _AT).mean()), 5),
            "change": round(float(change.mean()), 5),
            "change_95": interval_over(change, self.users),
            **cold,
        }
