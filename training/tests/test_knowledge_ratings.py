from __future__ import annotations

import numpy as np
import pytest
import torch

from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.knowledge import rating_rows, rating_training
from millrace_training.knowledge.matrix_factorisation import Factors, with_fresh_users
from millrace_training.knowledge.ratings import RatingHead, RatingSettings


def stream(count: int = 400, seed: int = 1) -> Interactions:
    """Two kinds of users, each of which likes one kind of items."""
    random = np.random.default_rng(seed)
    user, item = random.integers(0, 20, count), random.integers(0, 10, count)
    value = np.where(user % 2 == item % 2, 5.0, 1.0)
    ids = tuple(str(n) for n in range(20))
    return Interactions(user, item, np.arange(count), np.full(count, 5), ids, ids[:10], value)


def test_a_row_knows_what_came_before_it_and_nothing_else() -> None:
    events = stream()
    before = rating_rows.rows(events, 300)
    assert events.value is not None
    events.value[200:] = 3.0
    after = rating_rows.rows(events, 300)

    # The mean of all ratings before the cut stands for items without one, so scalars differ by that prior alone.
    np.testing.assert_array_equal(before.history[:201], after.history[:201])
    np.testing.assert_array_equal(before.scalars[:201, [1, 4]], after.scalars[:201, [1, 4]])
    assert (before.history[50] < 50).all()


def test_items_are_learned_up_to_the_cut_and_users_beyond_it() -> None:
    rows = rating_rows.rows(stream(), 300)
    last = len(rows) - 1

    assert rows.scalars[last, 1] == pytest.approx(np.log1p((rows.item[:300] == rows.item[last]).sum()))
    assert rows.scalars[last, 4] == pytest.approx(np.log1p((rows.user[:last] == rows.user[last]).sum()))


def test_an_item_that_came_after_the_cut_is_unknown() -> None:
    events = stream()
    events.item[:300] %= 9
    events.item[300] = 9

    assert rating_rows.rows(events, 300).item[300] == 0


def test_an_event_without_a_rating_is_refused() -> None:
    events = stream()
    assert events.value is not None
    events.value[5] = np.nan
    with pytest.raises(TrainingError, match="needs a rating"):
        rating_rows.rows(events, 300)


def head(values: bool = True) -> RatingHead:
    torch.manual_seed(1)
    return RatingHead(RatingSettings(dimensions=8, hidden=16, dropout=0.0, values=values), torch.randn(11, 6))


def test_the_head_begins_with_the_biases_and_learns_more() -> None:
    rows = rating_rows.rows(stream(2_000), 1_600)
    settings = RatingSettings(dimensions=8, hidden=16, dropout=0.0)
    vectors = torch.tensor([0.0, *([3.0, -3.0] * 5)])[:, None].repeat(1, 6)
    truth = rows.value[1_600:]

    trained = rating_training.train(settings, vectors, rows, 1_600, 30, 1)
    found = rating_training.predict(trained, rows, 1_600, 2_000)

    biases = float(np.abs(rows.baseline[1_600:] - truth).mean())
    assert all(float(np.abs(each - truth).mean()) < 0.8 * biases for each in found.values())
    assert all(bool((each >= 1).all() and (each <= 5).all()) for each in found.values())


def test_without_values_past_ratings_change_nothing() -> None:
    rows = rating_rows.rows(stream(), 300)
    batch = rating_training.batch(rows, np.arange(390, 400))
    louder = rating_training.batch(rows, np.arange(390, 400))
    louder.history_residual.mul_(3)
    louder.scalars[:, 2:4] += 1
    blind, seeing = head(values=False), head()

    torch.testing.assert_close(blind(batch)[1], blind(louder)[1])
    assert not torch.allclose(seeing(batch)[1], seeing(louder)[1])


def test_an_empty_history_is_no_trouble() -> None:
    rows = rating_rows.rows(stream(), 300)
    regression, logits = head()(rating_training.batch(rows, np.array([0])))

    assert not bool(rating_training.batch(rows, np.array([0])).history_on.any())
    assert bool(torch.isfinite(regression).all())
    assert bool(torch.isfinite(logits).all())


def test_a_rating_between_classes_counts_for_both() -> None:
    model, rows = head(), rating_rows.rows(stream(), 300)
    batch = rating_training.batch(rows, np.array([10]))
    with torch.no_grad():
        regression, logits = model(batch)
        shares = torch.log_softmax(logits, dim=1)[0]
        expected = (regression[0] - 3.5) ** 2 - (shares[2] + shares[3]) / 2

        torch.testing.assert_close(model.loss(batch, torch.tensor([3.5])), expected)


def test_the_expected_value_is_of_the_classes() -> None:
    assert head().expected(torch.tensor([[0.0, 0.0, 0.0, 0.0, 40.0]])).tolist() == pytest.approx([5.0])


def test_the_epochs_are_chosen_on_what_was_held_out() -> None:
    rows = rating_rows.rows(stream(), 300)
    settings = RatingSettings(dimensions=4, hidden=8)

    assert 1 <= rating_training.chosen_epochs(settings, torch.zeros(11, 6), rows, 400, 100, 3, 1) <= 3


def test_a_fresh_users_taste_comes_from_their_own_ratings() -> None:
    rows = rating_rows.rows(stream(2_000), 1_000)
    kinds = np.array([0.0, *([1.0, -1.0] * 5)])
    factors = Factors(3.0, np.zeros(11), kinds[:, None], np.zeros(0))

    found = with_fresh_users(factors, rows, 1_500, 2_000, 1.0, (1.0, 5.0))

    assert float(np.abs(found - rows.value[1_500:]).mean()) < 0.3
