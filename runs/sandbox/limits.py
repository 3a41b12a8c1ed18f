"""How much user code may use. Every pool and session is made from one of these: there is no way to leave a limit out."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits of one kind of user code. All fields are mandatory on purpose: to the sandbox, no limit means none."""

    name: str
    source_bytes: int
    feed_seconds: float
    memory_bytes: int
    recursion: int
    suspensions: int
    sleep_seconds: float
    input_bytes: int
    output_bytes: int
    printed_bytes: int
    request_seconds: float
    checkout_seconds: float
    checkouts_per_worker: int


EXPRESSION = Profile(
    name="expression",
    source_bytes=4 * KIB,
    feed_seconds=0.25,
    memory_bytes=16 * MIB,
    recursion=100,
    suspensions=1,
    sleep_seconds=0.0,
    input_bytes=4 * MIB,
    output_bytes=1 * MIB,
    printed_bytes=0,
    request_seconds=2.0,
    checkout_seconds=5.0,
    checkouts_per_worker=500,
)
CODE = Profile(
    name="code",
    source_bytes=64 * KIB,
    feed_seconds=5.0,
    memory_bytes=128 * MIB,
    recursion=300,
    suspensions=200,
    sleep_seconds=10.0,
    input_bytes=16 * MIB,
    output_bytes=4 * MIB,
    printed_bytes=256 * KIB,
    request_seconds=10.0,
    checkout_seconds=30.0,
    checkouts_per_worker=50,
)
