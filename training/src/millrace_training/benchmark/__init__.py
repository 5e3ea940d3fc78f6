"""Published figures and ours, side by side: recipes that are run by name, result files, and the page made of them."""

from importlib import resources


def recipe_names() -> list[str]:
    """Names of all benchmark recipes."""
    folder = resources.files(__name__) / "recipes"
    return sorted(each.name.removesuffix(".json") for each in folder.iterdir() if each.name.endswith(".json"))
