"""Triton's own Python clients ask a model that is made of others."""

import shutil
from collections.abc import Iterator

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from serving import MODELS, Server, running_server

TWICE = """
platform: "ensemble"
max_batch_size: 4
input { name: "start" data_type: TYPE_FP32 dims: -1 }
output { name: "end" data_type: TYPE_FP32 dims: -1 }
ensemble_scheduling {
  step {
    model_name: "affine"
    model_version: -1
    input_map { key: "x" value: "start" }
    output_map { key: "y" value: "middle" }
  }
  step {
    model_name: "affine"
    model_version: -1
    input_map { key: "x" value: "middle" }
    output_map { key: "y" value: "end" }
  }
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    models = tmp_path_factory.mktemp("repository")
    shutil.copytree(MODELS / "affine", models / "affine")
    (models / "twice/1").mkdir(parents=True)
    (models / "twice/config.pbtxt").write_text(TWICE)
    with running_server(models) as started:
        yield started


@pytest.mark.parametrize("module", [grpcclient, httpclient])
def test_an_ensemble_answers_like_any_model(server, module):
    address = server.grpc if module is grpcclient else server.http
    client = module.InferenceServerClient(address)
    assert client.is_model_ready("twice")
    rows = np.array([[1, 2.5], [3, -4]], np.float32)
    tensor = module.InferInput("start", list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows)
    answer = client.infer("twice", [tensor], outputs=[module.InferRequestedOutput("end")])
    np.testing.assert_array_equal(answer.as_numpy("end"), 4 * rows + 3)
    client.close()
