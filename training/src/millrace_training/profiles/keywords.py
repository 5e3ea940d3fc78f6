"""Keywords against item texts, by the rules of the model server's ``KeywordIndex``: one file of examples tests both."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from millrace_training.profiles.texts import ItemText

Vector = NDArray[np.float64]

_TITLES_PER_WORD = 50
_ALWAYS_INFORMATIVE = 2
_SHORTEST_PLURAL = 4
_SHORTEST_Y = 5


def words(text: str) -> list[str]:
    """The words of a text: lower case, without accents and possessive endings, plurals as singulars."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("\u2019", "'")
    found: list[str] = []
    word = ""
    at = 0
    while at < len(plain):
        letter = plain[at]
        at += 1
        if letter.isalnum():
            word += letter
        elif unicodedata.category(letter) != "Mn":
            found += [word] if word else []
            word = ""
            ends = plain[at : at + 1] == "s" and not plain[at + 1 : at + 2].isalnum()
            at += 1 if letter == "'" and ends else 0
    found += [word] if word else []
    return [_singular(each) for each in found]


def _singular(word: str) -> str:
    if len(word) >= _SHORTEST_Y and word.endswith("ies"):
        return word[:-3] + "y"
    plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


class KeywordIndex:
    """Which items a keyword speaks of."""

    def __init__(self, texts: Sequence[ItemText]) -> None:
        """Index the texts of a catalogue."""
        attributes: dict[str, list[int]] = {}
        titles: dict[str, list[int]] = {}
        self._longest = 0
        for item, text in enumerate(texts):
            phrases = [words(value) for value in text.attributes]
            self._longest = max([self._longest, *(len(phrase) for phrase in phrases)])
            for phrase in dict.fromkeys(" ".join(phrase) for phrase in phrases if phrase):
                attributes.setdefault(phrase, []).append(item)
            for word in dict.fromkeys(words(text.title)):
                titles.setdefault(word, []).append(item)
        described = sum(text.described for text in texts)
        most = max(_ALWAYS_INFORMATIVE, described // _TITLES_PER_WORD)
        informative = {word: items for word, items in titles.items() if len(items) <= most}
        self._items = [np.array(items) for part in (attributes, informative) for items in part.values()]
        self._attributes = {phrase: term for term, phrase in enumerate(attributes)}
        self._phrases = tuple(attributes)
        self._words = {word: term for term, word in enumerate(informative, start=len(attributes))}
        self._rarity = [math.log(described / len(items)) for items in self._items]
        self._count = len(texts)

    def find(self, keyword: str) -> tuple[int, ...]:
        """The terms that a keyword stands for; none when the catalogue does not know it."""
        given = words(keyword)
        found: dict[int, None] = {}
        at = 0
        while at < len(given):
            length = min(self._longest, len(given) - at)
            while length > 0 and " ".join(given[at : at + length]) not in self._attributes:
                length -= 1
            if length > 0:
                found[self._attributes[" ".join(given[at : at + length])]] = None
            at += max(1, length)
        return tuple(found or {self._words[word]: None for word in given if word in self._words})

    def attributes(self, weighted: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
        """The attribute values that keywords stand for, as phrases, each with its keyword's weight."""
        return [
            (self._phrases[term], weight)
            for keyword, weight in weighted
            for term in self.find(keyword)
            if term < len(self._phrases)
        ]

    def scores(self, weighted: Sequence[tuple[str, float]]) -> Vector:
        """Float [items]: what keywords with weights say about each item."""
        scores = np.zeros(self._count)
        for keyword, weight in weighted:
            terms = self.find(keyword)
            for term in terms:
                scores[self._items[term]] += weight * self._rarity[term] / math.sqrt(len(terms))
        return scores
