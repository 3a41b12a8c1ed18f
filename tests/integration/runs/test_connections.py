"""Connections of the guarded client against a real TLS server on this machine."""

import asyncio
import datetime
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runs.providers.streams import connect

Answer = Callable[[socket.socket], None]
LARGE = b"x" * 3_000_000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a key and a certificate of its own for one name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def server(answer: Answer, certificate: Path | None = None) -> Iterator[int]:
    """Serve one connection on a free port, from a thread; encrypted where a certificate is given."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = threading.Thread(target=serve, args=(listening, answer, certificate))
        serving.start()
        yield listening.getsockname()[1]
        serving.join(10)


def serve(listening: socket.socket, answer: Answer, certificate: Path | None) -> None:
    """Accept once. That the other side leaves in the middle is what these tests are about."""
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        if certificate is None:
            answer(connection)
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        with context.wrap_socket(connection, server_side=True) as safe:
            answer(safe)


def shout(connection: socket.socket) -> None:
    """Answer a word with much."""
    if connection.recv(5):
        connection.sendall(LARGE)


def silent(connection: socket.socket) -> None:
    """Wait for the other side to leave."""
    while connection.recv(4096):
        pass


def reset(connection: socket.socket) -> None:
    """Break the connection off at the first word."""
    connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def read_all(stream: httpcore.AsyncNetworkStream) -> bytes:
    """Read to the end."""
    parts = []
    while part := await stream.read(65_536, timeout=5):
        parts.append(part)
    return b"".join(parts)


def test_a_connection_goes_on_encrypted(certificate: Path) -> None:
    """The certificate is checked against the name that was asked for, and everything arrives."""

    async def talk() -> tuple[bytes, bool]:
        trust = ssl.create_default_context(cafile=str(certificate))
        with server(shout, certificate) as port:
            stream = await connect("127.0.0.1", port, timeout=5)
            safe = await stream.start_tls(trust, server_hostname="api.example", timeout=5)
            await safe.write(b"hello", timeout=5)
            found = await read_all(safe), safe.get_extra_info("ssl_object") is not None
            await safe.aclose()
            return found

    assert asyncio.run(talk()) == (LARGE, True)


@pytest.mark.parametrize(("name", "is_trusted"), [("other.example", True), ("api.example", False)])
def test_a_wrong_certificate_ends_the_connection(certificate: Path, name: str, *, is_trusted: bool) -> None:
    """Neither another's certificate nor one that nobody signed passes."""

    async def talk() -> None:
        trust = ssl.create_default_context(cafile=str(certificate) if is_trusted else None)
        with server(shout, certificate) as port:
            stream = await connect("127.0.0.1", port, timeout=5)
            await stream.start_tls(trust, server_hostname=name, timeout=5)

    with pytest.raises(httpcore.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        asyncio.run(talk())


def test_a_silent_server_is_waited_for_as_long_as_was_said() -> None:
    """A read that gets nothing ends by itself, and so does a handshake that nobody answers."""

    async def read() -> None:
        with server(silent) as port:
            stream = await connect("127.0.0.1", port, timeout=5)
            try:
                await stream.read(10, timeout=0.05)
            finally:
                await stream.aclose()

    async def shake_hands() -> None:
        with server(silent) as port:
            stream = await connect("127.0.0.1", port, timeout=5)
            await stream.start_tls(ssl.create_default_context(), server_hostname="api.example", timeout=0.05)

    with pytest.raises(httpcore.ReadTimeout):
        asyncio.run(read())
    with pytest.raises(httpcore.ConnectTimeout):
        asyncio.run(shake_hands())


def test_a_connection_that_was_closed_says_so() -> None:
    """What a pool asks before it uses a connection again, and what a write then says."""

    async def talk() -> bool:
        with server(reset) as port:
            stream = await connect("127.0.0.1", port, timeout=5)
            await stream.write(b"a", timeout=5)
            with pytest.raises(httpcore.ReadError):
                await read_all(stream)
            return bool(stream.get_extra_info("is_readable"))

    assert asyncio.run(talk())


def test_nobody_there_is_a_failed_connection() -> None:
    """A refused connection is httpcore's error, not the system's."""

    async def talk() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
        await connect("127.0.0.1", port, timeout=5)

    with pytest.raises(httpcore.ConnectError):
        asyncio.run(talk())
