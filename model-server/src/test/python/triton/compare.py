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
import re
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from onnx import TensorProto, helper
from original import running_original
from tritonclient.utils import InferenceServerException

sys.path.insert(0, str(Path(__file__).parents[1]))
from serving import running_server

BEGIN, END = "<!-- compared: begin -->", "<!-- compared: end -->"
DATATYPES = {
    "BOOL": (TensorProto.BOOL, np.bool_),
    "UINT8": (TensorProto.UINT8, np.uint8),
    "INT8": (TensorProto.INT8, np.int8),
    "INT16": (TensorProto.INT16, np.int16),
    "INT32": (TensorProto.INT32, np.int32),
    "INT64": (TensorProto.INT64, np.int64),
    "FP16": (TensorProto.FLOAT16, np.float16),
    "FP32": (TensorProto.FLOAT, np.float32),
    "FP64": (TensorProto.DOUBLE, np.float64),
}
MODELS = ["affine", "nothing", ""]
VERSIONS = ["", "1", "2", "x"]


@dataclass(frozen=True)
class Reason:
    """Why the two differ where both patterns match: the call's name, and "Triton's / ours"."""

    call: str
    difference: str
    text: str


REASONS = [
    Reason(r".*server metadata", r".*", "another server: its own name, version and extensions"),
    Reason(
        r".*model metadata.*", r"platform", "Triton's ONNX models run on its Python backend here"
    ),
    Reason(
        r".*model config.*",
        r"answered.*answered",
        "the backend's name, and defaults that Triton writes out",
    ),
    Reason(
        r".*(statistics|stats).*",
        r"(answered|200).*(answered|200)",
        "durations differ; Triton has parts of its own",
    ),
    Reason(r"bare GET /v2", r".*", "another server: its own name, version and extensions"),
    Reason(
        r"bare GET .*/versions/1",
        r"platform",
        "Triton's ONNX models run on its Python backend here",
    ),
    Reason(r".*index", r'"reason": ""', "a reason that is empty is written, too"),
    Reason(r"metrics", r".*", "Triton has more: of GPUs, memory and caches, which are not here"),
    Reason(r".*output twice", r"twice", "asking twice for one output is a mistake"),
    Reason(r".*class count", r"classification", "no model of ours has labels"),
    Reason(r".*sequence", r"sequence", "a user's state is in Flink"),
    Reason(r"bare infer.*", r"HTTP 500.*HTTP 400", "the request is wrong, not the server"),
    Reason(
        r"bare infer, shape.*", r"client fails.*HTTP 400", "Triton's process ends at this shape"
    ),
    Reason(
        r"bare infer, (empty|header length.*)",
        r"HTTP 200.*HTTP 400",
        "Triton takes a body without JSON for the bytes of the one input",
    ),
    Reason(
        r"bare infer, .*",
        r"HTTP 200.*HTTP 400",
        "what is not understood is refused by name, never ignored",
    ),
    Reason(
        r"bare .*", r"HTTP 40\d.*HTTP 40\d", "a path that is there, asked by another method, is 405"
    ),
]


def matrix(name: str, kind: int, width: str | int, batch: bool) -> onnx.ModelProto:
    shape = ["B", width] if batch else [width]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])],
        name,
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", kind, shape)],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def affine() -> onnx.ModelProto:
    one = helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["x", "x"], ["two"]),
            helper.make_node("Add", ["two", "one"], ["y"]),
        ],
        "affine",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["B", "N"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["B", "N"])],
        [one],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def write(
    models: Path, name: str, graph: onnx.ModelProto, datatype: str, batch: int, width: int
) -> None:
    folder = models / name / "1"
    folder.mkdir(parents=True)
    onnx.save(graph, folder / "model.onnx")
    tensor = f"data_type: TYPE_{datatype} dims: [ {width} ]"
    (models / name / "config.pbtxt").write_text(
        f'name: "{name}"\nbackend: "onnxruntime"\nmax_batch_size: {batch}\n'
        f'input {{ name: "x" {tensor} }}\noutput {{ name: "y" {tensor} }}\n'
        + ("dynamic_batching { }\n" if batch else "")
    )


def repository(models: Path) -> None:
    write(models, "affine", affine(), "FP32", 8, -1)
    write(models, "fixed", matrix("fixed", TensorProto.FLOAT, 3, batch=False), "FP32", 0, 3)
    for datatype, (kind, _) in DATATYPES.items():
        name = f"echo_{datatype.lower()}"
        write(models, name, matrix(name, kind, "N", batch=True), datatype, 4, -1)


