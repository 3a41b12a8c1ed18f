"""Documents of every kind, made by hand, and a stand-in for embedding models."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence

from django.contrib.auth.base_user import AbstractBaseUser

from editor.graph.context import HttpReply
from editor.knowledge.models import KnowledgeBase
from runs.knowledge.index import Tools, index
from runs.knowledge.leases import claim

WORD = '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
DIMENSION = 384


def owner_of(base: KnowledgeBase) -> AbstractBaseUser:
    """Give the person whose base it is."""
    assert base.owner is not None
    return base.owner


def docx(*paragraphs: str, body: str | None = None) -> bytes:
    """Build a DOCX document of paragraphs; those that begin with # are headings."""
    text = "".join(_paragraph(one) for one in paragraphs) if body is None else body
    return archive({"[Content_Types].xml": TYPES, "_rels/.rels": RELS, "word/document.xml": WORD.format(text)})


def _paragraph(text: str) -> str:
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' if text.startswith("#") else ""
    return f"<w:p>{style}<w:r><w:t>{text.lstrip('# ')}</w:t></w:r></w:p>"


def archive(files: dict[str, str | bytes]) -> bytes:
    """Build a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return out.getvalue()


def bomb(megabytes: int = 300) -> bytes:
    """Build a DOCX document of a few hundred kilobytes that unpacks to hundreds of megabytes."""
    out = io.BytesIO(docx("Small on the outside."))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("word/media.xml", "w") as entry:
        for _ in range(megabytes):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


def pdf(*pages: str) -> bytes:
    """Build a PDF file with a line of text on each page; an empty one is a page without text."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in enumerate(pages):
        shown = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        stream = f"BT /F1 12 Tf 72 720 Td ({shown}) Tj ET" if text else ""
        content = f"{5 + 2 * number} 0 R"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(out)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def locked_pdf() -> bytes:
    """Build a PDF file that asks for a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf("Secret."))))
    writer.encrypt("a password", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def words_as_vectors(model: str, texts: Sequence[str]) -> list[list[float]]:
    """Stand in for an embedding model: texts with the same words are near each other."""
    return [_vector(text) for text in texts]


def _vector(text: str) -> list[float]:
    vector = [0.0] * DIMENSION
    vector[0] = 0.01
    for word in text.lower().replace(".", " ").replace("?", " ").split():
        vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSION] += 1.0
    return vector


def nothing_there(url: str) -> HttpReply:
    """Stand in for the network of documents that need none."""
    raise AssertionError(f"{url} was fetched")


def index_all(
    *,
    embed: Callable[[str, Sequence[str]], list[list[float]]] = words_as_vectors,
    fetch: Callable[[str], HttpReply] = nothing_there,
    max_pages: int = 2000,
    seconds: float = 30,
) -> int:
    """Index what is due, as a worker does, and say how many documents that were."""
    count = 0
    while (lease := claim(seconds)) is not None:
        index(lease, Tools(fetch, lambda base, texts: embed(base.embedding_model, texts), max_pages))
        count += 1
    return count
