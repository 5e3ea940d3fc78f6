"""The command line: help everywhere, one line for what is wrong, exit codes that tell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import patterned_events, write_data
from millrace_training import cli

WRONG_VALUES = [
    ("--seed", "-1"),
    ("--seed", "one"),
    ("--threads", "0"),
    ("--ties", "user"),
    ("--max-drop", "5"),
    ("--max-drop", "101%"),
]
KAFKA = ["train", "--from-kafka", "b:1", "--registry", "http://r"]
WRONG_FRESH_VALUES = [
    ("--every", "0"),
    ("--every", "soon"),
    ("--window", "30"),
    ("--epochs", "0"),
    ("--learning-rate", "1"),
    ("--learning-rate", "fast"),
    ("--keep", "1"),
    ("--keep", "all"),
]
SOURCES = Path(cli.__file__).parents[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        *(
            [command, "--help"]
            for command in ("train", "rank", "feature-parity", "data", "import", "report", "quantise", "language-model")
        ),
    ],
)
def test_every_command_explains_itself(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)

    assert stopped.value.code == 0
    assert "usage: python -m millrace_training" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["train", "--data", "x"], ["train", "--nope"], ["data", "ml-1m", "--to", "x"], ["fly"], []]
    + [["train", "--data", "x", "--until", "80%", "--results", "y"], ["train", "--data", "x", "--work", "y"]]
    + [["train", "--data", "x", "--recipe", "ml-1m-baselines", "--until", "80%"]]
    + [["train", "--data", "x", "--recipe", "ml-1m-baselines", "--max-drop", "5%"]]
    + [["train", "--data", "x", "--until", "80%", option, value] for option, value in WRONG_VALUES]
    + [["train", "--until", "80%"], ["train", "--data", "x", "--until", "80%", "--every", "10m"]]
    + [["train", "--data", "x", "--until", "80%", "--keep", "3"], [*KAFKA, "--model-server-token-file", "t"]]
    + [["train", "--data", "x", "--until", "80%", "--model-server", "http://s"]]
    + [["train", "--from-kafka", "b:1"], [*KAFKA, "--ranker"], [*KAFKA, "--ties", "file"], [*KAFKA, "--json"]]
    + [[*KAFKA, "--every", "10m", "--from-scratch"], [*KAFKA, "--recipe", "ml-1m-baselines"]]
    + [[*KAFKA, option, value] for option, value in WRONG_FRESH_VALUES],
)
def test_wrong_usage_exits_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)

    assert stopped.value.code == 2


def test_a_failure_is_one_line_and_exits_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["train", "--data", str(tmp_path / "none"), "--until", "80%"]) == 1

    assert capsys.readouterr().err == (
        f"millrace-training: --data {tmp_path / 'none'}: not a folder; pass the folder that holds the events\n"
    )


def test_an_unknown_recipe_lists_the_known_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_data(tmp_path, patterned_events(2, 10, 5, 1))

    assert cli.main(["train", "--data", str(tmp_path), "--until", "80%", "--recipe", "huge"]) == 1
    assert "--recipe huge: unknown; known are demo, amazon-beauty-baselines" in capsys.readouterr().err


def test_the_data_command_needs_the_standard_library_only(tmp_path: Path) -> None:
    # -S leaves site-packages out, so any import from there fails.
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-m",
            "millrace_training",
            "data",
            "ml-100k",
            "--to",
            str(tmp_path),
            "--from",
            "nothing",
        ],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("millrace-training: MovieLens-100K could not be fetched:")
    assert done.stderr.count("\n") == 1


def test_train_without_its_packages_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "millrace_training", "train", "--data", str(tmp_path), "--until", "80%"],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "install training/requirements.txt" in done.stderr