@dataclass
class Side:
    """One server, and its clients."""

    grpc_address: str
    http_address: str
    metrics_address: str

    def __post_init__(self) -> None:
        self.grpc = grpcclient.InferenceServerClient(self.grpc_address)
        self.http = httpclient.InferenceServerClient(self.http_address)

    def client(self, protocol: str) -> object:
        return self.grpc if protocol == "grpc" else self.http

    def close(self) -> None:
        self.grpc.close()
        self.http.close()


Call = tuple[str, Callable[[Side], object]]


def about_models(protocol: str) -> Iterator[Call]:
    more = {"as_json": True} if protocol == "grpc" else {}
    yield f"{protocol} live", lambda s: s.client(protocol).is_server_live()
    yield f"{protocol} ready", lambda s: s.client(protocol).is_server_ready()
    yield f"{protocol} server metadata", lambda s: s.client(protocol).get_server_metadata(**more)
    yield f"{protocol} index", lambda s: s.client(protocol).get_model_repository_index(**more)
    for model in MODELS:
        for version in VERSIONS:
            at = f"{model or '(empty)'} {version or '(no version)'}"
            for name, method, extra in [
                ("model ready", "is_model_ready", {}),
                ("model metadata", "get_model_metadata", more),
                ("model config", "get_model_config", more),
                ("statistics", "get_inference_statistics", more),
            ]:
                yield (
                    f"{protocol} {name} {at}",
                    lambda s, m=method, x=extra, a=model, v=version: getattr(s.client(protocol), m)(
                        a, v, **x
                    ),
                )
    for action in ("load_model", "unload_model"):
        yield (
            f"{protocol} {action} affine",
            lambda s, a=action: getattr(s.client(protocol), a)("affine"),
        )


def tensor(protocol: str, name: str, datatype: str, values: np.ndarray, **how: object) -> object:
    module = grpcclient if protocol == "grpc" else httpclient
    made = module.InferInput(name, list(values.shape), datatype)
    made.set_data_from_numpy(values, **how)
    return made


def infer(protocol: str, model: str, inputs: list, **how: object) -> Callable[[Side], object]:
    def call(side: Side) -> object:
        answer = side.client(protocol).infer(model, inputs, **how)
        response = answer.get_response()
        version = response["model_version"] if protocol == "http" else response.model_version
        identifier = response.get("id", "") if protocol == "http" else response.id
        outputs = response["outputs"] if protocol == "http" else response.outputs
        names = [o["name"] if protocol == "http" else o.name for o in outputs]
        values = {n: (answer.as_numpy(n).dtype.str, answer.as_numpy(n).tolist()) for n in names}
        return {"version": version, "id": identifier, "outputs": values}

    return call


