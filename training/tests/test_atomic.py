"""Whatever interrupts a write, the destination is as it was and nothing temporary stays."""

import errno
from pathlib import Path

import pytest

from millrace_training import atomic
from millrace_training.errors import TrainingError


def test_a_folder_appears_whole_when_the_block_ends(tmp_path: Path) -> None:
    with atomic.new_folder(tmp_path / "models" / "1") as folder:
        (folder / "a.txt").write_text("a")
        assert not (tmp_path / "models" / "1").exists()

    assert (tmp_path / "models" / "1" / "a.txt").read_text() == "a"
    assert [p.name for p in (tmp_path / "models").iterdir()] == ["1"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), RuntimeError("export failed")])
def test_an_interrupted_folder_leaves_nothing(tmp_path: Path, interruption: BaseException) -> None:
    with pytest.raises(type(interruption)), atomic.new_folder(tmp_path / "1") as folder:
        (folder / "a.txt").write_text("half")
        raise interruption

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_clear_line(tmp_path: Path) -> None:
    with (
        pytest.raises(TrainingError, match=r"disk full while writing .*/1; free some space"),
        atomic.new_folder(tmp_path / "1"),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")

    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()

    with pytest.raises(TrainingError, match="never overwritten"), atomic.new_folder(tmp_path / "1"):
        pass

    assert [p.name for p in tmp_path.iterdir()] == ["1"]


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    atomic.write_file(tmp_path / "new" / "f", b"one")
    atomic.write_file(tmp_path / "new" / "f", b"two")

    assert (tmp_path / "new" / "f").read_bytes() == b"two"
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["f"]


def test_a_destination_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(TrainingError, match=r"cannot write .*/file/f"):
        atomic.write_file(tmp_path / "file" / "f", b"")
