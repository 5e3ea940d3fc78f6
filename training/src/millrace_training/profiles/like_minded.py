"""What those like who say the same of themselves: a list for somebody of whom nothing but words is known.

Naive Bayes over claims: P(item | claims) ~ P(item) * product over claims of (P(item | claim) / P(item)) ** weight.
P(item) is the item's share of all likes. P(item | claim) is its share of the later likes of users whose earlier
likes bear the claim out, by the rule that makes statements; imagined likes, spread as everybody's are, keep a
claim that few have made from saying much.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from millrace_training.interactions import Interactions
from millrace_training.profiles import statements
from millrace_training.profiles.keywords import words
from millrace_training.profiles.rule import RuleProfiles

IMAGINED = 10_000
"""Likes that are added to those of each claim, spread as everybody's later likes are. Of 300, 1,000, 3,000 and 10,000
the best for users who were new before the cut of MovieLens-100K."""

_MAGIC = b"MRLM"
_VERSION = 1
_UNLIKED = 0.1

Values = NDArray[np.float32]


@dataclass(frozen=True)
class LikeMinded:
    """How likely each item is to be liked, by everybody and by those who say something of themselves.

    Attributes:
        terms: attribute values as phrases of words, each once.
        shares: float32 [items], the natural logarithm of P(item).
        lifts: float32 [terms, items], that of P(item | term) / P(item).
    """

    terms: tuple[str, ...]
    shares: Values
    lifts: Values

    @classmethod
    def learn(cls, past: Interactions, rule: RuleProfiles, items: Sequence[str]) -> LikeMinded:
        """Learn from past events.

        Args:
            past: events in time order; those without a value count as likes.
            rule: makes the claims.
            items: ids in the order of the catalogue; likes of others are passed over.
        """
        place = {item: number for number, item in enumerate(items)}
        numbers = np.array([place.get(item, -1) for item in past.item_ids], dtype=np.int64)
        liked = np.ones(len(past), dtype=np.bool_) if past.value is None else statements.are_likes(past.value)
        everyone = _counts(numbers[past.item[liked]], len(items)) + _UNLIKED
        said: dict[str, NDArray[np.float64]] = {}
        later = np.zeros(len(items))
        for case in statements.cases(past, 0, rule):
            counted = _counts(numbers[past.item[list(case.targets)]], len(items))
            later += counted
            for text, _ in case.claims:
                term = " ".join(words(text))
                said[term] = said.get(term, 0) + counted
        shares = everyone / everyone.sum()
        usual = (later + IMAGINED * shares) / (later.sum() + IMAGINED)
        lifts = [np.log((own + IMAGINED * usual) / (own.sum() + IMAGINED) / usual) for own in said.values()]
        return cls(
            tuple(said),
            np.log(shares).astype(np.float32),
            np.array(lifts, dtype=np.float32).reshape(len(said), len(items)),
        )

    @classmethod
    def of_bytes(cls, content: bytes) -> LikeMinded:
        """Read what :meth:`to_bytes` wrote."""
        _, items, count = struct.unpack_from("<3i", content, len(_MAGIC))
        at, terms = len(_MAGIC) + 12, []
        for _ in range(count):
            (length,) = struct.unpack_from("<i", content, at)
            terms.append(content[at + 4 : at + 4 + length].decode("utf-8"))
            at += 4 + length
        numbers = np.frombuffer(content, dtype="<f4", offset=at).reshape(1 + count, items)
        return cls(tuple(terms), numbers[0].astype(np.float32), numbers[1:].astype(np.float32))

    def extended(self, more: int) -> LikeMinded:
        """With so many items more, which nobody has liked yet: the least share of all, and no lift."""
        least = np.full(more, self.shares.min(), dtype=np.float32)
        lifts = np.pad(self.lifts, ((0, 0), (0, more)))
        return LikeMinded(self.terms, np.concatenate([self.shares, least]), lifts)

    def scores(self, terms: Sequence[tuple[str, float]]) -> Values:
        """Float32 [items]: the logarithm of P(item | terms) but for a constant; unknown terms say nothing.

        Args:
            terms: phrases with weights; a negative one turns what its phrase says around.
        """
        rows = {term: row for row, term in enumerate(self.terms)}
        scores: Values = self.shares.copy()
        for term, weight in terms:
            if term in rows:
                scores += np.float32(weight) * self.lifts[rows[term]]
        return scores

    def to_bytes(self) -> bytes:
        """Write a bundle's ``like-minded.table``, all little endian.

        MRLM; version, items, terms as int32; each term as its length in bytes, int32, and UTF-8; the shares, float32;
        the lifts, one term after the other.
        """
        head = _MAGIC + struct.pack("<3i", _VERSION, len(self.shares), len(self.terms))
        encoded = [term.encode("utf-8") for term in self.terms]
        texts = b"".join(struct.pack("<i", len(term)) + term for term in encoded)
        return head + texts + self.shares.astype("<f4").tobytes() + self.lifts.astype("<f4").tobytes()


def _counts(numbers: NDArray[np.int64], items: int) -> NDArray[np.float64]:
    return np.bincount(numbers[numbers >= 0], minlength=items).astype(np.float64)
