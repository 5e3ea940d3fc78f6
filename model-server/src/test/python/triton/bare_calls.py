"""Calls over bare HTTP, which the client would not send."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

from side import Call, Side


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
