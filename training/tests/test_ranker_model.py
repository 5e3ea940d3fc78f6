"""The ranker learns what features say, is exported faithfully, and its probabilities are calibrated."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from millrace_training.errors import TrainingError
from millrace_training.ranking import diversity, evaluation, export, fitting, learning, parity
from millrace_training.ranking.examples import Examples
from millrace_training.ranking.fitting import FitSettings
from millrace_training.ranking.learning import Choice
from millrace_training.ranking.model import Ranker, RankerSettings

_SIZE = 33


def examples(rows: int = 400, seed: int = 1, rated: bool = True) -> Examples:
    """The target is where the second feature is largest, most of the time; the retriever's order is random."""
    random = np.random.default_rng(seed)
    counts = random.integers(0, 9, rows)
    counts[0] = 0
    offsets = np.concatenate([[0], np.cumsum(counts)])
    features = random.normal(size=(offsets[-1], 3)).astype(np.float32) * [1, 10, 0.1] + [0, 50, 0]
    items = np.concatenate([random.permutation(_SIZE - 3)[:count] for count in counts])
    noisy = features[:, 1] + random.normal(size=len(features)) * 3
    column = np.array([noisy[a:b].argmax() if b > a else -1 for a, b in pairwise(offsets)])
    lengths = random.integers(0, 6, rows)
    inside = np.arange(5)[None, :] < lengths[:, None]
    stars = random.integers(1, 6, rows).astype(np.float32)
    return Examples(
        items,
        features.astype(np.float32),
        offsets,
        np.minimum(counts, 4),
        np.array([items[a + c] if c >= 0 else 0 for a, c in zip(offsets, column, strict=False)]),
        column,
        np.where(inside, random.integers(2, _SIZE, (rows, 5)), 0).astype(np.int32),
        np.where(inside, random.integers(0, 8, (rows, 5)), 0).astype(np.int32),
        np.zeros((rows, 5), dtype=np.float32),
        random.integers(0, 20, rows),
        stars if rated else np.full(rows, np.nan, dtype=np.float32),
        (random.normal(size=(rows, 384)) * (random.random((rows, 1)) < 0.5)).astype(np.float32),
    )


def random_ranker(dimensions: int, adapted: int, rating: bool, closely: int = 64) -> Ranker:
    torch.manual_seed(3)
    settings = RankerSettings(3, dimensions, hidden=8, max_history=4, adapted=adapted, rating=rating, closely=closely)
    ranker = Ranker(settings, _SIZE, torch.randn(_SIZE, 384) * 0.1).eval()
    with torch.no_grad():
        for weight in ranker.parameters():
            weight.copy_(torch.randn_like(weight) * 0.3)
        ranker.mean.copy_(torch.tensor([0.0, 50.0, 0.0]))
        ranker.deviation.copy_(torch.tensor([1.0, 10.0, 0.1]))
        ranker.temperature.fill_(1.7)
        ranker.outside.fill_(-0.3)
    return ranker


def shortened(given: Examples, events: int) -> Examples:
    return replace(
        given,
        history=given.history[:, :events],
        event_types=given.event_types[:, :events],
        ages_s=given.ages_s[:, :events],
    )


@pytest.mark.parametrize("closely", [1, 3, 64])
@pytest.mark.parametrize(
    ("dimensions", "adapted", "rating"), [(0, 0, False), (6, 0, True), (6, 5, True), (0, 5, False)]
)
def test_the_graph_gives_what_the_ranker_gives(dimensions: int, adapted: int, rating: bool, closely: int) -> None:
    ranker = random_ranker(dimensions, adapted, rating, closely)

    found = parity.check(ranker, export.export(ranker), shortened(examples(), 4))

    assert 200 < found["rows"] <= 400
    assert found["max_score_difference"] < 1e-4


def test_those_who_are_best_at_a_glance_are_looked_at_closely() -> None:
    ranker = random_ranker(6, 0, True, closely=2)
    given = shortened(examples(), 4)
    row = np.flatnonzero(given.counts == 5)[:1]
    batch, _ = given.whole(row)
    with torch.no_grad():
        close, _ = ranker(batch)
        glance = ranker.glance(batch)
    best = glance[0].argsort(descending=True)

    tensors, _ = parity.feeds(given, row)
    score, rating = parity.session(export.export(ranker)).run(["score", "rating"], tensors)

    moved = glance + (close[0, best[:2]] - glance[0, best[:2]]).mean()
    np.testing.assert_allclose(score[0, best[:2]], close[0, best[:2]], atol=1e-5)
    np.testing.assert_allclose(score[0, best[2:]], moved[0, best[2:]], atol=1e-5)
    assert np.isnan(rating[0]).tolist() == [each not in best[:2].tolist() for each in range(5)]
    np.testing.assert_allclose(fitting.scores(ranker, given)[row[0]], score[0], atol=1e-5)


