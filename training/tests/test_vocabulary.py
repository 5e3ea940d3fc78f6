"""Indices never change once given."""

from pathlib import Path

import pytest

from millrace_training.errors import TrainingError
from millrace_training.vocabulary import UNKNOWN, Vocabulary


def test_the_first_line_has_index_three_and_strangers_are_unknown() -> None:
    vocabulary = Vocabulary(("b", "a"))

    assert vocabulary.indices(["b", "a", "c"]) == [3, 4, UNKNOWN]
    assert vocabulary.size == 5


def test_extending_keeps_every_earlier_index() -> None:
    assert Vocabulary(("b", "a")).extended(["c", "a", "c", "d"]).ids == ("b", "a", "c", "d")


def test_it_reads_back_what_it_wrote(tmp_path: Path) -> None:
    vocabulary = Vocabulary(("50%", "é", "two words"))
    (tmp_path / "vocabulary.txt").write_bytes(vocabulary.to_bytes())

    assert Vocabulary.read(tmp_path / "vocabulary.txt") == vocabulary


@pytest.mark.parametrize("ids", [("",), ("a\nb",), ("a\u2028b",), ("a", "a")])
def test_ids_that_would_shift_the_lines_are_refused(ids: tuple[str, ...]) -> None:
    with pytest.raises(TrainingError):
        Vocabulary(ids)


def test_a_version_without_its_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"vocabulary\.txt can't be read"):
        Vocabulary.read(tmp_path / "vocabulary.txt")
