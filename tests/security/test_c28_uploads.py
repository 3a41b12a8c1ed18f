"""C28: whatever a file pretends to be, it is refused, or handed back as bytes that no browser opens."""

from urllib.parse import quote

import pytest

from editor.knowledge.formats import Kind
from editor.knowledge.models import Document
from graphapp.accounts.models import User
from tests.integration.editor.conftest import Api
from tests.support.knowledge import archive, docx, pdf

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>alert(document.domain)</script>"
HTML = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)

REFUSED = {
    "a.png": PNG,
    "image as page.html": PNG + HTML,
    "image as text.txt": PNG,
    "image as book.pdf": PNG,
    "gif as script.html": GIF + b"=1;" + SCRIPT,
    "gif as notes.md": GIF,
    "jpeg as table.csv": JPEG,
    "jpeg as page.htm": JPEG + HTML,
    "riff.md": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "elf.txt": b"\x7fELF\x02\x01\x01" + bytes(9),
    "program.pdf": b"MZ\x90\x00\x03\x00\x00\x00",
    "program.csv": b"MZ\x90\x00" + HTML,
    "rich.txt": b"{\\rtf1\\ansi hello}",
    "postscript.txt": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "packed.txt": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "seven.docx": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "rar.docx": b"Rar!\x1a\x07\x01\x00",
    "bzip.txt": b"BZh91AY&SY\x00\x00",
    "empty archive.docx": b"PK\x05\x06" + bytes(18),
    "old.doc": OLE,
    "old.docx": OLE,
    "old.html": OLE + HTML,
    "sound.md": b"ID3\x03\x00\x00\x00\x00\x00\x00",
    "rows.csv": b"SQLite format 3\x00",
    "nothing.txt": b"\x00\x01\x02\x03",
    "late zero.html": HTML + b"\x00",
    "java.txt": b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
    "wasm.md": b"\x00asm\x01\x00\x00\x00",
}
"""What is something else, whatever it is called."""

KEPT = {
    "page.html": HTML,
    "page.txt": HTML,
    "page.pdf": HTML,
    "picture.svg": SVG,
    "picture.html": SVG,
    "script.js": b"alert(document.cookie)",
    "style.css": b"body{background:url(javascript:alert(1))}",
    "feed.xml": b'<?xml version="1.0"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>alert(1)</h:script></x>',
    "entities.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "frames.mht": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT,
    "utf-7.html": b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "wide.html": b"\xff\xfe" + HTML.decode().encode("utf-16-le"),
    "formula.csv": b"=HYPERLINK(\"http://127.0.0.1/\"),=cmd|'/c calc'!A1\n",
    "shell.md": b"#!/bin/sh\nrm -rf /\n",
    "page and book.html": HTML + pdf("Text."),
    "book and page.pdf": pdf("Text.") + HTML,
    "book and archive.pdf": pdf("Text.") + archive({"a.html": HTML}),
    "archive.html": archive({"index.html": HTML}),
    "archive and page.docx": docx("Text.") + HTML,
    "macros.docm": archive({"word/vbaProject.bin": OLE}),
    "outside.docx": archive({"../../etc/cron.d/x": b"* * * * * root id"}),
    "a\r\nContent-Type: text/html.txt": b"Text.",
    "../../../srv/www/page.html": HTML,
    'quo"te; filename=evil.html': HTML,
    "\u202elmth.exe.txt": b"Text.",
}
"""What may be read as a document, and must never be opened as anything in a browser."""


@pytest.fixture
def api(olga: User) -> Api:
    """Call the API as Olga."""
    return Api(olga)


def upload(api: Api, name: str, body: bytes) -> tuple[str, int, str]:
    """Upload a file into a new base, and give the address of what was made, or why it was refused."""
    base = api("POST", "/knowledge", {"name": "Uploads"}).json["id"]
    path = f"/knowledge/{base}/documents"
    answer = api("POST", f"{path}?name={quote(name, safe='')}", body, "application/octet-stream")
    return f"{path}/{answer.json.get('id', '')}", answer.status, answer.code if answer.status >= 400 else ""


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_is_refused_whatever_it_is_called(api: Api, name: str) -> None:
    _, status, code = upload(api, name, REFUSED[name])
    assert (status, code) == (422, "document_type_unsupported")
    assert not Document.objects.exists()


@pytest.mark.parametrize("name", KEPT, ids=range(len(KEPT)))
def test_what_is_taken_comes_back_as_bytes_to_keep_and_never_as_a_page(api: Api, name: str) -> None:
    place, status, code = upload(api, name, KEPT[name])
    assert (status, code) == (201, "")
    document = Document.objects.get()
    assert document.kind in set(Kind)
    assert "/" not in document.name
    answer = api.client.get(f"/api/v1{place}/file")
    assert answer.content == KEPT[name]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert not {"\r", "\n"} & set(disposition)
    shown = api.client.get(f"/api/v1{place}")
    assert shown["Content-Type"].startswith("application/json")


def test_the_name_of_a_file_is_never_a_place(api: Api) -> None:
    """The original lies in a row under an id of ours."""
    place, _, _ = upload(api, "../../../etc/passwd", b"root:x:0:0")
    document = Document.objects.get()
    assert (document.name, place.rpartition("/")[2]) == ("passwd", str(document.pk))
    assert bytes(document.file.body) == b"root:x:0:0"