def inference(protocol: str) -> Iterator[Call]:
    module = grpcclient if protocol == "grpc" else httpclient
    for datatype, (_, kind) in DATATYPES.items():
        model = f"echo_{datatype.lower()}"
        for shape in [(1, 1), (2, 3), (4, 5), (1, 0), (5, 1)]:
            values = (np.arange(np.prod(shape)).reshape(shape) % 2).astype(kind)
            forms = [{}] if protocol == "grpc" else [{"binary_data": True}, {"binary_data": False}]
            for form in forms:
                if form.get("binary_data") is False and datatype == "FP16":
                    continue
                made = tensor(protocol, "x", datatype, values, **form)
                yield (
                    f"{protocol} infer {datatype} {shape} {form or ''}",
                    infer(protocol, model, [made]),
                )
        for other in ("FP32", "INT64", "BYTES"):
            if other != datatype:
                wrong = np.zeros((1, 1), DATATYPES[other][1] if other != "BYTES" else np.object_)
                if other == "BYTES":
                    wrong = np.array([["a"]], np.object_)
                made = tensor(protocol, "x", other, wrong)
                yield f"{protocol} infer {other} to {datatype}", infer(protocol, model, [made])
    good = tensor(protocol, "x", "FP32", np.ones((2, 2), np.float32))
    three = tensor(protocol, "x", "FP32", np.ones(3, np.float32))
    for version in VERSIONS:
        yield (
            f"{protocol} infer version {version!r}",
            infer(protocol, "affine", [good], model_version=version),
        )
    yield f"{protocol} infer no such model", infer(protocol, "nothing", [good])
    yield f"{protocol} infer without batch", infer(protocol, "fixed", [three])
    yield f"{protocol} infer wrong rank", infer(protocol, "fixed", [good])
    wide = tensor(protocol, "x", "FP32", np.ones(4, np.float32))
    yield f"{protocol} infer wrong width", infer(protocol, "fixed", [wide])
    yield f"{protocol} infer rank below batch", infer(protocol, "affine", [three])
    yield (
        f"{protocol} infer rows above the most",
        infer(protocol, "affine", [tensor(protocol, "x", "FP32", np.ones((9, 1), np.float32))]),
    )
    yield f"{protocol} infer no inputs", infer(protocol, "affine", [])
    other = tensor(protocol, "z", "FP32", np.ones((2, 2), np.float32))
    yield f"{protocol} infer wrong input name", infer(protocol, "affine", [other])
    yield f"{protocol} infer one input too many", infer(protocol, "affine", [good, other])
    yield f"{protocol} infer input twice", infer(protocol, "affine", [good, good])
    outputs = {
        "one output": [module.InferRequestedOutput("y")],
        "no such output": [module.InferRequestedOutput("z")],
        "output twice": [module.InferRequestedOutput("y"), module.InferRequestedOutput("y")],
        "class count": [module.InferRequestedOutput("y", class_count=1)],
    }
    for name, wanted in outputs.items():
        yield f"{protocol} infer {name}", infer(protocol, "affine", [good], outputs=wanted)
    for name, how in {
        "request id": {"request_id": "r-1"},
        "long request id": {"request_id": "r" * 300},
        "priority": {"priority": 1},
        "timeout": {"timeout": 10_000_000},
        "sequence": {"sequence_id": 5, "sequence_start": True},
        "parameter": {"parameters": {"mine": "x"}},
        "parameter number": {"parameters": {"mine": 3}},
        "reserved parameter": {"parameters": {"priority": 3}},
        "header": {"headers": {"x-mine": "1"}},
    }.items():
        yield f"{protocol} infer {name}", infer(protocol, "affine", [good], **how)
    for algorithm in ("gzip", "deflate"):
        key = "compression_algorithm" if protocol == "grpc" else "request_compression_algorithm"
        yield f"{protocol} infer {algorithm}", infer(protocol, "affine", [good], **{key: algorithm})


def content(body: bytes) -> object:
    try:
        return json.loads(body) if body else ""
    except ValueError:
        return f"{len(body)} bytes that are no JSON"


