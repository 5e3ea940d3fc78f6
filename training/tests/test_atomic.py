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


def test_a_removed_folder_is_gone_with_all_that_it_holds(tmp_path: Path) -> None:
    for version in ("1", "2"):
        (tmp_path / version / "inner").mkdir(parents=True)
        (tmp_path / version / "inner" / "a.txt").write_text("a")

    atomic.remove_folder(tmp_path / "1")
    atomic.remove_folder(tmp_path / "never")

    assert [path.name for path in tmp_path.iterdir()] == ["2"]
    assert (tmp_path / "2" / "inner" / "a.txt").is_file()


def test_a_removal_that_is_killed_shows_nothing_half_and_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("1", "2", "3"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.txt").write_text("a")

    def killed(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(atomic.shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            atomic.remove_folder(tmp_path / "1")
    shown = sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("."))
    atomic.remove_folder(tmp_path / "2")

    assert shown == ["2", "3"]
    assert [path.name for path in tmp_path.iterdir()] == ["3"]


def test_a_folder_that_cannot_be_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    (tmp_path / "1").mkdir()
    monkeypatch.setattr(Path, "replace", refused)

    with pytest.raises(TrainingError, match=r"cannot remove .*/1 \(Permission denied\); see who owns it"):
        atomic.remove_folder(tmp_path / "1")
    assert (tmp_path / "1").is_dir()
