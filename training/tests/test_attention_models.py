"""What every model with a file of its own has to hold, and what each paper says of its own."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from conftest import ring
from millrace_training.data.histories import Histories
from millrace_training.neural.bert4rec import Bert4Rec, Bert4RecSettings, Cloze
from millrace_training.neural.hstu import Hstu, HstuSettings, RelativeBias
from millrace_training.neural.lessons import Windows, padded
from millrace_training.neural.ligr import Ligr, LigrSettings
from millrace_training.neural.model import NextItemModel, PositionwiseModel
from millrace_training.neural.trainer import NeuralScorer, Trainer, TrainerSettings
from millrace_training.protocols import ranking, splits

ITEMS = 12
LIGR = LigrSettings(dimensions=16, heads=2, max_history=8, dropout=0.1, initial_std=0.1)
HSTU = HstuSettings(dimensions=16, heads=2, head_width=8, max_history=8, dropout=0.1, initial_std=0.1)
BERT = Bert4RecSettings(dimensions=16, max_history=8, dropout=0.1, masked=0.3, newest_only=0.2, initial_std=0.1)

MODELS = [(Ligr, LIGR, Windows), (Hstu, HSTU, Windows), (Bert4Rec, BERT, Cloze)]
CAUSAL = [(Ligr, LIGR), (Hstu, HSTU)]


def fresh(kind: Any, settings: Any) -> Any:
    torch.manual_seed(2)
    return kind(settings, ITEMS).eval()


def timed(step_s: int) -> Histories:
    """The ring's walks, an event every ``step_s`` seconds."""
    walks = ring()
    users = [history.tolist() for history in walks]
    return Histories.of(users, ITEMS, [[step_s * n for n in range(len(user))] for user in users])


@pytest.mark.parametrize(("kind", "settings", "lesson"), MODELS)
@pytest.mark.parametrize("histories", [ring(), timed(60)], ids=["order", "times"])
def test_it_learns_what_follows_what(kind: Any, settings: Any, lesson: Any, histories: Histories) -> None:
    split = splits.leave_one_out(histories)
    torch.manual_seed(1)
    model: NextItemModel = kind(settings, ITEMS)
    training = TrainerSettings(batch_size=16, learning_rate=5e-3, max_epochs=40)

    Trainer(model, lesson(model, split.train), training, seed=1).run(split.validation)

    ranks = ranking.rank(NeuralScorer(model), split.test).ranks
    assert np.mean(ranks == 1) > 0.8


@pytest.mark.parametrize(("kind", "settings", "lesson"), MODELS)
def test_what_is_in_front_of_a_history_does_not_matter(kind: Any, settings: Any, lesson: Any) -> None:
    model = fresh(kind, settings)
    alone, beside = Histories.of([[3, 1, 4]], ITEMS), Histories.of([[3, 1, 4], list(range(8))], ITEMS)

    torch.testing.assert_close(model(*padded(alone, 8)), model(*padded(beside, 8))[:1])
    assert torch.isfinite(model(*padded(Histories.of([[]], ITEMS), 8))).all()


@pytest.mark.parametrize(("kind", "settings"), CAUSAL)
def test_a_position_does_not_see_what_comes_later(kind: Any, settings: Any) -> None:
    model: PositionwiseModel = fresh(kind, settings)
    one, other = model.states(torch.tensor([[3, 1, 4, 2]])), model.states(torch.tensor([[3, 1, 9, 5]]))

    torch.testing.assert_close(one[:, :2], other[:, :2])
    assert not torch.allclose(one[:, 2:], other[:, 2:])


def test_a_closed_gate_of_ligr_lets_nothing_pass() -> None:
    model = fresh(Ligr, LIGR)
    embedded = model.items(torch.tensor([[3, 1]])) * 4 + model.positions.weight[-2:]
    with torch.no_grad():
        for layer in model.layers:
            for gate in (layer.attention_gate, layer.network_gate):
                gate.weight.zero_()
                gate.bias.fill_(-1e4)

    torch.testing.assert_close(model.states(torch.tensor([[3, 1]])), model.norm(embedded))


