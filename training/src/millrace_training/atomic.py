"""Write files and folders so that a reader sees all of them or nothing.

Everything is written into a hidden temporary folder beside its destination (the same file system),
flushed to disk, and moved into place with one rename. Whatever interrupts the writing (Ctrl-C, a
full disk, a crash of the interpreter) leaves the destination as it was. Folders go the same way: hidden first, then
removed.

Only the standard library is imported here: fetching the demo's data must work before ``pip install``.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from millrace_training.errors import TrainingError

_TEMPORARY_PREFIX = ".tmp-"
_REMOVED_PREFIX = ".removed-"


@contextmanager
def new_folder(destination: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes ``destination`` when the block ends without an error.

    Raises:
        TrainingError: ``destination`` exists already, or the disk is full or not writable.
    """
    with _readable_disk_errors(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=_TEMPORARY_PREFIX, dir=destination.parent))
        try:
            # mkdtemp makes folders private; a published folder follows the user's umask instead.
            temporary.chmod(0o777 & ~_umask())
            yield temporary
            _flush(temporary)
            if destination.exists():
                raise TrainingError(
                    f"{destination} exists already and is never overwritten; remove it or choose another folder"
                )
            temporary.replace(destination)
            _flush_directory_entry(destination.parent)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def remove_folder(folder: Path) -> None:
    """Let a folder disappear in one step, then free its space; one that is not there stays so.

    What earlier removals beside it left hidden, because they were killed in between, is freed, too.

    Raises:
        TrainingError: it can't be removed; it is there whole then, or hidden.
    """
    try:
        if folder.exists():
            folder.replace(folder.with_name(f"{_REMOVED_PREFIX}{folder.name}"))
            _flush_directory_entry(folder.parent)
        for hidden in folder.parent.glob(f"{_REMOVED_PREFIX}*"):
            shutil.rmtree(hidden)
    except OSError as error:
        raise TrainingError(f"cannot remove {folder} ({error.strerror}); see who owns it and what it holds") from error


def write_file(destination: Path, content: bytes) -> None:
    """Replace ``destination`` by ``content`` in one step, creating parent folders as needed."""
    with _readable_disk_errors(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=_TEMPORARY_PREFIX, dir=destination.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(destination)
            _flush_directory_entry(destination.parent)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def _readable_disk_errors(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TrainingError(
                f"disk full while writing {destination}; free some space and run the command again "
                "(nothing half-written was left behind)"
            ) from error
        raise TrainingError(
            f"cannot write {destination} ({error.strerror}); choose a folder that you may write to"
        ) from error


def _flush(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            _flush_directory_entry(path)
    _flush_directory_entry(folder)


def _flush_directory_entry(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
