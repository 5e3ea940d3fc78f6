"""Calls of tritonclient over gRPC and HTTP: about models in every state, and inference."""

from collections.abc import Callable, Iterator

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from compared_models import DATATYPES
from side import MODELS, VERSIONS, Call, Side


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
