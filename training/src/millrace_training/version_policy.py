"""Which versions of a model are served: ``version_policy`` of ``config.pbtxt``, which whoever serves may set.

It is the one part of a published model's configuration that is not training's to say: a publication leaves it as it
is, and what it names is not removed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"#[^\n]*")
_START = re.compile(r"\bversion_policy\s*:?\s*{")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class VersionPolicy:
    """A policy as it is written.

    Attributes:
        text: from ``version_policy`` to its closing brace; empty where none is set, which serves the newest version.
    """

    text: str

    @staticmethod
    def of(configuration: str) -> VersionPolicy:
        """The policy of a ``config.pbtxt``; none where its braces never close."""
        content = _COMMENT.sub("", configuration)
        found = _START.search(content)
        if found is None:
            return VersionPolicy("")
        depth = 0
        for place in range(found.end() - 1, len(content)):
            depth += {"{": 1, "}": -1}.get(content[place], 0)
            if depth == 0:
                return VersionPolicy(content[found.start() : place + 1])
        return VersionPolicy("")

    def into(self, configuration: str) -> str:
        """A configuration without a policy, and this one behind it."""
        return f"{configuration}{self.text}\n" if self.text else configuration

    def served(self, versions: Sequence[int]) -> set[int]:
        """Which of some versions, oldest first, it serves by name or by how many; with ``all`` none is."""
        numbers = [int(number) for number in _NUMBER.findall(self.text)]
        if "specific" in self.text:
            return set(versions) & set(numbers)
        if "latest" in self.text and numbers:
            return set(versions[-max(1, numbers[0]) :])
        return set()