def test_a_wider_batch_changes_no_score() -> None:
    ranker = random_ranker(6, 0, False, closely=3)
    session = parity.session(export.export(ranker))
    given = shortened(examples(), 4)
    row, longer = np.flatnonzero(given.counts == 4)[0], np.flatnonzero(given.counts == 8)[0]

    alone = session.run(["score", "click"], parity.feeds(given, np.array([row]))[0])
    together = session.run(["score", "click"], parity.feeds(given, np.array([row, longer]))[0])

    for one, wide in zip(alone, together, strict=True):
        np.testing.assert_allclose(wide[0, :4], one[0], atol=1e-5)
    assert (together[1][0, 4:] == 0).all()


def test_a_feature_that_is_no_number_gives_a_score_that_is_none() -> None:
    session = parity.session(export.export(random_ranker(6, 0, False, closely=2)))
    given = shortened(examples(), 4)
    tensors, _ = parity.feeds(given, np.flatnonzero(given.counts == 5)[:1])
    tensors["feature"] = tensors["feature"].copy()
    tensors["feature"][0, 4, 1] = np.nan

    assert np.isnan(session.run(["score"], tensors)[0]).any()


def test_the_graph_looks_at_the_newest_events_only() -> None:
    ranker = random_ranker(6, 0, False)
    session = parity.session(export.export(ranker))
    longer = examples()
    rows = np.flatnonzero((longer.history != 0).all(axis=1) & (longer.counts > 1))[:3]
    tensors, _ = parity.feeds(longer, rows)
    cut, _ = parity.feeds(shortened(longer, 4), rows)

    assert len(tensors["item_index"]) == len(cut["item_index"]) + 3
    np.testing.assert_allclose(session.run(["score"], tensors)[0], session.run(["score"], cut)[0], atol=1e-6)


def test_a_graph_of_other_weights_is_refused() -> None:
    ranker = random_ranker(6, 0, False)
    graph = export.export(ranker)
    with torch.no_grad():
        ranker.last.weight.add_(0.1)

    with pytest.raises(TrainingError, match="differs"):
        parity.check(ranker, graph, shortened(examples(), 4))


def test_it_learns_which_feature_tells() -> None:
    given = examples(800)
    choice = Choice("tiny", 0, 0.0)

    learned = learning.learn(
        [examples(300, seed=2), given], None, _SIZE, FitSettings(epochs=6, negatives=4), lambda _: None, [choice]
    )

    fresh = examples(300, seed=3)
    found = fitting.ranks(fitting.scores(learned.ranker, fresh), fresh)
    reachable = fresh.column >= 0
    assert (found[reachable] == 1).mean() > 0.6
    assert (fitting.retrieved_ranks(fresh)[reachable] == 1).mean() < 0.4
    assert np.isinf(found[~reachable]).all()
    assert learned.calibration["log_loss_after"] <= learned.calibration["log_loss_before"]


def test_probabilities_are_told_as_often_as_they_come_true() -> None:
    given, fresh = examples(1500), examples(1500, seed=9)
    ranker = learning.fresh(Choice("tiny", 0, 0.0), given, None, _SIZE, 1)
    fitting.fit(ranker, given, FitSettings(epochs=5, negatives=4))
    fitting.calibrate(ranker, examples(1500, seed=5))

    found = evaluation.calibration(ranker, fitting.scores(ranker, fresh), fresh, bins=5)

    assert found["candidates_told"] == pytest.approx(found["candidates_seen"], abs=0.05)
    assert found["expected_calibration_error"] < 0.05


def test_data_without_stars_give_no_rating_head() -> None:
    given = examples(50, rated=False)
    ranker = learning.fresh(Choice("tiny", 4, 0.0), given, None, _SIZE, 1)
    fitting.fit(ranker, given, FitSettings(epochs=1))

    names = [each.name for each in parity.session(export.export(ranker)).get_outputs()]

    assert names == ["score", "click"]
    assert evaluation.ratings(ranker, given, np.zeros(_SIZE)) is None


def test_the_same_seed_gives_the_same_graph() -> None:
    def made() -> bytes:
        ranker = learning.fresh(Choice("tiny", 4, 0.2), examples(100), None, _SIZE, 5)
        fitting.fit(ranker, examples(100), FitSettings(epochs=1, seed=5))
        return export.export(ranker)

    assert made() == made()


def test_more_diversity_lists_items_that_are_further_apart() -> None:
    random = np.random.default_rng(2)
    groups = np.repeat(np.eye(3, 384, dtype=np.float32), 20, axis=0)
    counts = 40
    items = np.concatenate([random.permutation(60)[:counts] for _ in range(30)])
    empty = np.zeros((30, 1), dtype=np.int32)
    given = Examples(
        items,
        np.zeros((len(items), 1), dtype=np.float32),
        np.arange(31) * counts,
        np.full(30, counts),
        items[::counts],
        np.zeros(30, dtype=np.int64),
        empty,
        empty,
        empty.astype(np.float32),
        np.arange(30),
        np.full(30, np.nan, dtype=np.float32),
    )
    scored = [(-np.arange(counts) + 100.0 * (items[row * counts : (row + 1) * counts] < 20)) for row in range(30)]

    table = diversity.measure(given, [each.astype(np.float32) for each in scored], groups, np.eye(60))

    assert table[0]["strength"] == 0
    assert table[0]["change"] == 0
    assert table[-1]["text_distance"] > table[0]["text_distance"] + 0.3
