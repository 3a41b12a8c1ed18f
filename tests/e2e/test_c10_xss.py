"""C10: what people, models and servers write is shown as text. Nothing of it runs, loads, or opens anything in a browser."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, expect

from tests.e2e.documents import document
from tests.e2e.stack import Stack

pytestmark = pytest.mark.timeout(120)

FOREIGN = "http://canary.invalid"
RUN = "window.__x=1;alert(1)"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<script src={FOREIGN}/a.js></script>",
    f"</script><script>{RUN}</script>",
    f"</title></textarea></style></noscript><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<img src={FOREIGN}/pixel.png onload={RUN}>",
    f"<IMG SRC=x OnErRoR={RUN}//",
    f"<img src=`x`onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><foreignObject><body onload={RUN}></body></foreignObject></svg>",
    f'<svg><use href="data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>{RUN}</script></svg>#x">',
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f'<math href="javascript:{RUN}">x</math>',
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<object data=data:text/html,<script>{RUN}</script>></object>",
    f"<embed src={FOREIGN}/a.swf>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<input autofocus onfocus={RUN}>",
    f"<marquee onstart={RUN}>",
    f"<base href={FOREIGN}/>",
    f"<meta http-equiv=refresh content='0;url={FOREIGN}/'>",
    f"<link rel=stylesheet href={FOREIGN}/a.css>",
    f"<style>@import '{FOREIGN}/b.css';</style>",
    f"<form action=javascript:{RUN}><button autofocus>",
    f'"><img src=x onerror={RUN}>',
    f"' onmouseover={RUN} x='",
    f"[link](javascript:{RUN})",
    f"[link](\u0001java\tscript:{RUN})",
    f"[link](data:text/html,<script>{RUN}</script>)",
    f"![image](javascript:{RUN}) ![pixel]({FOREIGN}/pixel.png)",
    f"[x]: javascript:{RUN}\n[x]",
    f"<javascript:{RUN}> <{FOREIGN}/auto>",
    f'```mermaid\ngraph TD; a-->b; click a "javascript:{RUN}"\n```',
    f"${{{RUN}}} #{{{RUN}}} <%= {RUN} %> {{{{constructor.constructor('{RUN}')()}}}}",
    f"\u202e>\u2066tpircs/\u2069<{RUN}>\u200btpircs\u202c<",
    f"&lt;script&gt;{RUN}&lt;/script&gt; &#x3C;img src=x onerror={RUN}&#x3E; \\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f'{{"__html": "<img src=x onerror={RUN}>", "dangerouslySetInnerHTML": {{"__html": "<script>{RUN}</script>"}}}}',
)
ALL = "\n\n".join(PAYLOADS)
TEXT = ALL.replace("{{", "{\u200b{")
"""All payloads where braces would be an expression: what is tested here is the browser, not the template."""


def drawn() -> dict[str, Any]:
    """Put every payload into names, notes, params, an output, an error and a log."""
    nodes: list[dict[str, Any]] = [
        place("start", "start", 0, 0, fields=[{"name": "q", "type": "text", "label": ALL, "default": ALL}])
    ]
    nodes += [
        place(f"n{number}", "note", number, 1, text=f"# {text}\n\n- {text}\n\n**{text}**") for number, text in enumerate(PAYLOADS)
    ]
    nodes += [
        {**place(f"p{number}", "template", number, 2, text=TEXT[:200]), "name": text} for number, text in enumerate(PAYLOADS)
    ]
    nodes += [
        place("write", "template", 1, 0, text=TEXT),
        place("keep", "set", 2, 0, value=dict.fromkeys(PAYLOADS[:38], TEXT[:900])),
        place(
            "log",
            "code",
            3,
            0,
            source=f"def main(input):\n    for line in {PAYLOADS!r}:\n        print(line)\n    return input\n",
        ),
        place("ask", "llm", 3, -1, system=TEXT, prompt=TEXT),
        place("end", "fail", 2, -1, code=TEXT[:50], message=TEXT[:1900]),
    ]
    nodes[-2]["policy"] = {"disabled": True}
    parallel = [f"start>p{number}" for number in range(len(PAYLOADS))]
    return document(nodes, "start>write", "write>keep", "keep>log", "log>ask", "ask>end", *parallel)


def place(name: str, kind: str, column: int, row: int, **params: Any) -> dict[str, Any]:
    """Write a node that is called by a payload."""
    position = {"x": column * 280, "y": row * 100}
    return {"id": name, "type": kind, "name": PAYLOADS[4], "position": position, "params": params}


MADE = """() => {
    const elements = "iframe, object, embed, base, math, foreignObject, marquee, [onerror], [onload], [srcdoc]";
    const addresses = "a[href^='javascript' i], a[href^='data:' i], [src*='canary.invalid'], [href*='canary.invalid']";
    const found = [...document.querySelectorAll(`${elements}, ${addresses}`)].map((one) => one.outerHTML.slice(0, 200));
    return { ran: window.__x ?? null, found };
}"""


class Watch:
    """What a browser did that text cannot make it do."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context = context
        self.host = urlsplit(origin).netloc
        self.seen: list[str] = []
        context.on("request", lambda request: self._request(request.url))
        context.on("page", self._page)

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.seen.append(f"request {url[:200]}")

    def _page(self, page: Page) -> None:
        page.on("dialog", self._dialog)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"error {error}"))
        page.on("popup", lambda popup: self.seen.append(f"popup {popup.url}"))

    def _dialog(self, dialog: Dialog) -> None:
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.seen.append(f"policy {message.text[:300]}")

    def nothing_ran(self, page: Page) -> None:
        """Fail if anything of it did something, or made an element that the product does not make."""
        assert page.evaluate(MADE) == {"ran": None, "found": []}
        assert self.seen == []


