"""What is published in Java is trained on in Python, and served without a restart."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from millrace_training.fresh.served_versions import ModelServer
from millrace_training.repository import ModelRepository
from running_system import HOME, eventually, running_system

USERS = 40
ROUNDS = 12
ITEMS = 60


def journeys(items: list[str], begin_s: int) -> list[dict[str, Any]]:
    """Everybody goes through the same circle of items, from a place of their own."""
    return [
        {
            "eventId": f"walker-{user}-{step}",
            "userId": f"walker-{user}",
            "itemId": items[(7 * user + step) % len(items)],
            "type": "view",
            "eventTime": (begin_s + step * USERS + user) * 1000,
        }
        for step in range(ROUNDS)
        for user in range(USERS)
    ]


def test_events_become_a_version_that_lists_are_made_with(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(HOME / "models", folder)
    models = ModelRepository(folder)
    shipped = models.latest()
    assert shipped is not None
    begin_s = int(time.time()) - 3600
    events = journeys(list(models.vocabulary().ids[:ITEMS]), begin_s)

    with running_system(tmp_path, folder) as system:
        system.publish(events)
        before = system.lists(len(events))
        said = system.train("--keep", "2", "--model-server", system.model_server)
        serving = ModelServer(system.model_server)
        served = eventually("the new version serves", serving.versions, lambda found: shipped not in found)
        system.publish([{"eventId": "after", "userId": "newcomer", "itemId": events[0]["itemId"], "type": "view"}])
        after = [each for each in system.lists(len(before) + 1) if each["userId"] == "newcomer"]

    trained = json.loads((models.folder(shipped + 1) / "bundle.json").read_text())
    assert {(each["versions"]["recommender"], each["rung"]) for each in before} == {(str(shipped), "RANKED")}
    assert len(before) == len(events)
    assert said.startswith(f"published version {shipped + 1}: NDCG@10")
    assert trained["training"]["starts_from"] == shipped
    assert trained["training"]["events"] == len(events)
    assert trained["training"]["kafka"]["left_out"] == {}
    assert sum(end - start for start, end in trained["training"]["kafka"]["offsets"].values()) == len(events)
    assert trained["metrics"]["test"]["ranked"]["ndcg_at_10"] > trained["metrics"]["replaces"]["ndcg_at_10"]
    assert served == {shipped + 1}
    assert [(each["versions"]["recommender"], each["rung"]) for each in after] == [(str(shipped + 1), "RANKED")]
