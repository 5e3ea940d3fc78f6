"""The exported graph: the model's own numbers, alone and in a batch, exclusions before top-K, edge rows."""

import dataclasses

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray

from conftest import TINY, random_model
from millrace_training import parity, retriever
from millrace_training.errors import TrainingError
from millrace_training.parity import TOLERANCE
from millrace_training.retriever import CANDIDATES
from millrace_training.sasrec import SasRec, time_bucket
from millrace_training.serving import NOT_RETURNED, ExportedRetriever, Row
from millrace_training.vocabulary import FIRST_ITEM

SIZE = 153
HISTORY = TINY.max_history


def allowed(size: int = SIZE) -> NDArray[np.bool_]:
    return np.arange(size) >= FIRST_ITEM


def exported(model: SasRec) -> ExportedRetriever:
    return ExportedRetriever(retriever.export(model, TINY, allowed(model.size)))


def random_rows(count: int, seed: int = 3, longest: int = 2 * HISTORY) -> list[Row]:
    random = np.random.default_rng(seed)
    rows = []
    for number in range(count):
        length = int(random.integers(0, longest + 1))
        ages_s = np.sort(random.choice([0, 0, 1, 3, 7, 59, 3_600, 86_400, 10_000_000], length))[::-1]
        rows.append(
            Row(
                items=random.integers(2, SIZE, length).tolist(),
                event_types=random.integers(0, 8, length).tolist(),
                ages_s=(ages_s - ages_s.min(initial=10**9)).tolist() if length else [],
                exclude=random.choice(np.arange(3, SIZE), int(random.integers(0, 40)), replace=False).tolist(),
                profile=random.standard_normal(384).astype(np.float32) if number % 2 else None,
                query=random.standard_normal(384).astype(np.float32) if number % 3 else None,
            )
        )
    return rows


def scored(result: tuple[NDArray[np.int32], NDArray[np.float32]], row: int) -> dict[int, float]:
    candidates, scores = result
    return {
        int(item): float(score)
        for item, score in zip(candidates[row], scores[row], strict=True)
        if score > NOT_RETURNED
    }


def test_the_graph_gives_the_models_scores(trained_like: SasRec) -> None:
    outcome = parity.check(trained_like, exported(trained_like), allowed(), random_rows(60), HISTORY)

    assert outcome.rows == 60
    assert 0 < outcome.max_score_difference < TOLERANCE
    assert outcome.same_top_10 == 1.0


def test_ages_that_single_precision_rounds_are_compared_as_the_server_is_told_them(trained_like: SasRec) -> None:
    # Six seconds apart, and eight once rounded, which is another bucket: no fault of the graph's.
    row = Row(items=[5, 9, 12], event_types=[1, 1, 1], ages_s=[30_000_007.0, 30_000_001.0, 0.0])

    parity.check(trained_like, exported(trained_like), allowed(), [row], HISTORY)


def test_parity_notices_a_small_change_of_the_weights(trained_like: SasRec) -> None:
    session = exported(trained_like)
    with torch.no_grad():
        trained_like.final_gain[0] += 0.01

    with pytest.raises(TrainingError, match="differs from the trained one"):
        parity.check(trained_like, session, allowed(), random_rows(20), HISTORY)


def test_rows_give_the_same_alone_and_in_a_batch(trained_like: SasRec) -> None:
    # A batch pads rows and may block the matrix products differently, which changes the order of additions:
    # at most some 1e-6 of scores around 10, far below the tolerance of 1e-4.
    rows, session = random_rows(40), exported(trained_like)

    together = session.retrieve(rows)

    for number, row in enumerate(rows):
        alone = scored(session.retrieve([row]), 0)
        assert scored(together, number) == pytest.approx(alone, abs=1e-4)


def test_an_empty_batch_of_histories_gets_the_start_tokens_list(trained_like: SasRec) -> None:
    candidates, scores = exported(trained_like).retrieve([Row(), Row()])

    expected = np.sort(parity.eager_scores(trained_like, allowed(), Row(), HISTORY))[::-1][:CANDIDATES]
    assert scores[0] == pytest.approx(expected, abs=TOLERANCE)
    assert candidates[0].tolist() == candidates[1].tolist()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_empty_history_among_others_disturbs_nobody(trained_like: SasRec, place: int) -> None:
    rows, session = random_rows(2), exported(trained_like)
    batch = [*rows[:place], Row(), *rows[place:]]

    result = session.retrieve(batch)

    for number, row in enumerate(batch):
        assert scored(result, number) == pytest.approx(scored(session.retrieve([row]), 0), abs=1e-4)


def test_candidates_come_best_first_and_are_items(trained_like: SasRec) -> None:
    candidates, scores = exported(trained_like).retrieve(random_rows(20))

    assert (np.diff(scores, axis=1) <= 0).all()
    assert (candidates[scores > NOT_RETURNED] >= FIRST_ITEM).all()
    assert candidates.shape == scores.shape == (20, CANDIDATES)


