"""The same calls to the model server and to a real Triton, good and bad, and where they differ.

    python compare.py --page ../../../../../docs/server-performance.md

starts both with the same ONNX models, asks both the same through tritonclient (gRPC and HTTP) and
over bare HTTP where the client would not send such a call, and compares: does it succeed, with
which status, and with which answer. Calls are generated: every call of the client on every model,
version and state; inference with every datatype, form of contents, shape and mistake. Writes the
differences, with their reasons, between the markers of the page. Exits with 1 if there is one
without a reason.

Needs what requirements.txt here says, a JDK on the PATH (or JAVA) and in CLASSPATH the model server
with all it needs.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from compared_models import repository
from differences import Difference, compare
from original import running_original
from side import Side

sys.path.insert(0, str(Path(__file__).parents[1]))
from serving import running_server

BEGIN, END = "<!-- compared: begin -->", "<!-- compared: end -->"


def shortened(text: str, most: int = 110) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= most else line[: most - 1] + "…"


def table(count: int, differences: list[Difference]) -> str:
    alike = Counter(why for *_, why in differences)
    lines = [
        f"{count} calls; {count - len(differences)} have the same outcome, status and answer.",
        "",
        "| calls | Triton 2.51 | here | why |",
        "|---|---|---|---|",
    ]
    shown = set()
    for name, theirs, ours, why in differences:
        if why in shown:
            continue
        if why is not None:
            shown.add(why)
        count_alike = f" and {alike[why] - 1} more" if why is not None and alike[why] > 1 else ""
        lines.append(
            f"| {shortened(name)}{count_alike} | {shortened(theirs)} | {shortened(ours)} "
            f"| {why or '**unexplained**'} |"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--page", type=Path, help="where to write the table, between its markers")
    parser.add_argument("--details", type=Path, help="where to write every difference as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        models = Path(work) / "models"
        repository(models)
        with running_original(models, instances=1) as original, running_server(models) as server:
            theirs = Side(original.grpc, original.http, original.metrics)
            ours = Side(server.grpc, server.http, server.metrics)
            count, differences = compare(theirs, ours)
            theirs.close()
            ours.close()
    text = table(count, differences)
    print(text)
    if options.details:
        options.details.write_text(json.dumps(differences, indent=1))
    if options.page:
        page = options.page.read_text()
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        options.page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    return 1 if any(why is None for *_, why in differences) else 0


if __name__ == "__main__":
    sys.exit(main())
