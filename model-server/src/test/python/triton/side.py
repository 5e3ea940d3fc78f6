"""One of the two servers, and what may be asked of it."""

from collections.abc import Callable
from dataclasses import dataclass

import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient

MODELS = ["affine", "nothing", ""]
VERSIONS = ["", "1", "2", "x"]


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