def test_hstu_looks_at_times_where_there_are_some() -> None:
    model = fresh(Hstu, HSTU)
    indices = torch.tensor([[3, 1, 4]])

    quick, slow = (model(indices, torch.tensor([[0, step, 2 * step]])) for step in (60, 86_400))
    later = model(indices, torch.tensor([[0, 60, 120]]) + 1_000_000)

    assert not torch.allclose(quick, slow)
    torch.testing.assert_close(quick, later)


def test_hstu_weighs_by_distance_in_positions_and_by_powers_of_two_in_time() -> None:
    torch.manual_seed(2)
    bias = RelativeBias(HSTU)

    by_position = bias(3, None)
    by_both = bias(3, torch.tensor([[0, 7, 9]]))[0, 0]

    assert by_position[2].tolist() == [bias.positions[n].item() for n in (2, 1, 0)]
    apart = (by_both - by_position)[2]
    torch.testing.assert_close(apart, bias.times[torch.tensor([3, 1, 0])])


def test_hstu_counts_how_often_something_happened() -> None:
    model = fresh(Hstu, HSTU)
    layer, x = model.layers[0], torch.randn(1, 1, 16)
    alike = x.expand(1, 4, 16)

    def before_norm(rows: Tensor, length: int) -> Tensor:
        kept: list[Tensor] = []
        handle = layer.mixed_norm.register_forward_pre_hook(lambda _, given: kept.append(given[0]))
        layer(rows, torch.zeros(length, length), torch.ones(1, 1, length, length, dtype=torch.bool))
        handle.remove()
        return kept[0][:, -1]

    torch.testing.assert_close(before_norm(alike, 4), 4 * before_norm(x, 1))


def test_hstu_compares_by_cosine() -> None:
    model = fresh(Hstu, HSTU)

    assert model.item_vectors().norm(dim=1).tolist() == pytest.approx([1.0] * ITEMS)
    assert model(torch.tensor([[3, 1]])).norm().item() == pytest.approx(HSTU.scale, rel=1e-5)


def test_bert4rec_sees_both_sides_of_what_is_hidden() -> None:
    model = fresh(Bert4Rec, BERT)
    one = model.guesses(torch.tensor([[3, model.mask, 4]]))[:, 1]

    assert not torch.allclose(one, model.guesses(torch.tensor([[3, model.mask, 5]]))[:, 1])
    assert not torch.allclose(one, model.guesses(torch.tensor([[2, model.mask, 4]]))[:, 1])


def test_bert4rec_has_a_bias_for_every_item() -> None:
    model = fresh(Bert4Rec, BERT)
    before = model(torch.tensor([[3, 1]])) @ model.item_vectors().T
    with torch.no_grad():
        model.popularity[4] += 2

    after = model(torch.tensor([[3, 1]])) @ model.item_vectors().T

    assert (after - before)[0].tolist() == pytest.approx([2.0 if item == 4 else 0.0 for item in range(ITEMS)], abs=1e-5)


def test_a_cloze_hides_real_events_in_every_window_and_asks_for_just_these() -> None:
    model = fresh(Bert4Rec, BERT)
    lesson = Cloze(model, ring(users=500))
    asked: list[Tensor] = []
    guesses = model.guesses
    model.guesses = lambda indices: asked.append(indices) or guesses(indices)

    loss, targets = lesson.loss(lesson.examples(np.random.default_rng(1)))

    hidden = torch.cat([indices == model.mask for indices in asked])
    real = torch.cat([indices != 0 for indices in asked])
    assert targets == hidden.sum() > 500
    assert hidden.any(dim=1).all()
    assert hidden.sum().item() / real.sum().item() == pytest.approx(0.27, abs=0.03)
    assert loss.item() / targets == pytest.approx(math.log(ITEMS), rel=0.2)
