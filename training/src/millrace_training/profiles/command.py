"""The commands ``item-texts`` and ``profile-effect``."""

from __future__ import annotations

import argparse
from pathlib import Path

from millrace_training import arguments


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare them."""
    _add_item_texts(commands)
    _add_profile_effect(commands)


def _add_item_texts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "item-texts",
        help="copy a model repository and give its latest version the items' titles and attributes",
        description="Copy the latest version of a model repository and add the titles and attributes of a data "
        "folder's items.tsv, so that keywords of profiles find items. Needs a bare Python only.",
    )
    arguments.add_models(command)
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="folder with items.tsv")
    command.add_argument("--to", type=Path, required=True, metavar="DIR", help="repository to write; must not exist")
    command.set_defaults(run=_run_item_texts)


def _run_item_texts(options: argparse.Namespace) -> None:
    from millrace_training.profiles import describing

    describing.describe(options.models, options.data, options.to)


def _add_profile_effect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "profile-effect",
        help="measure what profiles do to the latest version's lists",
        description="Replay the events after a cut with and without profiles: those of a rule, written ones, and as a "
        "control those of other users. Then rank for users of whom only statements are known.",
    )
    arguments.add_models(command)
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="events and items.tsv")
    arguments.add_until(command)
    command.add_argument(
        "--profiles", type=Path, metavar="FILE", help="profiles that a language model wrote, JSON lines of UserProfile"
    )
    command.add_argument("--text-encoder", type=Path, metavar="JAR", help="as in train")
    arguments.add_threads(command)
    arguments.add_results(command)
    command.set_defaults(run=_run_profile_effect)


def _run_profile_effect(options: argparse.Namespace) -> None:
    with arguments.packages():
        from millrace_training.profiles import effect
        from millrace_training.profiles.encoder import TextEncoder
    effect.run(
        effect.EffectJob(
            options.models,
            options.data,
            options.until,
            options.profiles,
            lambda: TextEncoder(options.text_encoder, options.threads),
            options.threads,
            options.results,
        )
    )
