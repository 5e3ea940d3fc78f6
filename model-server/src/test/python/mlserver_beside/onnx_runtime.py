"""An ONNX file served by MLServer: one run of ONNX Runtime for each batch.

MLServer's own batching joins requests whose rows have one length, so that the ends of ragged rows
are lost. Here they wait in the runtime: whichever session is free takes all that wait, up to a
batch, as the model's configuration for Triton has it.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse

Waiting = tuple[dict[str, np.ndarray], asyncio.Future]


class RaggedOnnx(MLModel):
    """A model whose settings hold, as parameters, what its configuration says.

    `file` is the ONNX file, `instances` the number of sessions with a thread each, `max_rows` the
    largest batch, `ragged` the inputs that are laid end to end, and `ends` the inputs of the graph
    that say where the rows of another input end.
    """

    async def load(self) -> bool:
        extra = self.settings.parameters.extra
        self.max_rows = extra["max_rows"]
        self.ragged = set(extra["ragged"])
        self.ends = extra["ends"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.free = [
            onnxruntime.InferenceSession(extra["file"], options, ["CPUExecutionProvider"])
            for _ in range(extra["instances"])
        ]
        self.names = [output.name for output in self.free[0].get_outputs()]
        self.threads = ThreadPoolExecutor(extra["instances"])
        self.waiting: list[Waiting] = []
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        given = {each.name: NumpyCodec.decode_input(each) for each in payload.inputs}
        answer = asyncio.get_running_loop().create_future()
        self.waiting.append((given, answer))
        self._compute_while_free()
        values = await answer
        return InferenceResponse(
            model_name=self.name,
            outputs=[
                NumpyCodec.encode_output(name, value)
                for name, value in zip(self.names, values, strict=True)
            ],
        )

    def _compute_while_free(self) -> None:
        while self.waiting and self.free:
            batch = self.waiting[: self.max_rows]
            del self.waiting[: self.max_rows]
            session = self.free.pop()
            run = asyncio.get_running_loop().run_in_executor(
                self.threads, self._together, session, [given for given, _ in batch]
            )
            run.add_done_callback(lambda done, s=session, b=batch: self._computed(s, b, done))

    def _computed(self, session, batch: list[Waiting], done: asyncio.Future) -> None:
        self.free.append(session)
        self._compute_while_free()
        failure = done.exception()
        for row, (_, answer) in enumerate(batch):
            if answer.cancelled():
                continue
            if failure:
                answer.set_exception(failure)
            else:
                answer.set_result([value[row : row + 1] for value in done.result()])

    def _together(self, session, rows: list[dict[str, np.ndarray]]) -> list[np.ndarray]:
        feeds = {}
        for name in rows[0]:
            tensors = [row[name] for row in rows]
            if name in self.ragged:
                feeds[name] = np.concatenate([tensor.ravel() for tensor in tensors])
            else:
                feeds[name] = np.concatenate(tensors)
        for target, source in self.ends.items():
            feeds[target] = np.cumsum([row[source].size for row in rows], dtype=np.int32)
        return session.run(self.names, feeds)
