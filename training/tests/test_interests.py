"""Several interests: clusters, what a user shares with them, and the mixture."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from millrace_training.data.histories import Histories
from millrace_training.neural.interests import Interests, cluster, mixture
from millrace_training.neural.lessons import padded
from millrace_training.neural.sasrec import SasRec, SasRecSettings

SETTINGS = SasRecSettings(dimensions=8, max_history=6, initial_std=0.5)


def model() -> SasRec:
    """Items 0 to 2 point one way, items 3 to 5 another."""
    torch.manual_seed(3)
    made = SasRec(SETTINGS, 6).eval()
    with torch.no_grad():
        made.items.weight[1:4, 0] += 20
        made.items.weight[4:7, 1] += 20
    return made


def asked(trained: SasRec, *users: list[int]) -> Tensor:
    hidden = trained(*padded(Histories.of(users, 6), 6))
    return torch.softmax(hidden @ trained.item_vectors().T, dim=1).detach()


def test_what_lies_together_is_one_cluster() -> None:
    places = torch.tensor([[1.0, 0.1], [1.0, -0.1], [-1.0, 0.1], [-1.0, 0.0], [0.0, 1.0]])

    found = cluster(functional.normalize(places, dim=1), 3, seed=1).tolist()

    assert found[0] == found[1]
    assert found[2] == found[3]
    assert len(set(found)) == 3


@pytest.mark.parametrize("seed", range(5))
def test_no_cluster_stays_without_items(seed: int) -> None:
    places = functional.normalize(torch.cat([torch.ones(20, 3), torch.eye(3)]), dim=1)

    assert len(set(cluster(places, 4, seed).tolist())) == 4


def test_an_interest_asks_with_its_own_events_and_one_without_with_all() -> None:
    trained = model()
    known = Histories.of([[0, 1], [3, 4], [0, 1, 3, 4]], 6)
    interests = Interests(trained, known, clusters=2, neighbours=1, seed=1)
    first = int(interests.clusters[0])

    whole, each, own, neighbours = interests.chances(Histories.of([[0, 3, 1], [4]], 6))

    assert sorted(interests.clusters.tolist()) == [0, 0, 0, 1, 1, 1]
    torch.testing.assert_close(whole, asked(trained, [0, 3, 1], [4]))
    torch.testing.assert_close(each[first], asked(trained, [0, 1], [4]))
    torch.testing.assert_close(each[1 - first], asked(trained, [3], [4]))
    assert own[:, first].tolist() == pytest.approx([2 / 3, 0])
    assert neighbours[:, first].tolist() == pytest.approx([1 / 2, 0])


def test_the_mixture_is_that_of_the_formula() -> None:
    random = np.random.default_rng(2)
    whole, each = (torch.from_numpy(random.dirichlet(np.ones(6), size)) for size in (2, (3, 2)))
    own, neighbours = (torch.from_numpy(random.dirichlet(np.ones(3), 2)) for _ in range(2))

    found = np.exp(mixture((whole, each, own, neighbours), share=0.7, smoothing=0.4))

    weights = 0.6 * own + 0.4 * neighbours
    expected = 0.3 * whole + 0.7 * sum(weights[:, c, None] * each[c] for c in range(3))
    assert found == pytest.approx(expected.numpy())
    assert found.sum(axis=1) == pytest.approx([1, 1])


def test_a_user_without_events_is_interested_in_everything_alike() -> None:
    interests = Interests(model(), Histories.of([[0, 3]], 6), clusters=2, neighbours=9, seed=1)

    _, _, own, neighbours = interests.chances(Histories.of([[]], 6))

    assert own.tolist() == neighbours.tolist() == [[0.5, 0.5]]
