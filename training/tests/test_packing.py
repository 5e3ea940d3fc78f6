import numpy as np
import pytest

from millrace_training.language_model.packing import ROOT, Segment, continuations, pack


def test_a_token_sees_its_path_and_nothing_beside_it() -> None:
    row = pack([Segment(ROOT, [10, 11]), Segment(0, [20]), Segment(0, [30, 31]), Segment(2, [40])])

    assert row.tokens.tolist() == [10, 11, 20, 30, 31, 40]
    assert row.positions.tolist() == [0, 1, 2, 2, 3, 4]
    assert [np.flatnonzero(seen).tolist() for seen in row.visible] == [
        [0], [0, 1], [0, 1, 2], [0, 1, 3], [0, 1, 3, 4], [0, 1, 3, 4, 5],
    ]  # fmt: skip


def test_every_root_begins_a_text_of_its_own() -> None:
    row = pack([Segment(ROOT, [10, 11]), Segment(ROOT, [20, 21]), Segment(1, [30])])

    assert row.positions.tolist() == [0, 1, 0, 1, 2]
    assert not row.visible[2:, :2].any()


def test_a_segment_may_be_empty() -> None:
    row = pack([Segment(ROOT, [10]), Segment(0, []), Segment(1, [30])])

    assert row.positions.tolist() == [0, 1]
    assert row.visible[1].tolist() == [True, True]


def test_a_segment_cannot_follow_a_later_one() -> None:
    with pytest.raises(ValueError, match="segment 0 follows 1"):
        pack([Segment(1, [10]), Segment(ROOT, [20])])


def test_first_tokens_are_asked_of_the_prompts_last_one() -> None:
    found = continuations([([10, 11], [[20], [30, 31]]), ([12], [[40, 41]])])

    # The last token of a continuation is not in the row: nothing is asked after it.
    assert found.row.tokens.tolist() == [10, 11, 30, 12, 40]
    assert found.asked[found.place].tolist() == [1, 1, 2, 3, 4]
    assert found.asked.tolist() == [1, 2, 3, 4]
    assert found.wanted.tolist() == [20, 30, 31, 40, 41]
    assert found.owner.tolist() == [0, 1, 1, 2, 2]
    assert found.count == 3
