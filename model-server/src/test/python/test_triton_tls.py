"""Triton's own Python clients with TLS and certificates of their own."""

import ssl
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
import trustme
from serving import MODELS, Server, running_server
from tritonclient.utils import InferenceServerException


@dataclass
class Certificates:
    authority: Path
    certificate: Path
    key: Path


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """One authority and one pair, which the server shows to callers and callers to the server."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA(key_type=trustme.KeyType.ECDSA)
    pair = authority.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA)
    made = Certificates(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem")
    authority.cert_pem.write_to_path(made.authority)
    for blob in pair.cert_chain_pems:
        blob.write_to_path(made.certificate, append=True)
    key = ssl_key_as_pkcs8(pair.private_key_pem.bytes())
    made.key.write_bytes(key)
    return made


def ssl_key_as_pkcs8(pem: bytes) -> bytes:
    """What trustme writes is the older form that the server refuses."""
    from cryptography.hazmat.primitives import serialization

    return serialization.load_pem_private_key(pem, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[Server]:
    with running_server(
        MODELS,
        f"--tls-certificate={certificates.certificate}",
        f"--tls-key={certificates.key}",
        f"--tls-client-ca={certificates.authority}",
    ) as started:
        yield started


def over_grpc(server: Server, certificates: Certificates) -> object:
    return grpcclient.InferenceServerClient(
        server.grpc,
        ssl=True,
        root_certificates=str(certificates.authority),
        private_key=str(certificates.key),
        certificate_chain=str(certificates.certificate),
    )


def over_http(server: Server, certificates: Certificates) -> object:
    return httpclient.InferenceServerClient(
        server.http,
        ssl=True,
        ssl_options={
            "ca_certs": str(certificates.authority),
            "certfile": str(certificates.certificate),
            "keyfile": str(certificates.key),
        },
    )


@pytest.mark.parametrize(("connect", "module"), [(over_grpc, grpcclient), (over_http, httpclient)])
def test_inference(server, certificates, connect, module):
    client = connect(server, certificates)
    assert client.is_server_ready()
    rows = np.array([[1, 2.5]], np.float32)
    tensor = module.InferInput("x", [1, 2], "FP32")
    tensor.set_data_from_numpy(rows)
    np.testing.assert_array_equal(client.infer("affine", [tensor]).as_numpy("y"), 2 * rows + 1)
    client.close()


def test_without_a_certificate_nobody_is_answered(server, certificates):
    grpc = grpcclient.InferenceServerClient(
        server.grpc, ssl=True, root_certificates=str(certificates.authority)
    )
    with pytest.raises(InferenceServerException):
        grpc.is_server_live()
    http = httpclient.InferenceServerClient(
        server.http, ssl=True, ssl_options={"ca_certs": str(certificates.authority)}
    )
    with pytest.raises((OSError, ConnectionError)):
        http.is_server_live()


def test_the_metrics_say_when_the_certificate_expires(server, certificates):
    context = ssl.create_default_context(cafile=str(certificates.authority))
    context.load_cert_chain(certificates.certificate, certificates.key)
    with urllib.request.urlopen(f"https://{server.metrics}/metrics", context=context) as answer:
        text = answer.read().decode()
    assert "millrace_tls_certificate_not_after_seconds " in text
    assert 'millrace_tls_reloads{result="taken"} 0' in text
