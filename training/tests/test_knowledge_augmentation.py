from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.knowledge import augmentation, preference_rows, wording
from millrace_training.knowledge.area import area, area_interval, log_loss
from millrace_training.knowledge.augmentation_training import TrainingSettings, fitted, predict
from millrace_training.knowledge.endpoint import Answers
from millrace_training.knowledge.fibinet import Fibinet, FibinetSettings, Knowledge
from millrace_training.profiles.encoder import Vectors
from millrace_training.profiles.rule import Event
from millrace_training.profiles.texts import ItemText

TEXTS = {str(n): ItemText(f"title {n}", ("1990", "even" if n % 2 == 0 else "odd")) for n in range(12)}


def stream(users: int = 6, events: int = 24, items: int = 12) -> Interactions:
    """Even users like even items, odd ones odd items."""
    user = np.repeat(np.arange(users), events)
    item = (np.tile(np.arange(events), users) * 5 + user) % items
    value = np.where(item % 2 == user % 2, 5.0, 2.0)
    order = np.argsort(np.tile(np.arange(events), users), kind="stable")
    ids = tuple(str(n) for n in range(items))
    return Interactions(
        user[order],
        item[order],
        np.arange(users * events),
        np.full(users * events, 5),
        tuple(f"u{n}" for n in range(users)),
        ids,
        value[order],
    )


def test_the_first_half_of_a_users_events_is_known_and_never_a_row() -> None:
    data = preference_rows.rows(stream(events=24))

    assert [len(events) for events in data.known] == [12] * 6
    assert np.bincount(data.user).tolist() == [12] * 6


def test_at_most_30_events_are_known() -> None:
    data = preference_rows.rows(stream(users=1, events=100))

    assert len(data.known[0]) == 30
    assert len(data.user) == 70


def test_a_rows_history_is_the_last_ten_events_before_it() -> None:
    events = stream(users=1, events=24)
    data = preference_rows.rows(events)

    assert data.history_item[0].tolist() == events.item[2:12].tolist()
    assert data.item[0] == events.item[12]
    assert data.liked[0] == (events.value[12] >= 4)  # type: ignore[index]


def test_ratings_are_needed() -> None:
    events = stream()
    without = Interactions(events.user, events.item, events.time_s, events.event_type, events.user_ids, events.item_ids)
    with pytest.raises(TrainingError, match="an event has none"):
        preference_rows.rows(without)


def test_folds_are_even() -> None:
    assert np.bincount(preference_rows.folds(100, 10, 1)).tolist() == [10] * 10


def test_the_area_counts_pairs_in_order_and_ties_half() -> None:
    positive = np.array([True, False, True, False])

    assert area(np.array([3.0, 1.0, 2.0, 0.0]), positive) == 1
    assert area(np.array([1.0, 1.0, 1.0, 1.0]), positive) == 0.5
    assert area(np.array([1.0, 2.0, 3.0, 0.0]), positive) == 0.75


def test_a_weight_is_as_good_as_repeating_a_case() -> None:
    scores, positive = np.array([1.0, 2.0, 3.0]), np.array([True, False, True])

    weighted = area(scores, positive, np.array([2.0, 1.0, 1.0]))

    assert weighted == pytest.approx(area(np.array([1.0, 1.0, 2.0, 3.0]), np.array([True, True, False, True])))


def test_log_loss_is_that_of_the_logits() -> None:
    assert log_loss(np.array([0.0, 0.0]), np.array([True, False])) == pytest.approx(np.log(2))
    assert log_loss(np.array([50.0]), np.array([False])) == pytest.approx(50)


def test_an_interval_is_of_the_difference_between_the_same_users() -> None:
    random = np.random.default_rng(1)
    positive = random.random(400) < 0.5
    users = np.repeat(np.arange(40), 10)
    good: NDArray[np.float64] = positive + random.normal(size=400)
    bad: NDArray[np.float64] = random.normal(size=400)

    low, high = area_interval([good], [bad], [positive], [users])

    assert 0 < low < high
    assert area_interval([good], [good], [positive], [users]) == [0.0, 0.0]