@pytest.fixture(scope="module")
def hostile(stack: Stack) -> tuple[str, str]:
    """Make the workflow and run it to its failure; give the ids of both."""
    workflow = stack.workflow(f"{PAYLOADS[4]} {PAYLOADS[0]}", drawn())
    for text in PAYLOADS:
        stack.workflow(text[:100], document([]))
    run = stack.finished(stack.run(workflow, {"q": ALL})["id"])
    assert run["status"] == "failed"
    return workflow, str(run["id"])


@pytest.fixture
def watch(context: BrowserContext, stack: Stack) -> Iterator[Watch]:
    """Watch a window from its first page."""
    watch = Watch(context, stack.url)
    yield watch
    assert watch.seen == []


def test_hostile_text_stays_text_everywhere(
    context: BrowserContext, stack: Stack, hostile: tuple[str, str], watch: Watch
) -> None:
    workflow, run = hostile
    page = context.new_page()
    page.goto(f"{stack.url}/")
    expect(page.locator("main a[href^='/workflows/']").first).to_be_visible()
    expect(page.get_by_text("onerror").first).to_be_visible()
    watch.nothing_ran(page)
    page.goto(f"{stack.url}/runs")
    expect(page.locator("main a[href^='/runs/']").first).to_be_visible()
    watch.nothing_ran(page)
    for path in (f"/workflows/{workflow}?run={run}", f"/runs/{run}"):
        page.goto(stack.url + path)
        expect(page.locator('.react-flow__node[data-id="start"]')).to_be_visible()
        watch.nothing_ran(page)
        look_at_details(page, watch)


def look_at_details(page: Page, watch: Watch) -> None:
    """Open the run panel's rows and every part of what is shown about a node."""
    panel = page.get_by_role("region", name="Run", exact=True)
    expect(panel.get_by_text("onerror").first).to_be_visible()
    for name in ("start", "write", "keep", "log", "end", "n0", "p0"):
        page.locator(f'.react-flow__node[data-id="{name}"]').dispatch_event("click")
        watch.nothing_ran(page)
        for tab in ("Last run", "Output", "Input", "Attempts", "Logs"):
            found = page.get_by_role("tab", name=tab)
            for number in range(found.count()):
                found.nth(number).click()
                watch.nothing_ran(page)
