"""Every baseline on data small enough to work out by hand."""

import numpy as np
import pytest

from millrace_training.baselines import cooccurrence
from millrace_training.baselines.ease import Ease
from millrace_training.baselines.item_neighbours import ItemNeighbours
from millrace_training.baselines.own_history import NewestItems, OwnItems, OwnTransitions
from millrace_training.baselines.popularity import Popular, RecentPopular
from millrace_training.baselines.transitions import Transitions
from millrace_training.data.histories import Histories, Items
from millrace_training.errors import TrainingError
from millrace_training.protocols.ranking import Method

DAY_S = 86_400
ORDERED = Histories.of([[0, 1, 2], [0, 1, 3], [0, 1, 2]], item_count=5)


def history(*items: int) -> Items:
    return np.array(items, dtype=np.int32)


def asked(*histories: Items) -> Histories:
    return Histories.of([history.tolist() for history in histories], item_count=8)


def test_popular_counts_events() -> None:
    method = Popular()
    method.fit(ORDERED)

    assert method.scores(asked(history(), history(1))).tolist() == [[3, 3, 2, 1, 0]] * 2


def test_recent_popular_halves_with_every_half_life() -> None:
    method = RecentPopular(half_life_days=1)
    method.fit(Histories.of([[0, 1], [1]], 2, [[0, DAY_S], [2 * DAY_S]]))

    assert method.scores(asked(history()))[0].tolist() == [0.25, 1.5]


def test_recent_popular_without_times_counts_the_newest_of_every_user() -> None:
    method = RecentPopular(newest=1)
    method.fit(ORDERED)

    assert method.scores(asked(history()))[0].tolist() == [0, 0, 2, 1, 0]


def test_a_markov_chain_looks_at_the_last_item() -> None:
    method = Transitions(depth=1)
    method.fit(ORDERED)

    scores = method.scores(asked(history(0, 1)))[0]

    # After 1 came 2 twice and 3 once; popularity decides among the rest, and weighs less than a transition.
    assert np.round(scores).tolist() == [0, 0, 2, 1, 0]
    assert scores[0] == scores[1] > scores[4] == 0
    assert scores[0] < 0.5


def test_longer_transitions_weigh_by_distance_twice() -> None:
    method = Transitions(depth=2)
    method.fit(Histories.of([[0, 1, 2]], item_count=4))

    scores = method.scores(asked(history(0, 1)))[0]

    # 2 followed 1 at distance 1 (1 · 1), and 0 at distance 2 (1/2 · 1/2); 1 followed 0, asked at distance 2.
    assert scores.tolist() == pytest.approx([0, 0.5, 1.25, 0], abs=0.011)


def test_an_empty_history_gets_what_is_popular_from_transitions() -> None:
    method = Transitions(depth=5)
    method.fit(ORDERED)

    assert np.argsort(-method.scores(asked(history()))[0], kind="stable").tolist() == [0, 1, 2, 3, 4]


def test_the_gram_matrix_counts_users_and_not_repetitions() -> None:
    assert cooccurrence.gram(Histories.of([[0, 1, 1], [1]], 2)).tolist() == [[1, 1], [1, 2]]


def test_too_large_a_catalogue_is_refused_before_memory_is_taken() -> None:
    with pytest.raises(TrainingError, match="at most 32,768"):
        cooccurrence.gram(Histories.of([[0]], 40_000))


def test_item_neighbours_are_cosines_of_user_sets() -> None:
    method = ItemNeighbours()
    method.fit(Histories.of([[0, 1], [0], [0], [0], [1, 2]], item_count=3))

    scores = method.scores(asked(history(1), history()))

    assert scores[0].tolist() == pytest.approx([1 / np.sqrt(4 * 2), 0, 1 / np.sqrt(2 * 1)])
    assert scores[1].tolist() == [0, 0, 0]


def test_only_the_newest_items_vote() -> None:
    method = ItemNeighbours(recent=1)
    method.fit(ORDERED)

    assert method.scores(asked(history(3, 2))).tolist() == method.scores(asked(history(2))).tolist()


@pytest.mark.parametrize("rows", [1, 200])
def test_ease_is_the_closed_form(rows: int) -> None:
    """The same weights from ridge regressions, one per item, that may not use the item itself."""
    random = np.random.default_rng(4)
    users = [np.flatnonzero(random.random(8) < 0.4).tolist() for _ in range(60)]
    method = Ease(regularisation=3.0)
    method.fit(Histories.of(users, item_count=8))

    matrix = np.zeros((60, 8))
    for user, items in enumerate(users):
        matrix[user, items] = 1
    weights = np.zeros((8, 8))
    for item in range(8):
        others = [other for other in range(8) if other != item]
        inputs = matrix[:, others]
        weights[others, item] = np.linalg.solve(inputs.T @ inputs + 3.0 * np.eye(7), inputs.T @ matrix[:, item])

    expected = np.zeros(8)
    expected[[1, 4]] = 1
    assert method.scores(asked(*[history(4, 1)] * rows))[-1] == pytest.approx(expected @ weights, abs=1e-5)


def test_decayed_ease_weighs_an_item_by_its_newest_place() -> None:
    plain, decayed = Ease(2.0), Ease(2.0, decay=0.5)
    for method in (plain, decayed):
        method.fit(ORDERED)

    of_each = plain.scores(asked(history(0), history(1), history(2)))

    assert decayed.scores(asked(history(1, 2, 0, 2)))[0] == pytest.approx(
        of_each[2] + 0.5 * of_each[0] + 0.125 * of_each[1], abs=1e-6
    )


def test_a_users_own_history_is_counted_without_anybody_elses() -> None:
    rows = asked(history(1, 2, 1, 3, 1, 2, 1), history(4), history())

    assert OwnItems().scores(rows).tolist() == [[0, 4, 2, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0], [0] * 8]
    assert OwnTransitions().scores(rows).tolist() == [[0, 0, 2, 1, 0, 0, 0, 0], [0] * 8, [0] * 8]
    assert NewestItems(2).scores(rows).tolist() == [[0, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0], [0] * 8]


@pytest.mark.parametrize("method", [Popular(), RecentPopular(), Transitions(5), ItemNeighbours(), Ease(1.0, 0.8)])
def test_fitting_again_forgets_what_was_learned(method: Method) -> None:
    method.fit(Histories.of([[3, 4], [4, 3]], item_count=5))
    method.fit(ORDERED)
    again = method.scores(asked(history(0, 1)))
    method.fit(ORDERED)

    assert method.scores(asked(history(0, 1))).tolist() == again.tolist()
    assert again[0, 4] == 0
