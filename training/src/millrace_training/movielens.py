"""Fetch MovieLens-100K and normalise it to one canonical content, whatever the source.

Sources, in order: the publisher's own archive, then the copy inside the ``recbole`` package, taken
through pip's configured index. Their layouts differ (Latin-1 ``u.data``/``u.item`` with pipes against
UTF-8 ``ml-100k.inter``/``ml-100k.item`` with typed headers), so both are rewritten as

* ``interactions.tsv``: header ``user item rating timestamp``, one line per rating, in the order of
  ``u.data``; the timestamp is in seconds since the epoch (UTC);
* ``items.tsv``: header ``item title year genres``; the title is without its year, the year is empty
  where unknown, genres are joined by ``|``;

both UTF-8, tab-separated, one line feed per line, and verified by SHA-256. The data may be used for research
and may not be redistributed: F. M. Harper and J. A. Konstan, *The MovieLens Datasets: History and Context*,
ACM TiiS 5(4), 2015.

Only the standard library is imported here: the demo fetches its data before any ``pip install``.
"""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from millrace_training import atomic
from millrace_training.errors import TrainingError

INTERACTIONS = "interactions.tsv"
ITEMS = "items.tsv"
TERMS = "TERMS.txt"

CANONICAL_SHA256: Mapping[str, str] = {
    INTERACTIONS: "5344e217a76268fedbfb1552741c89ab9281ccd7bfd3ea43a11bddafb11a55bc",
    ITEMS: "fafd14eb418fa2b83568c0e3ec5f5d10e5f6d132f7875dde03f5e202562a83cb",
}

TERMS_OF_USE = """\
MovieLens-100K was collected by the GroupLens Research Project at the University of Minnesota.
Terms of use: research only; no redistribution without separate permission; no commercial or
revenue-bearing use without permission from GroupLens; do not imply their endorsement. Cite:
  F. Maxwell Harper and Joseph A. Konstan. 2015. The MovieLens Datasets: History and Context.
  ACM Transactions on Interactive Intelligent Systems 5, 4, Article 19. doi:10.1145/2827872
"""

_ARCHIVE_URL = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
_ARCHIVE_TIMEOUT_S = 10
_MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
_PACKAGE = "recbole==1.2.1"
_PACKAGE_TIMEOUT_S = 120

_GENRES = (
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary",
    "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller",
    "War", "Western",
)  # fmt: skip
_YEAR = re.compile(r"\s*\((\d{4})\)\s*(?:\(V\)|\(TV\))?\s*$")
_RECBOLE_UNKNOWN = "unkonwn"

RawFiles = Mapping[str, bytes]
"""File name (without folder) to content, in either published layout."""


@dataclass(frozen=True)
class Source:
    """One place the data set can come from: a name for messages and a function that fetches it."""

    name: str
    fetch: Callable[[], RawFiles]


def publisher() -> Source:
    """The archive on the publisher's site."""
    return Source("the publisher's site", _fetch_archive)


def package() -> Source:
    """The copy inside a Python package, through pip's configured index."""
    return Source(f"the {_PACKAGE.split('==')[0]} package", _fetch_package)


def folder(path: Path) -> Source:
    """A folder or a ``.zip`` archive that holds either published layout; no network is used."""
    return Source(str(path), lambda: _read_local(path))


def fetch(destination: Path, sources: Sequence[Source], say: Callable[[str], None] = print) -> bool:
    """Put the canonical files into ``destination``, from the first source that gives the right content.

    A destination that already holds them is left alone; a missing or damaged file is replaced.

    Args:
        destination: the folder to write ``interactions.tsv``, ``items.tsv`` and ``TERMS.txt`` to.
        sources: tried in order; a source that fails is reported and the next one is tried.
        say: receives progress, one line at a time.

    Returns:
        True if something was fetched, False if the folder was complete already.

    Raises:
        TrainingError: no source gave the right content, or the destination is not writable.
    """
    if is_complete(destination):
        say(f"MovieLens-100K is already in {destination} (checksums match)")
        return False
    failures = []
    for source in sources:
        say(f"Fetching MovieLens-100K from {source.name} ...")
        try:
            canonical = normalise(source.fetch())
            _verify(canonical)
        except TrainingError as error:
            failures.append(f"{source.name}: {error}")
            say(f"  not there: {error}")
            continue
        for name, content in canonical.items():
            atomic.write_file(destination / name, content)
        atomic.write_file(destination / TERMS, TERMS_OF_USE.encode())
        say(f"MovieLens-100K is in {destination} (checksums match)")
        say(TERMS_OF_USE.rstrip())
        return True
    raise TrainingError(
        "MovieLens-100K could not be fetched: "
        + "; ".join(failures)
        + ". Check the network, or pass --from with a folder or zip that holds the data set"
    )


def is_complete(destination: Path) -> bool:
    """Tell whether ``destination`` holds the canonical files with the right checksums."""
    return all(
        (destination / name).is_file() and _sha256((destination / name).read_bytes()) == expected
        for name, expected in CANONICAL_SHA256.items()
    )


