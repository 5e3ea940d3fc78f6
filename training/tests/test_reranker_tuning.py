from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

import tiny_language_model as tiny
from millrace_training import cli
from millrace_training.errors import TrainingError
from millrace_training.interactions import Interactions
from millrace_training.language_model import checkpoint, gguf
from millrace_training.language_model.adapters import AdapterSettings
from millrace_training.language_model.chat import ChatTokens
from millrace_training.language_model.packing import ContinuationRow, continuations
from millrace_training.language_model.tunable import TunableDecoder
from millrace_training.profiles.texts import ItemText
from millrace_training.progress import Progress, unseen
from millrace_training.ranking.replay import Fold, Stream
from millrace_training.reranking import listwise, served_parity, tuning_lists
from millrace_training.reranking.adapter_lists import AdapterLists
from millrace_training.reranking.tuning import Tuner, TuningSettings
from millrace_training.reranking.tuning_lists import ListPlan, TuningList
from millrace_training.reranking.wording import Wording
from millrace_training.serving import Row
from millrace_training.vocabulary import FIRST_ITEM, Vocabulary

ADAPTERS = AdapterSettings(layers=1, rank=4)
SETTINGS = TuningSettings(2e-2, warm_up=2, batch=4, max_steps=12, validate_every=3)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> checkpoint.Checkpoint:
    return checkpoint.read(gguf.read(tiny.write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")))


def rows(seed: int, count: int, shift: int = 0) -> list[ContinuationRow]:
    """Who had token 100 + n chooses 120 + n, which the model cannot know; with a shift, another candidate of them."""
    random, found = np.random.default_rng(seed), []
    for _ in range(count):
        kind = int(random.integers(10))
        others = [each for each in range(10) if each != kind]
        titles = [[120 + each, 50] for each in (kind, *random.permutation(others)[:3].tolist())]
        titles = titles[shift:] + titles[:shift]
        found.append(continuations([([5, 100 + kind, 6], titles), ([5, 7, 6], titles)]))
    return found


def tuner(
    model: checkpoint.Checkpoint,
    settings: TuningSettings = SETTINGS,
    file: Path | None = None,
    learned: list[ContinuationRow] | None = None,
    validated: list[ContinuationRow] | None = None,
    kept_bytes: int = 1 << 20,
) -> Tuner:
    decoder = TunableDecoder(model, ADAPTERS, seed=1)
    lists = [AdapterLists(decoder, part, kept_bytes) for part in (learned or rows(1, 10), validated or rows(2, 6))]
    return Tuner(decoder, lists[0], lists[1], settings, 1, file)


def test_the_loss_is_that_of_a_softmax_over_what_candidates_gain() -> None:
    after_person, after_nobody = [-2.0, -3.0, -1.0], [-3.0, -3.0, -3.0]
    gains = listwise.gains(torch.tensor(after_person + after_nobody))

    assert gains.tolist() == [1, 0, 2]
    assert listwise.loss(gains).item() == pytest.approx(math.log(math.e + 1 + math.e**2) - 1)


def test_tuning_learns_what_the_model_did_not_know(model: checkpoint.Checkpoint) -> None:
    settings = TuningSettings(2e-2, warm_up=2, batch=8, max_steps=40, validate_every=20)
    run = tuner(model, settings, learned=rows(1, 80), validated=rows(2, 12))
    run.run(unseen)

    assert run.curve.losses[0] > 0.9 * math.log(4)
    assert min(run.curve.losses) < 0.5 * math.log(4)


def misled(model: checkpoint.Checkpoint, settings: TuningSettings) -> Tuner:
    """Whatever it learns makes validation worse."""
    return tuner(model, settings, learned=rows(1, 24), validated=rows(2, 8, shift=1))


def test_the_best_adapters_are_kept(model: checkpoint.Checkpoint) -> None:
    run = misled(model, TuningSettings(2e-2, 2, 8, max_steps=12, validate_every=12))
    run.run(unseen)

    assert run.curve.losses[1] > run.curve.losses[0]
    assert all(not values.any() for name, values in run._learner.named_parameters() if name.endswith("widen"))


def test_tuning_stops_when_validation_does_not_improve(model: checkpoint.Checkpoint) -> None:
    run = misled(model, TuningSettings(2e-2, 2, 8, max_steps=90, validate_every=10, patience=2))
    run.run(unseen)

    assert run.curve.best_step < run.step < 90
    assert run.curve.since_best == 2


class StoppedError(Exception):
    pass


class Interrupting(Progress):
    """Ends the run after so many lists."""

    left = 1

    def advance(self, units: int, note: str = "") -> None:
        if units and self._label == "tuning":
            type(self).left -= 1
            if not type(self).left:
                raise StoppedError


@pytest.mark.parametrize("after", [5, 14, 31])
def test_a_resumed_run_is_the_uninterrupted_one(model: checkpoint.Checkpoint, tmp_path: Path, after: int) -> None:
    whole = tuner(model)
    whole.run(unseen)
    file = tmp_path / "tuning.pt"
    Interrupting.left = after
    with pytest.raises(StoppedError):
        tuner(model, file=file).run(Interrupting)
    resumed = tuner(model, file=file)
    assert resumed.step == after // 10 * 3
    resumed.run(unseen)

    assert resumed.curve == whole.curve
    for name, values in whole._learner.state_dict().items():
        assert torch.equal(values, resumed._learner.state_dict()[name]), name


def test_a_run_may_go_on_for_longer(model: checkpoint.Checkpoint, tmp_path: Path) -> None:
    file = tmp_path / "tuning.pt"
    tuner(model, TuningSettings(2e-2, 2, 4, max_steps=6, validate_every=3), file).run(unseen)
    longer = tuner(model, file=file)
    longer.run(unseen)
    whole = tuner(model)
    whole.run(unseen)

    assert longer.curve == whole.curve


def test_a_checkpoint_of_another_run_is_refused(model: checkpoint.Checkpoint, tmp_path: Path) -> None:
    file = tmp_path / "tuning.pt"
    tuner(model, file=file).run(unseen)
    with pytest.raises(TrainingError, match="belongs to another run"):
        tuner(model, file=file, learned=rows(5, 10))


def test_states_that_are_not_kept_are_computed_again(model: checkpoint.Checkpoint) -> None:
    kept, forgotten = tuner(model), tuner(model, kept_bytes=0)
    kept.run(unseen)
    forgotten.run(unseen)

    assert kept.curve == forgotten.curve


def test_an_export_that_scores_otherwise_is_refused() -> None:
    with pytest.raises(TrainingError, match=r"differ from the learned one's by 0\.5"):
        served_parity.check(served_parity.Parity(4, 0.5, 0.3, 0.25))


class Best:
    """A retriever that always has the same items, but not those that a row excludes."""

    def __init__(self, items: list[int]) -> None:
        self._items = items
        self.asked: list[Row] = []

    def retrieve(self, rows: list[Row]) -> tuple[np.ndarray, np.ndarray]:
        self.asked += rows
        found = np.zeros((len(rows), len(self._items)), np.int32)
        scores = np.full(found.shape, -1e30, np.float32)
        for number, row in enumerate(rows):
            kept = [item for item in self._items if item not in row.exclude]
            found[number, : len(kept)] = kept
            scores[number, : len(kept)] = -np.arange(len(kept))
        return found, scores


def stream_of(items: list[str], chosen: list[int]) -> Stream:
    count = len(chosen)
    events = Interactions(
        np.arange(count) % 2,
        np.array(chosen),
        np.arange(count),
        np.zeros(count, dtype=np.int64),
        ("ada", "bob"),
        tuple(items),
        np.full(count, 5.0),
    )
    return Stream.of(events, Vocabulary(tuple(items)), None)


@pytest.fixture
def many() -> tuple[Stream, Wording]:
    items = [f"i{number}" for number in range(40)]
    described = {item: ItemText(f"<{item}>", ("Crime",)) for item in items}
    stream = stream_of(items, np.random.default_rng(1).permutation(np.repeat(np.arange(40), 2)).tolist())
    return stream, Wording(described, stream.events, 40)


def test_lists_are_of_before_the_cut_and_validate_on_the_newest(many: tuple[Stream, Wording]) -> None:
    stream, wording = many
    best = Best(list(range(FIRST_ITEM, FIRST_ITEM + 40)))
    learned, validated = tuning_lists.build(stream, Fold(40, 72, best, None), wording, ListPlan(99, 99, 3, history=4))

    assert {each.position for each in learned} <= set(range(40, 64))
    assert {each.position for each in validated} <= set(range(64, 72))
    for each in learned + validated:
        target = stream.events.item_ids[stream.events.item[each.position]]
        before = [at for at in range(each.position) if at % 2 == each.position % 2]
        assert each.history == tuple(f"<i{stream.events.item[at]}>" for at in before[-4:])
        assert each.candidates[0] == f"<{target}>"
        assert len(set(each.candidates)) == 4
        assert not {f"<i{stream.events.item[at]}>" for at in before} & set(each.candidates)


def test_what_the_retriever_does_not_bring_makes_no_list(many: tuple[Stream, Wording]) -> None:
    stream, wording = many
    best = Best([FIRST_ITEM + 7, *range(FIRST_ITEM + 20, FIRST_ITEM + 40)])
    learned, validated = tuning_lists.build(stream, Fold(40, 80, best, None), wording, ListPlan(99, 99, 3))

    brought = {"<i7>", *(f"<i{number}>" for number in range(20, 40))}
    assert {each.candidates[0] for each in learned + validated} <= brought


def test_the_same_seed_draws_the_same_lists(many: tuple[Stream, Wording]) -> None:
    stream, wording = many
    fold = Fold(40, 80, Best(list(range(FIRST_ITEM, FIRST_ITEM + 40))), None)
    one, again, other = (tuning_lists.build(stream, fold, wording, ListPlan(9, 4, 3, 20, seed)) for seed in (1, 1, 2))

    assert one == again
    assert one != other


def test_nothing_to_tune_on_is_an_error(many: tuple[Stream, Wording]) -> None:
    stream, wording = many
    with pytest.raises(TrainingError, match="nothing to tune on"):
        tuning_lists.build(stream, Fold(40, 80, Best([]), None), wording, ListPlan())


def test_a_row_has_every_candidate_after_the_person_and_after_nobody() -> None:
    chat = ChatTokens(tiny.metadata())
    row = TuningList(0, ("Alien",), ("War",), ("Heat", "Speed 2")).row(chat)

    assert row.count == 4
    half = len(row.wanted) // 2
    assert row.wanted[:half].tolist() == row.wanted[half:].tolist() == chat.text("Heat") + chat.text("Speed 2")
    assert row.row.positions.tolist().count(0) == 2


@pytest.mark.parametrize("command", ["rerank-tune", "rerank-soft-prompt"])
def test_a_folder_that_exists_is_not_overwritten(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", "none", "--until", "80%", "--out", str(tmp_path), "--work", str(tmp_path)]

    assert cli.main([command, *arguments]) == 1
    assert "exists already" in capsys.readouterr().err