def bare(
    method: str, path: str, body: bytes | None = None, **headers: str
) -> Callable[[Side], object]:
    def call(side: Side) -> object:
        request = urllib.request.Request(
            f"http://{side.http_address}{path}", data=body, method=method, headers=headers
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return {"status": answer.status, "body": content(answer.read())}
        except urllib.error.HTTPError as refusal:
            return {"status": refusal.code}

    return call


def bodies() -> dict[str, bytes]:
    good = {"name": "x", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}
    whole = {"inputs": [good]}

    def changed(**changes: object) -> bytes:
        return json.dumps(
            {"inputs": [{k: v for k, v in {**good, **changes}.items() if v is not None}]}
        ).encode()

    return {
        "good": json.dumps(whole).encode(),
        "nested data": changed(data=[[1, 2]]),
        "no data": changed(data=None),
        "no shape": changed(shape=None),
        "no datatype": changed(datatype=None),
        "no name": changed(name=None),
        "unknown datatype": changed(datatype="FP31"),
        "negative dimension": changed(shape=[1, -2]),
        "fractional dimension": changed(shape=[1, 2.5]),
        "too few elements": changed(data=[1]),
        "too many elements": changed(data=[1, 2, 3]),
        "text for a number": changed(data=["a", "b"]),
        "null for a number": changed(data=[None, 1]),
        "no inputs": b"{}",
        "inputs no list": b'{"inputs": 3}',
        "no object": b"[1]",
        "no JSON": b"{",
        "empty": b"",
        "unknown field": json.dumps({**whole, "mine": 1}).encode(),
        "output that is not there": json.dumps({**whole, "outputs": [{"name": "z"}]}).encode(),
        "id a number": json.dumps({**whole, "id": 3}).encode(),
        "binary size too large": changed(data=None, parameters={"binary_data_size": 99}),
    }


def fatal_to_triton() -> Iterator[Call]:
    tensor = {"name": "x", "shape": [1, 2**62], "datatype": "FP32", "data": [1]}
    body = json.dumps({"inputs": [tensor]}).encode()
    yield (
        "bare infer, shape that is too large to count",
        bare("POST", "/v2/models/affine/infer", body),
    )


def over_bare_http() -> Iterator[Call]:
    for name, body in bodies().items():
        yield f"bare infer, {name}", bare("POST", "/v2/models/affine/infer", body)
    path = "/v2/models/affine/infer"
    good = bodies()["good"]
    for length in ("0", "5", "99999", "-1", "x"):
        header = {"Inference-Header-Content-Length": length}
        yield f"bare infer, header length {length}", bare("POST", path, good, **header)
    yield "bare infer, broken gzip", bare("POST", path, b"nope", **{"Content-Encoding": "gzip"})
    for method, target in [
        ("GET", "/"),
        ("GET", "/v2"),
        ("GET", "/v3"),
        ("POST", "/v2"),
        ("GET", "/v2/health/live"),
        ("POST", "/v2/health/live"),
        ("GET", "/v2/health/nothing"),
        ("GET", path),
        ("PUT", path),
        ("DELETE", "/v2/models/affine"),
        ("GET", "/v2/models/affine/nothing"),
        ("GET", "/v2/models/affine/versions/1"),
        ("GET", "/v2/models/affine/versions/9"),
        ("GET", "/v2/models/affine/versions/1/ready"),
        ("GET", "/v2/models/affine/stats"),
        ("GET", "/v2/models/stats"),
        ("GET", "/v2/repository/index"),
    ]:
        yield (
            f"bare {method} {target}",
            bare(method, target, b"" if method in ("POST", "PUT") else None),
        )


def metrics(side: Side) -> object:
    with urllib.request.urlopen(f"http://{side.metrics_address}/metrics") as page:
        text = page.read().decode()
    return sorted(set(re.findall(r"^(nv_inference_\w+)\{", text, re.MULTILINE)))


def outcome(call: Callable[[Side], object], side: Side) -> tuple[str, str]:
    """The status, and the answer as text."""
    try:
        answer = call(side)
    except InferenceServerException as refusal:
        return f"refused {refusal.status()}", str(refusal.message())
    except Exception as failure:
        return f"client fails: {type(failure).__name__}", str(failure)
    if isinstance(answer, dict) and "status" in answer and len(answer) <= 2:
        body = json.dumps(answer.get("body", ""), sort_keys=True)
        return f"HTTP {answer['status']}", body
    return "answered", json.dumps(answer, sort_keys=True, default=str)


OURS_ALONE = {"queue_us", "compute_us"}


def without_our_parameters(text: str) -> str:
    """Our times of an answer are parameters, which the protocol leaves open."""
    try:
        answer = json.loads(text)
    except json.JSONDecodeError:
        return text
    if isinstance(answer, dict) and set(answer.get("parameters", {})) <= OURS_ALONE:
        answer.pop("parameters", None)
    return json.dumps(answer, sort_keys=True)


def reason(name: str, difference: str) -> str | None:
    for each in REASONS:
        if re.fullmatch(each.call, name) and re.search(each.difference, difference, re.DOTALL):
            return each.text
    return None


def shortened(text: str, most: int = 110) -> str:
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= most else line[: most - 1] + "…"


Difference = tuple[str, str, str, str | None]


def compare(theirs: Side, ours: Side) -> tuple[int, list[Difference]]:
    """How many calls there were, and what differs: name, Triton's outcome, ours, why."""
    calls: list[Call] = []
    for protocol in ("grpc", "http"):
        calls += [*about_models(protocol), *inference(protocol)]
    calls += [*over_bare_http(), ("metrics", metrics), *fatal_to_triton()]
    differences = []
    for name, call in calls:
        (status, text), (our_status, our_text) = outcome(call, theirs), outcome(call, ours)
        same_answer = status.startswith(("refused", "HTTP 4", "HTTP 5")) or without_our_parameters(
            text
        ) == without_our_parameters(our_text)
        if status != our_status or not same_answer:
            shown = (f"{status}: {text}", f"{our_status}: {our_text}")
            differences.append((name, *shown, reason(name, " / ".join(shown))))
    return len(calls), differences


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
