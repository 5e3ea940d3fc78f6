"""An ONNX file served by Triton's Python backend: one run of ONNX Runtime for each batch.

The wheel that Triton comes in has no ONNX Runtime backend. This one does what that does: requests
of a batch side by side, ragged inputs and `batch_input` included, outputs cut apart by row.
"""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.batches = config["max_batch_size"] > 0
        self.ragged = {i["name"] for i in config["input"] if i.get("allow_ragged_batch")}
        self.inputs = [i["name"] for i in config["input"]]
        self.ends = {
            target: each["source_input"][0]
            for each in config.get("batch_input", [])
            for target in each["target_name"]
        }
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        file = Path(args["model_repository"]) / args["model_version"] / "model.onnx"
        self.session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        self.outputs = [o.name for o in self.session.get_outputs()]

    def execute(self, requests):
        try:
            return self._together(requests)
        except Exception as failure:
            error = pb_utils.TritonError(str(failure))
            return [pb_utils.InferenceResponse(error=error) for _ in requests]

    def _together(self, requests):
        given = [{t.name(): t.as_numpy() for t in request.inputs()} for request in requests]
        feeds = {}
        for name in self.inputs:
            tensors = [each[name] for each in given]
            if name in self.ragged:
                feeds[name] = np.concatenate([tensor.ravel() for tensor in tensors])
            else:
                feeds[name] = np.concatenate(tensors) if self.batches else tensors[0]
        for target, source in self.ends.items():
            sizes = [len(row) for each in given for row in each[source]]
            feeds[target] = np.cumsum(sizes, dtype=np.int32)
        values = self.session.run(self.outputs, feeds)
        responses, row = [], 0
        for request, each in zip(requests, given, strict=True):
            rows = len(each[self.inputs[0]]) if self.batches else None
            wanted = set(request.requested_output_names())
            tensors = [
                pb_utils.Tensor(name, value[row : row + rows] if self.batches else value)
                for name, value in zip(self.outputs, values, strict=True)
                if name in wanted
            ]
            responses.append(pb_utils.InferenceResponse(tensors))
            row += rows or 0
        return responses
