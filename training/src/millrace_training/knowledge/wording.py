"""Knowledge in words and as vectors: from a language model's answers, or from a rule as the row without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from millrace_training.knowledge import asking
from millrace_training.knowledge.endpoint import Answers, Question
from millrace_training.knowledge.fibinet import Knowledge
from millrace_training.profiles.encoder import Encoder, Vectors
from millrace_training.profiles.rule import Event, RuleProfiles, sentence
from millrace_training.profiles.texts import ItemText

COMPONENTS = 24
"""Width of the vectors that an adaptor gets, or fewer where there are not so many users or items."""

AVOIDED = 0.5
"""What an avoided trait counts, beside a liked one; it is taken off, since a text vector knows no "not"."""


@dataclass(frozen=True)
class Wording:
    """What is known, in words.

    Attributes:
        likes: by user number; empty where nothing is known.
        avoids: by user number.
        items: by item number.
        answered_users: how many of the users a language model was asked about.
        answered_items: likewise.
    """

    likes: tuple[str, ...]
    avoids: tuple[str, ...]
    items: tuple[str, ...]
    answered_users: int = 0
    answered_items: int = 0

    def knowledge(self, encoder: Encoder) -> Knowledge:
        """As vectors, each side's principal components of variance one on average.

        With whole text vectors users are told apart, and a backbone learns by heart what each of them likes.
        """
        likes, avoids, items = (encoder.encode(texts) for texts in (self.likes, self.avoids, self.items))
        return Knowledge(_components(likes - np.float32(AVOIDED) * avoids), _components(items))


def by_rule(known: Sequence[Sequence[Event]], item_ids: Sequence[str], texts: Mapping[str, ItemText]) -> Wording:
    """Titles and attributes, and the traits that are met more often among a user's events than among everybody's."""
    rule = RuleProfiles(texts, Counter(event.item for events in known for event in events))
    claims = [rule.claims(events) for events in known]
    avoids = [sentence(tuple((text, -weight) for text, weight in each)) for each in claims]
    return Wording(tuple(sentence(each) for each in claims), tuple(avoids), _plain(item_ids, texts))


def questions(
    known: Sequence[Sequence[Event]], item_ids: Sequence[str], texts: Mapping[str, ItemText]
) -> tuple[list[Question | None], list[Question | None]]:
    """What a language model is asked, by user number and by item number; None where there is nothing to ask."""
    users = [asking.preference(events, texts) for events in known]
    return users, _item_questions(item_ids, texts)


def by_model(
    known: Sequence[Sequence[Event]],
    item_ids: Sequence[str],
    texts: Mapping[str, ItemText],
    answers: Answers,
    model: str,
) -> Wording:
    """What a language model answered; an item that it was not asked about has its title and attributes alone."""
    users, _ = questions(known, item_ids, texts)
    user_answers, item_answers = _answered(users, answers, model), of_items(item_ids, texts, answers, model)
    claims = [asking.claims(answer) if answer else ((), ()) for answer in user_answers]
    described = [
        with_answer(plain, answer) for plain, answer in zip(_plain(item_ids, texts), item_answers, strict=True)
    ]
    return Wording(
        tuple(", ".join(likes) for likes, _ in claims),
        tuple(", ".join(avoids) for _, avoids in claims),
        tuple(described),
        sum(answer is not None for answer in user_answers),
        sum(answer is not None for answer in item_answers),
    )


def of_items(item_ids: Sequence[str], texts: Mapping[str, ItemText], answers: Answers, model: str) -> list[str | None]:
    """What a language model answered about each item; None where it was not asked."""
    return _answered(_item_questions(item_ids, texts), answers, model)


def with_answer(plain: str, answer: str | None) -> str:
    """An item's title and attributes, and behind them what was answered about it."""
    return f"{plain} {answer}".strip() if answer else plain


def shuffled(knowledge: Knowledge, seed: int) -> Knowledge:
    """The control: everybody has the knowledge of somebody else, and so has every item."""
    generator = torch.Generator().manual_seed(seed)
    user = torch.randperm(len(knowledge.user), generator=generator)
    item = torch.randperm(len(knowledge.item), generator=generator)
    return Knowledge(knowledge.user[user], knowledge.item[item])


def _item_questions(item_ids: Sequence[str], texts: Mapping[str, ItemText]) -> list[Question | None]:
    return [asking.item(texts[each]) if each in texts else None for each in item_ids]


def _answered(asked: Sequence[Question | None], answers: Answers, model: str) -> list[str | None]:
    known = iter(answers.known([each for each in asked if each is not None], model))
    return [next(known) if each is not None else None for each in asked]


def _plain(item_ids: Sequence[str], texts: Mapping[str, ItemText]) -> tuple[str, ...]:
    return tuple(texts[each].sentence() if each in texts else "" for each in item_ids)


def _components(vectors: Vectors) -> torch.Tensor:
    whole = torch.from_numpy(vectors)
    left, sizes, _ = torch.linalg.svd(whole - whole.mean(dim=0), full_matrices=False)
    components = left[:, :COMPONENTS] * sizes[:COMPONENTS]
    scaled: torch.Tensor = components / components.std().clamp(min=1e-6)
    return scaled
