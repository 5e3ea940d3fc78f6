"""The data command: two published layouts become one canonical content, and bad sources are told apart."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from millrace_training import movielens
from millrace_training.errors import TrainingError
from millrace_training.movielens import INTERACTIONS, ITEMS, TERMS, Source

GENRE_FLAGS = {"Toy Story": "0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0", "unknown": "1" + "|0" * 18}

GROUPLENS = {
    "u.data": b"196\t242\t3\t881250949\n186\t302\t3\t891717742\n",
    "u.item": (
        f"1|Toy Story (1995)|01-Jan-1995||http://x|{GENRE_FLAGS['Toy Story']}\n"
        f"267|unknown||||{GENRE_FLAGS['unknown']}\n"
        f"543|Mis\u00e9rables, Les (1995)|01-Jan-1995||http://x|{GENRE_FLAGS['Toy Story']}\n"
        f"1128|Heidi Fleiss: Hollywood Madam (1995) |09-Feb-1996||http://x|{GENRE_FLAGS['Toy Story']}\n"
        f"1412|Land Before Time III (1995) (V)|01-Jan-1995||http://x|{GENRE_FLAGS['Toy Story']}\n"
    ).encode("iso-8859-1"),
}

RECBOLE = {
    "ml-100k.inter": b"user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + GROUPLENS["u.data"],
    "ml-100k.item": (
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        "1\tToy Story\t1995\tAnimation Children's Comedy\n"
        "267\tunkonwn\tunkonwn\tunknown\n"
        "543\tMis\u00e9rables, Les\t1995\tAnimation Children's Comedy\n"
        "1128\tHeidi Fleiss: Hollywood Madam\t1995\tAnimation Children's Comedy\n"
        "1412\tLand Before Time III (1995)\tV\tAnimation Children's Comedy\n"
    ).encode(),
}


@pytest.fixture
def small_checksums(monkeypatch: pytest.MonkeyPatch) -> None:
    canonical = movielens.normalise(GROUPLENS)
    monkeypatch.setattr(
        movielens,
        "CANONICAL_SHA256",
        {name: hashlib.sha256(content).hexdigest() for name, content in canonical.items()},
    )


def unreachable() -> movielens.RawFiles:
    raise TrainingError("cannot be reached")


def test_both_layouts_become_the_same_bytes() -> None:
    assert movielens.normalise(GROUPLENS) == movielens.normalise(RECBOLE)


def test_titles_lose_their_year_and_medium_and_keep_their_accents() -> None:
    assert movielens.normalise(GROUPLENS)[ITEMS].decode().splitlines() == [
        "item\ttitle\tyear\tgenres",
        "1\tToy Story\t1995\tAnimation|Children's|Comedy",
        "267\tunknown\t\tunknown",
        "543\tMisérables, Les\t1995\tAnimation|Children's|Comedy",
        "1128\tHeidi Fleiss: Hollywood Madam\t1995\tAnimation|Children's|Comedy",
        "1412\tLand Before Time III\t1995\tAnimation|Children's|Comedy",
    ]


def test_interactions_keep_the_order_of_the_file() -> None:
    assert movielens.normalise(RECBOLE)[INTERACTIONS].decode().splitlines() == [
        "user\titem\trating\ttimestamp",
        "196\t242\t3\t881250949",
        "186\t302\t3\t891717742",
    ]


def test_missing_files_are_named() -> None:
    with pytest.raises(TrainingError, match=r"found u\.data; expected u\.data and u\.item"):
        movielens.normalise({"u.data": b""})


def test_a_line_with_other_columns_is_shown() -> None:
    with pytest.raises(TrainingError, match="3 columns, expected 4: '196"):
        movielens.normalise({**GROUPLENS, "u.data": b"196\t242\t3\n"})


@pytest.mark.usefixtures("small_checksums")
def test_the_second_source_is_used_when_the_first_cannot_be_reached(tmp_path: Path) -> None:
    said: list[str] = []
    sources = [Source("site", unreachable), Source("package", lambda: RECBOLE)]

    assert movielens.fetch(tmp_path / "data", sources, said.append)

    assert (tmp_path / "data" / INTERACTIONS).read_bytes() == movielens.normalise(GROUPLENS)[INTERACTIONS]
    assert "Harper" in (tmp_path / "data" / TERMS).read_text()
    assert any("no redistribution" in line for line in said)


@pytest.mark.usefixtures("small_checksums")
def test_a_source_with_other_content_is_refused_and_the_next_one_tried(tmp_path: Path) -> None:
    other = {**GROUPLENS, "u.data": b"1\t2\t3\t4\n"}
    said: list[str] = []

    movielens.fetch(tmp_path, [Source("mirror", lambda: other), Source("site", lambda: GROUPLENS)], said.append)

    assert movielens.is_complete(tmp_path)
    assert any("interactions.tsv has SHA-256" in line for line in said)


@pytest.mark.usefixtures("small_checksums")
def test_a_complete_folder_is_left_alone(tmp_path: Path) -> None:
    movielens.fetch(tmp_path, [Source("site", lambda: GROUPLENS)], lambda _: None)

    assert not movielens.fetch(tmp_path, [Source("site", unreachable)], lambda _: None)


@pytest.mark.usefixtures("small_checksums")
def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    movielens.fetch(tmp_path, [Source("site", lambda: GROUPLENS)], lambda _: None)
    (tmp_path / ITEMS).write_text("half")

    assert movielens.fetch(tmp_path, [Source("site", lambda: GROUPLENS)], lambda _: None)
    assert movielens.is_complete(tmp_path)


def test_without_any_source_there_is_one_clear_line_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"could not be fetched: site: cannot be reached\. Check the network") as e:
        movielens.fetch(tmp_path / "data", [Source("site", unreachable)], lambda _: None)

    assert "\n" not in str(e.value)
    assert not (tmp_path / "data").exists()


def test_a_local_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ml-100k.zip", "w") as archive:
        for name, content in GROUPLENS.items():
            archive.writestr(f"ml-100k/{name}", content)

    assert movielens.folder(tmp_path / "ml-100k.zip").fetch() == GROUPLENS


def test_something_else_than_a_zip_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.zip").write_text("<html>moved</html>")

    with pytest.raises(TrainingError, match=r"page\.zip is not a zip archive"):
        movielens.folder(tmp_path / "page.zip").fetch()
