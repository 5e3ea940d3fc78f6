"""What a language model is asked about users and items, and what its answers come to in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from millrace_training.knowledge import prompts
from millrace_training.knowledge.endpoint import Question
from millrace_training.profiles.rule import Event
from millrace_training.profiles.texts import ItemText

LIKED = 4.0
DISLIKED = 2.0

MOST_LIKED_SHOWN = 8
MOST_DISLIKED_SHOWN = 4
MOST_LIKES = 3
MOST_AVOIDED = 2

_ITEM_TOKENS = 32
_PREFERENCE_TOKENS = 48


def preference(events: Sequence[Event], texts: Mapping[str, ItemText]) -> Question | None:
    """Which traits a user likes and avoids, of those that the shown items have.

    Args:
        events: that may be known, oldest first; the newest liked and disliked ones are shown.
        texts: of the items.

    Returns:
        None where nothing was liked: there is nothing to ask.
    """
    liked = _shown([each for each in events if (each.value or 0) >= LIKED], texts)[-MOST_LIKED_SHOWN:]
    disliked = _shown([each for each in events if (each.value or LIKED) <= DISLIKED], texts)[-MOST_DISLIKED_SHOWN:]
    likes, avoids = _traits(liked), _traits(disliked)
    if not likes:
        return None
    filled = {"liked": _lines(liked), "disliked": _lines(disliked) if disliked else "nothing"}
    properties = {"likes": _list(likes, 1, MOST_LIKES)}
    if avoids:
        properties["avoids"] = _list(avoids, 0, MOST_AVOIDED)
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return Question(prompts.messages("preference-1", filled), _PREFERENCE_TOKENS, schema)


def item(text: ItemText) -> Question:
    """What an item is like, in a sentence."""
    return Question(prompts.messages("item-1", {"item": _line(text)}), _ITEM_TOKENS)


def claims(answer: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is liked and what is avoided by an answer of :func:`preference`; nothing by one that is no such JSON.

    A trait that is said to be both is neither.
    """
    try:
        said = json.loads(answer)
        likes, avoids = (_names(said.get(name)) for name in ("likes", "avoids"))
    except (ValueError, AttributeError):
        return (), ()
    both = set(likes) & set(avoids)
    return tuple(each for each in likes if each not in both), tuple(each for each in avoids if each not in both)


def _names(claims: object) -> list[str]:
    named = claims if isinstance(claims, list) else []
    return list(dict.fromkeys(each for each in named if isinstance(each, str)))


def _shown(events: Sequence[Event], texts: Mapping[str, ItemText]) -> list[ItemText]:
    return [texts[each.item] for each in events if each.item in texts and texts[each.item].described]


def _traits(shown: Sequence[ItemText]) -> list[str]:
    return sorted({trait for text in shown for trait in text.attributes if not trait.isdecimal()})


def _list(names: Sequence[str], least: int, most: int) -> dict[str, object]:
    return {"type": "array", "items": {"enum": list(names)}, "minItems": least, "maxItems": most}


def _lines(shown: Sequence[ItemText]) -> str:
    return "\n".join(_line(text) for text in shown)


def _line(text: ItemText) -> str:
    return " ".join(text.sentence().split())
