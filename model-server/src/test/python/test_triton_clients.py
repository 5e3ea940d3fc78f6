"""Triton's own Python clients, unmodified, against a running model server."""

import queue
import re
import shutil
import urllib.request
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from serving import MODELS, WAIT_SECONDS, Server, running_server
from tritonclient.utils import InferenceServerException


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    models = tmp_path_factory.mktemp("repository") / "models"
    shutil.copytree(MODELS, models)
    with running_server(models, "--model-control-mode=explicit", "--load-model=*") as started:
        yield started


@pytest.fixture(params=["grpc", "http"])
def client(request: pytest.FixtureRequest, server: Server) -> Iterator[object]:
    if request.param == "grpc":
        made = grpcclient.InferenceServerClient(server.grpc)
    else:
        made = httpclient.InferenceServerClient(server.http)
    yield made
    made.close()


def module_of(client: object) -> ModuleType:
    return grpcclient if isinstance(client, grpcclient.InferenceServerClient) else httpclient


def is_http(client: object) -> bool:
    return module_of(client) is httpclient


def as_dict(client: object, call: str, *args: object) -> object:
    method = getattr(client, call)
    return method(*args) if is_http(client) else method(*args, as_json=True)


def affine_input(client: object, values: np.ndarray, **how: object) -> object:
    tensor = module_of(client).InferInput("x", list(values.shape), "FP32")
    tensor.set_data_from_numpy(values, **how)
    return tensor


ROWS = np.array([[1, 2.5], [3, -4]], np.float32)


def test_health(client):
    assert client.is_server_live()
    assert client.is_server_ready()
    assert client.is_model_ready("affine")
    assert client.is_model_ready("affine", "1")


def test_what_does_not_exist_is_not_ready(client):
    assert not client.is_model_ready("nothing")
    assert not client.is_model_ready("affine", "7")


def test_metadata(client):
    server = as_dict(client, "get_server_metadata")
    assert server["name"] == "millrace"
    assert {"binary_tensor_data", "model_repository", "statistics"} <= set(server["extensions"])
    model = as_dict(client, "get_model_metadata", "affine")
    assert model["versions"] == ["1"]
    assert [(t["name"], t["datatype"]) for t in model["inputs"]] == [("x", "FP32")]
    assert [int(dim) for dim in model["inputs"][0]["shape"]] == [-1, -1]


def test_configuration(client):
    config = as_dict(client, "get_model_config", "affine")
    config = config.get("config", config)
    assert config["name"] == "affine"
    assert config["max_batch_size"] == 8


def test_infer_binary(client):
    answer = client.infer("affine", [affine_input(client, ROWS)], request_id="r-7")
    np.testing.assert_array_equal(answer.as_numpy("y"), 2 * ROWS + 1)
    response = answer.get_response()
    identifier = response["id"] if is_http(client) else response.id
    assert identifier == "r-7"


def test_infer_names_outputs_and_version(client):
    wanted = module_of(client).InferRequestedOutput("y")
    answer = client.infer(
        "affine", [affine_input(client, ROWS)], model_version="1", outputs=[wanted]
    )
    np.testing.assert_array_equal(answer.as_numpy("y"), 2 * ROWS + 1)


def test_infer_json(server):
    client = httpclient.InferenceServerClient(server.http)
    tensor = affine_input(client, ROWS, binary_data=False)
    wanted = httpclient.InferRequestedOutput("y", binary_data=False)
    answer = client.infer("affine", [tensor], outputs=[wanted])
    np.testing.assert_array_equal(answer.as_numpy("y"), 2 * ROWS + 1)
    client.close()


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_infer_compressed(client, algorithm):
    if is_http(client):
        how = {
            "request_compression_algorithm": algorithm,
            "response_compression_algorithm": algorithm,
        }
    else:
        how = {"compression_algorithm": algorithm}
    rows = np.zeros((8, 400), np.float32)
    answer = client.infer("affine", [affine_input(client, rows)], **how)
    np.testing.assert_array_equal(answer.as_numpy("y"), rows + 1)


def recommend_inputs(client: object, **how: object) -> list[object]:
    inputs = []
    for name, datatype, values in (
        ("item_id", "BYTES", np.array([["item-5", "item-9"]], np.object_)),
        ("event_type", "INT32", np.array([[1, 3]], np.int32)),
        ("age_s", "FP32", np.array([[8, 0]], np.float32)),
    ):
        tensor = module_of(client).InferInput(name, list(values.shape), datatype)
        tensor.set_data_from_numpy(values, **how)
        inputs.append(tensor)
    return inputs


def test_strings_go_in_and_come_out(client):
    answer = client.infer("recommender", recommend_inputs(client))
    items = answer.as_numpy("item_id").ravel()
    assert all(item.startswith(b"item-") for item in items)
    assert answer.as_numpy("score").size == items.size
    assert list(answer.as_numpy("rung").ravel()) == [b"RETRIEVED"]


def test_strings_in_json(server):
    client = httpclient.InferenceServerClient(server.http)
    binary = client.infer("recommender", recommend_inputs(client)).as_numpy("item_id").ravel()
    wanted = [httpclient.InferRequestedOutput("item_id", binary_data=False)]
    inputs = recommend_inputs(client, binary_data=False)
    texts = client.infer("recommender", inputs, outputs=wanted).as_numpy("item_id").ravel()
    assert [str(text) for text in texts] == [item.decode() for item in binary]
    client.close()


