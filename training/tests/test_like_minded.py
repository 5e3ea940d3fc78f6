"""What those like who say the same of themselves: counts, scores, the file that the server reads."""

from pathlib import Path

import numpy as np
import pytest

from conftest import stream
from millrace_training.profiles.like_minded import IMAGINED, LikeMinded
from millrace_training.profiles.rule import RuleProfiles
from millrace_training.profiles.texts import ItemText

SERVER = Path(__file__).parents[2] / "model-server/src/test/resources/io/millrace/server/sources"
ITEMS = ("war 1", "war 2", "drama 1", "drama 2", "x", "y", "z")
TEXTS = {
    item: ItemText(item, ("War",) if "war" in item else ("Film-Noir",) if "drama" in item else ()) for item in ITEMS
}


def learned(items: tuple[str, ...] = ITEMS) -> LikeMinded:
    """Of ten users each: who begins with war films likes x afterwards, who begins with dramas likes y; both like z."""
    events = []
    for user in range(10):
        for name, own in (("w", ("war 1", "war 2", "x", "z")), ("d", ("drama 1", "drama 2", "y", "z"))):
            events += [(f"{name}{user}", item, len(events) + at) for at, item in enumerate(own)]
    past = stream(events)
    counts = dict.fromkeys(ITEMS, 10)
    return LikeMinded.learn(past, RuleProfiles(TEXTS, counts), items)


def test_who_says_the_same_likes_the_same_later() -> None:
    liked = learned()

    assert sorted(liked.terms) == ["film noir", "war"]
    assert np.exp(liked.shares).sum() == pytest.approx(1)
    war = liked.scores([("war", 1.0)])
    assert war[ITEMS.index("x")] > war[ITEMS.index("y")]
    assert liked.scores([("war", -1.0)])[ITEMS.index("x")] < liked.scores([("war", -1.0)])[ITEMS.index("y")]
    assert liked.scores([("opera", 1.0)]) == pytest.approx(liked.shares)


def test_a_lift_is_the_share_of_later_likes_beside_everybodys_with_imagined_ones_in_both() -> None:
    liked = learned()
    share = np.exp(float(liked.shares[ITEMS.index("x")]))
    usual = (10 + IMAGINED * share) / (40 + IMAGINED)
    expected = np.log((10 + IMAGINED * usual) / (20 + IMAGINED) / usual)

    assert liked.lifts[liked.terms.index("war"), ITEMS.index("x")] == pytest.approx(expected, rel=1e-4)


def test_likes_of_items_that_the_catalogue_lacks_are_passed_over() -> None:
    liked = learned(("y", "war 1"))

    assert liked.lifts.shape == (2, 2)
    assert liked.scores([("film noir", 1.0)])[0] > liked.scores([("war", 1.0)])[0]


def test_the_file_is_the_one_that_the_server_reads() -> None:
    liked = LikeMinded(
        ("film noir", "guerre d'été"),
        np.array([-0.5, -1.5, -2.5], dtype=np.float32),
        np.array([[0.25, 0.0, -0.25], [-1.0, 0.5, 0.0]], dtype=np.float32),
    )

    assert liked.to_bytes() == (SERVER / "like-minded-1.table").read_bytes()


def test_new_items_are_liked_least_and_say_nothing_of_anybody() -> None:
    liked = LikeMinded.of_bytes((SERVER / "like-minded-1.table").read_bytes()).extended(2)

    assert liked.terms == ("film noir", "guerre d'été")
    assert liked.shares.tolist() == [-0.5, -1.5, -2.5, -2.5, -2.5]
    assert liked.lifts.tolist() == [[0.25, 0, -0.25, 0, 0], [-1, 0.5, 0, 0, 0]]