def normalise(raw: RawFiles) -> dict[str, bytes]:
    """Rewrite either published layout as the canonical files, keyed by file name.

    Raises:
        TrainingError: neither layout is present, or a line does not have the layout's columns.
    """
    if "u.data" in raw and "u.item" in raw:
        ratings = raw["u.data"].decode("ascii").splitlines()
        items = [_grouplens_item(line) for line in raw["u.item"].decode("iso-8859-1").splitlines() if line.strip()]
    elif "ml-100k.inter" in raw and "ml-100k.item" in raw:
        ratings = raw["ml-100k.inter"].decode("utf-8").splitlines()[1:]
        items = [_recbole_item(line) for line in raw["ml-100k.item"].decode("utf-8").splitlines()[1:] if line.strip()]
    else:
        raise TrainingError(
            f"found {', '.join(sorted(raw)) or 'no files'}; expected u.data and u.item, "
            "or ml-100k.inter and ml-100k.item"
        )
    rows = ["\t".join(_columns(line, "\t", 4)) for line in ratings if line.strip()]
    return {
        INTERACTIONS: _table("user\titem\trating\ttimestamp", rows),
        ITEMS: _table("item\ttitle\tyear\tgenres", ["\t".join(item) for item in items]),
    }


def _verify(canonical: Mapping[str, bytes]) -> None:
    for name, expected in CANONICAL_SHA256.items():
        actual = _sha256(canonical[name])
        if actual != expected:
            raise TrainingError(f"{name} has SHA-256 {actual}, expected {expected}: the source holds other data")


def _grouplens_item(line: str) -> tuple[str, str, str, str]:
    columns = _columns(line, "|", 5 + len(_GENRES))
    genres = [genre for genre, flag in zip(_GENRES, columns[5:], strict=True) if flag == "1"]
    return (columns[0], *_title_and_year(columns[1]), "|".join(genres))


def _recbole_item(line: str) -> tuple[str, str, str, str]:
    item, title, year, genres = _columns(line, "\t", 4)
    # The package spells the one title without a year in its own way, in both columns.
    full_title = "unknown" if year == _RECBOLE_UNKNOWN else f"{title} ({year})"
    return (item, *_title_and_year(full_title), "|".join(genres.split()))


def _title_and_year(full_title: str) -> tuple[str, str]:
    """Split ``Toy Story (1995)`` or ``Land Before Time III (1995) (V)`` into title and year."""
    match = _YEAR.search(full_title)
    if match is None:
        return full_title.strip(), ""
    return full_title[: match.start()].strip(), match.group(1)


def _columns(line: str, separator: str, expected: int) -> list[str]:
    columns = line.split(separator)
    if len(columns) != expected:
        raise TrainingError(f"a line has {len(columns)} columns, expected {expected}: {line[:80]!r}")
    return columns


def _table(header: str, rows: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in (header, *rows)).encode("utf-8")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fetch_archive() -> RawFiles:
    try:
        with urllib.request.urlopen(_ARCHIVE_URL, timeout=_ARCHIVE_TIMEOUT_S) as response:
            content = response.read(_MAX_ARCHIVE_BYTES + 1)
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        raise TrainingError(f"{_ARCHIVE_URL} cannot be reached ({reason})") from error
    if len(content) > _MAX_ARCHIVE_BYTES:
        raise TrainingError(f"{_ARCHIVE_URL} is larger than {_MAX_ARCHIVE_BYTES} bytes: not the data set")
    return _unzip(content, _ARCHIVE_URL)


def _fetch_package() -> RawFiles:
    with tempfile.TemporaryDirectory(prefix="millrace-data-") as scratch:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--dest", scratch, _PACKAGE,
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PACKAGE_TIMEOUT_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise TrainingError(f"pip download {_PACKAGE} took longer than {_PACKAGE_TIMEOUT_S} s") from error
        wheels = list(Path(scratch).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            last_line = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise TrainingError(f"pip download {_PACKAGE} failed ({last_line})")
        return _unzip(wheels[0].read_bytes(), wheels[0].name)


def _read_local(path: Path) -> RawFiles:
    if path.is_dir():
        return {file.name: file.read_bytes() for file in path.iterdir() if _is_wanted(file.name) and file.is_file()}
    if path.is_file():
        return _unzip(path.read_bytes(), str(path))
    raise TrainingError(f"{path} does not exist; pass a folder or a zip archive")


def _unzip(content: bytes, name: str) -> RawFiles:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {Path(entry).name: archive.read(entry) for entry in archive.namelist() if _is_wanted(entry)}
    except zipfile.BadZipFile as error:
        raise TrainingError(f"{name} is not a zip archive") from error


def _is_wanted(name: str) -> bool:
    return Path(name).name in ("u.data", "u.item", "ml-100k.inter", "ml-100k.item")