def test_excluded_items_make_room_for_the_next_ones(trained_like: SasRec) -> None:
    session = exported(trained_like)
    best, _ = session.retrieve([Row(items=[5, 9], event_types=[5, 5], ages_s=[8.0, 0.0])])

    without, _ = session.retrieve(
        [Row(items=[5, 9], event_types=[5, 5], ages_s=[8.0, 0.0], exclude=best[0, :40].tolist())]
    )

    assert without[0, : CANDIDATES - 40].tolist() == best[0, 40:].tolist()
    assert not set(best[0, :40].tolist()) & set(without[0].tolist())


def test_rows_exclude_for_themselves_only(trained_like: SasRec) -> None:
    session = exported(trained_like)
    history = {"items": [5], "event_types": [5], "ages_s": [0.0]}
    best, _ = session.retrieve([Row(**history)])
    top = best[0, :3].tolist()

    candidates, _ = session.retrieve([Row(**history, exclude=top), Row(**history), Row(**history, exclude=top[:1])])

    assert candidates[0, 0] == best[0, 3]
    assert candidates[1].tolist() == best[0].tolist()
    assert candidates[2, 0] == top[1]


def test_where_few_items_remain_the_rest_is_marked(trained_like: SasRec) -> None:
    _, scores = exported(trained_like).retrieve([Row(exclude=list(range(FIRST_ITEM, SIZE - 5)))])

    assert (scores[0] > NOT_RETURNED).sum() == 5


def test_a_catalogue_smaller_than_the_list_is_returned_whole() -> None:
    model = random_model(TINY, size=FIRST_ITEM + 4)

    assert sorted(scored(exported(model).retrieve([Row()]), 0)) == [3, 4, 5, 6]


def test_items_that_are_not_allowed_never_come_back(trained_like: SasRec) -> None:
    removed = allowed()
    removed[10:60] = False
    session = ExportedRetriever(retriever.export(trained_like, TINY, removed))

    found = set(scored(session.retrieve([Row()]), 0))

    assert len(found) == CANDIDATES
    assert not found & set(range(10, 60))


def test_only_the_newest_events_count(trained_like: SasRec) -> None:
    session = exported(trained_like)
    row = next(row for row in random_rows(50) if len(row.items) > HISTORY + 2)
    cut = dataclasses.replace(
        row,
        items=row.items[-HISTORY:],
        event_types=row.event_types[-HISTORY:],
        ages_s=row.ages_s[-HISTORY:],
    )

    assert scored(session.retrieve([row]), 0) == pytest.approx(scored(session.retrieve([cut]), 0), abs=1e-5)


@pytest.mark.parametrize(
    "changed",
    [
        {"items": [6, 9]},
        {"event_types": [1, 5]},
        {"ages_s": [90.0, 0.0]},
        {"profile": np.ones(384, dtype=np.float32)},
        {"query": np.ones(384, dtype=np.float32)},
    ],
)
def test_every_input_has_an_effect_once_trained(trained_like: SasRec, changed: dict[str, object]) -> None:
    session = exported(trained_like)
    row = Row(items=[5, 9], event_types=[5, 5], ages_s=[8.0, 0.0])

    before, after = (session.retrieve([each])[1] for each in (row, dataclasses.replace(row, **changed)))

    assert np.abs(before - after).max() > 1e-3


def test_a_gate_at_zero_leaves_scores_exactly_as_they_are(trained_like: SasRec) -> None:
    with torch.no_grad():
        trained_like.condition_gate.zero_()
    session = exported(trained_like)
    row = random_rows(1)[0]
    conditions = np.full(384, 3.0, dtype=np.float32)

    plain = session.retrieve([dataclasses.replace(row, profile=None, query=None)])
    conditioned = session.retrieve([dataclasses.replace(row, profile=conditions, query=conditions)])

    assert (plain[0] == conditioned[0]).all()
    assert (plain[1] == conditioned[1]).all()


def test_the_signature_is_the_contract(trained_like: SasRec) -> None:
    graph = onnx.load_from_string(retriever.export(trained_like, TINY, allowed())).graph

    def described(values: object) -> dict[str, tuple[int, list[str | int]]]:
        return {
            value.name: (
                value.type.tensor_type.elem_type,
                [each.dim_param or each.dim_value for each in value.type.tensor_type.shape.dim],
            )
            for value in values
        }

    int32, fp32 = onnx.TensorProto.INT32, onnx.TensorProto.FLOAT
    assert described(graph.input) == {
        "item_index": (int32, ["T"]),
        "event_type": (int32, ["T"]),
        "age_s": (fp32, ["T"]),
        "row_ends": (int32, ["B"]),
        "profile": (fp32, ["B", 384]),
        "profile_on": (fp32, ["B", 1]),
        "query": (fp32, ["B", 384]),
        "query_on": (fp32, ["B", 1]),
        "exclude_index": (int32, ["E"]),
        "exclude_ends": (int32, ["B"]),
    }
    assert described(graph.output) == {"candidate": (int32, ["B", 100]), "score": (fp32, ["B", 100])}


def test_the_same_weights_give_the_same_bytes(trained_like: SasRec) -> None:
    assert retriever.export(trained_like, TINY, allowed()) == retriever.export(trained_like, TINY, allowed())


def test_time_buckets_double() -> None:
    seconds = torch.tensor([-5.0, 0.0, 1.0, 2.0, 3.0, 6.0, 7.0, 1e12])

    assert time_bucket(seconds).tolist() == [1, 1, 2, 2, 3, 3, 4, 31]
