"""Questions to a language model, a text file each; the number in a file's name is the prompt's version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources

from millrace_training.errors import TrainingError

Messages = list[dict[str, str]]
"""A chat: ``role`` and ``content`` of each message."""

_ROLE = re.compile(r"^=== (system|user|assistant)\n", re.MULTILINE)
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def messages(name: str, values: Mapping[str, str]) -> Messages:
    """Fill a prompt.

    Args:
        name: of the file without ``.txt``, such as ``item-1``.
        values: for every place ``{{name}}`` of it; a filled value is not looked into for places.

    Raises:
        TrainingError: there is no such prompt, or the values are not exactly those that it wants.
    """
    file = resources.files(__name__).joinpath(f"{name}.txt")
    if not file.is_file():
        raise TrainingError(f"there is no prompt {name!r}")
    text = file.read_text(encoding="utf-8")
    wanted = set(_PLACE.findall(text))
    if wanted != set(values):
        raise TrainingError(f"the prompt {name!r} wants {sorted(wanted)}, and got {sorted(values)}")
    parts = _ROLE.split(text)[1:]
    return [
        {"role": role, "content": _PLACE.sub(lambda place: values[place.group(1)], content.strip("\n"))}
        for role, content in zip(parts[::2], parts[1::2], strict=True)
    ]