def test_async_infer(server):
    client = grpcclient.InferenceServerClient(server.grpc)
    done: queue.Queue = queue.Queue()
    client.async_infer(
        "affine", [affine_input(client, ROWS)], lambda result, error: done.put((result, error))
    )
    result, error = done.get(timeout=WAIT_SECONDS)
    assert error is None
    np.testing.assert_array_equal(result.as_numpy("y"), 2 * ROWS + 1)
    client.close()
    over_http = httpclient.InferenceServerClient(server.http, concurrency=4)
    calls = [over_http.async_infer("affine", [affine_input(over_http, ROWS)]) for _ in range(4)]
    for call in calls:
        np.testing.assert_array_equal(call.get_result().as_numpy("y"), 2 * ROWS + 1)
    over_http.close()


def test_stream_infer(server):
    client = grpcclient.InferenceServerClient(server.grpc)
    done: queue.Queue = queue.Queue()
    client.start_stream(lambda result, error: done.put((result, error)))
    count = 100
    for i in range(count):
        values = np.full((1, 1), i, np.float32)
        client.async_stream_infer("affine", [affine_input(client, values)], request_id=str(i))
    client.async_stream_infer("nothing", [affine_input(client, ROWS)], request_id="bad")
    answers, errors = {}, []
    for _ in range(count + 1):
        result, error = done.get(timeout=WAIT_SECONDS)
        if error is None:
            answers[result.get_response().id] = result.as_numpy("y").item()
        else:
            errors.append(str(error))
    client.stop_stream()
    client.close()
    assert answers == {str(i): 2.0 * i + 1 for i in range(count)}
    assert len(errors) == 1
    assert "model 'nothing' does not exist" in errors[0]


def test_statistics(client):
    client.infer("affine", [affine_input(client, ROWS)])
    for args in (("affine",), ("affine", "1"), ()):
        statistics = as_dict(client, "get_inference_statistics", *args)["model_stats"]
        affine = next(model for model in statistics if model["name"] == "affine")
        assert int(affine["inference_stats"]["success"]["count"]) >= 1
        assert int(affine["inference_count"]) >= 2


def test_repository(client):
    index = client.get_model_repository_index()
    entries = index if is_http(client) else index.models
    names = {entry["name"] if is_http(client) else entry.name for entry in entries}
    assert names >= {"affine", "recommender", "retriever"}
    client.unload_model("affine")
    with pytest.raises(InferenceServerException, match="affine"):
        client.infer("affine", [affine_input(client, ROWS)])
    client.load_model("affine")
    answer = client.infer("affine", [affine_input(client, ROWS)])
    np.testing.assert_array_equal(answer.as_numpy("y"), 2 * ROWS + 1)


@pytest.mark.parametrize(
    ("shape", "dtype", "message"),
    [((9, 1), "FP32", "batch size is 9"), ((1, 1), "FP64", "expects FP32, given FP64")],
)
def test_wrong_requests_are_refused(client, shape, dtype, message):
    values = np.zeros(shape, {"FP32": np.float32, "FP64": np.float64}[dtype])
    tensor = module_of(client).InferInput("x", list(shape), dtype)
    tensor.set_data_from_numpy(values)
    with pytest.raises(InferenceServerException, match=message) as refusal:
        client.infer("affine", [tensor])
    status = refusal.value.status()
    assert status in ("400", "StatusCode.INVALID_ARGUMENT")


def test_classification_is_refused_by_name(client):
    wanted = module_of(client).InferRequestedOutput("y", class_count=2)
    with pytest.raises(InferenceServerException, match="'classification', which is not supported"):
        client.infer("affine", [affine_input(client, ROWS)], outputs=[wanted])


def test_shared_memory_is_refused_by_name(client):
    tensor = module_of(client).InferInput("x", [1, 1], "FP32")
    tensor.set_shared_memory("region", 4)
    with pytest.raises(InferenceServerException, match="'shared_memory"):
        client.infer("affine", [tensor])


def test_a_timeout_that_has_passed_is_told(client):
    refusals = []
    for _ in range(50):
        try:
            client.infer("affine", [affine_input(client, ROWS)], timeout=1)
        except InferenceServerException as refusal:
            refusals.append(str(refusal))
    assert refusals
    assert all("deadline passed" in refusal for refusal in refusals)


def test_metrics(server):
    client = grpcclient.InferenceServerClient(server.grpc)
    client.infer("affine", [affine_input(client, ROWS)])
    client.close()
    with urllib.request.urlopen(f"http://{server.metrics}/metrics") as page:
        assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        text = page.read().decode()
    for name in (
        "nv_inference_request_success",
        "nv_inference_request_failure",
        "nv_inference_count",
        "nv_inference_exec_count",
        "nv_inference_request_duration_us",
        "nv_inference_queue_duration_us",
        "nv_inference_compute_input_duration_us",
        "nv_inference_compute_infer_duration_us",
        "nv_inference_compute_output_duration_us",
        "nv_inference_pending_request_count",
    ):
        assert re.search(rf'^{name}{{model="affine",version="1".*}} \d+$', text, re.MULTILINE), name