def test_knowledge_that_tells_who_likes_what_is_learned() -> None:
    data = preference_rows.rows(stream(users=20, events=40))
    side = torch.tensor([1.0, -1.0])
    knowledge = Knowledge(side.repeat(10)[:, None].repeat(1, 4), side.repeat(6)[:, None].repeat(1, 4))
    traits = torch.zeros(12, 1)
    whose = data.user
    train, rest = np.flatnonzero(whose < 14), np.flatnonzero(whose >= 14)

    model = fitted(data, traits, knowledge, train, rest, 1, TrainingSettings(batch=32, epochs=20, patience=20))

    assert area(predict(model, data, rest), data.liked[rest] > 0) > 0.9


def test_the_same_seed_gives_the_same_predictions() -> None:
    data = preference_rows.rows(stream())
    rows, traits = np.arange(len(data.user)), torch.eye(12)
    once, twice = (
        predict(fitted(data, traits, None, rows, rows, 3, TrainingSettings(epochs=1)), data, rows) for _ in range(2)
    )

    np.testing.assert_array_equal(once, twice)


def test_unanswered_items_have_their_texts_alone(tmp_path: Path) -> None:
    known = [[Event("0", 5.0)], [Event("1", 1.0)]]
    users, items = wording.questions(known, list(TEXTS), TEXTS)

    class Says:
        model = "small"

        def answer(self, question: object) -> str:
            return '{"likes": ["even"]}' if question == users[0] else "A classic."

    answers = Answers(tmp_path / "answers.jsonl")
    answers.ask(Says(), [each for each in (users[0], items[3]) if each is not None], 1, lambda _: None)
    words = wording.by_model(known, list(TEXTS), TEXTS, answers, "small")

    assert words.likes == ("even", "")
    assert words.items[3] == "title 3. 1990, odd A classic."
    assert words.items[4] == "title 4. 1990, even"
    assert (words.answered_users, words.answered_items) == (1, 1)


def test_shuffling_keeps_the_vectors_and_changes_whose_they_are() -> None:
    knowledge = Knowledge(torch.randn(50, 3), torch.randn(60, 3))
    mixed = wording.shuffled(knowledge, 1)

    assert not torch.equal(mixed.user, knowledge.user)
    torch.testing.assert_close(mixed.user.sort(dim=0).values, knowledge.user.sort(dim=0).values)


def test_every_arm_is_compared_with_the_first() -> None:
    data = preference_rows.rows(stream(users=20))
    traits = augmentation.traits([str(n) for n in range(12)], TEXTS)

    table = augmentation.measure(data, traits, {"plain": lambda _: None, "same": lambda _: None}, 2, lambda _: None)

    assert traits.shape == (12, 2)
    assert [row["name"] for row in table] == ["plain", "same"]
    assert table[1]["auc_gain"] == 0
    assert table[1]["auc_gain_interval"] == [0.0, 0.0]


class Spells:
    def encode(self, texts: Sequence[str]) -> Vectors:
        table = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                table[row, ord(letter) % 384] += 1
        return table


def test_knowledge_has_one_width_and_what_is_avoided_points_away() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz01234"
    words = wording.Wording(tuple(letters), tuple(letters[1:] + "a"), tuple(letters * 2))

    knowledge = words.knowledge(Spells())

    assert knowledge.user.shape == (31, wording.COMPONENTS)
    assert knowledge.item.shape == (62, wording.COMPONENTS)
    assert float(knowledge.item.std()) == pytest.approx(1, abs=1e-3)
    torch.testing.assert_close(knowledge.item[:31], knowledge.item[31:], atol=1e-3, rtol=1e-3)


def test_vectors_of_different_widths_are_refused() -> None:
    with pytest.raises(TrainingError, match="3 columns"):
        Fibinet(FibinetSettings(), torch.eye(4), Knowledge(torch.zeros(2, 3), torch.zeros(4, 5)))
