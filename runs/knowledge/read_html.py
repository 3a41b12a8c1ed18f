"""Text of HTML pages, by their headings. What the page would do in a browser is left out: it is data here."""

from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from runs.knowledge.segments import Reading, Segment, Unreadable, section_of

LEFT_OUT = (
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "head", "nav", "footer", "form",
    "button", "select", "dialog",
)  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset((*HEADINGS, "p", "li", "blockquote", "tr", "dt", "dd", "figcaption", "div", "section", "article", "br"))
CELLS = frozenset(("td", "th"))


def read_html(text: str) -> Reading:
    """Read a page's text, with the headings that lead to each part as its section."""
    tree = LexborHTMLParser(text)
    main = tree.css_first("main") or tree.css_first("article") or tree.body
    if main is None:
        raise Unreadable("document_empty", "This page holds no text.")
    tree.strip_tags(list(LEFT_OUT))
    found = False
    for segment in sections(main):
        found = True
        yield segment
    if not found:
        hint = "Pages that scripts fill in cannot be read: save the page from a browser, and add that file."
        raise Unreadable("document_without_text", "This page holds no text.", hint)


def sections(root: LexborNode) -> Iterator[Segment]:
    """Walk through the blocks in their order; each heading begins a section."""
    path: list[str] = []
    parts: list[str] = []
    for tag, text in blocks(root):
        if tag in HEADINGS:
            yield from _segment(path, parts)
            level = int(tag[1]) - 1
            path, parts = [*path[:level], *[""] * max(0, level - len(path)), text], [text]
        else:
            parts.append(text)
    yield from _segment(path, parts)


def _segment(path: list[str], parts: list[str]) -> Iterator[Segment]:
    text = "\n\n".join(parts).strip()
    if text and parts != path[-1:]:
        yield Segment(text, section=section_of(path))


def blocks(root: LexborNode) -> Iterator[tuple[str, str]]:
    """Give the innermost blocks with their text. Without recursion: pages may be nested as deep as they like."""
    words: list[str] = []
    tag = "p"
    stack: list[LexborNode | str] = []
    _into(root, stack)
    while stack:
        node = stack.pop()
        if isinstance(node, str):  # the end of a block: what follows belongs to the one around it
            yield from _flush(tag, words)
            tag = node
            continue
        if node.next is not None:
            stack.append(node.next)
        name = node.tag or ""
        if name == "-text":
            words.append(node.text_content or "")
        elif name == "pre":
            yield from _flush(tag, words)
            yield "p", node.text().strip("\n")
        elif name in CELLS:
            words.append(" | " if words else "")
            _into(node, stack)
        else:
            if name in BLOCKS:
                yield from _flush(tag, words)
                stack.append(tag)
                tag = name if name in HEADINGS else tag
            _into(node, stack)
    yield from _flush(tag, words)


def _into(node: LexborNode, stack: list[LexborNode | str]) -> None:
    if node.child is not None:
        stack.append(node.child)


def _flush(tag: str, words: list[str]) -> Iterator[tuple[str, str]]:
    text = " ".join("".join(words).split())
    words.clear()
    if text:
        yield tag, text
