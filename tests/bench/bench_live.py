"""From the press of Run to what a person sees, in a real browser: ``python -m tests.bench.bench_live``.

The clock starts with the mouse click, in the page, and stops when the canvas paints the status.
"""

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page

from tests.bench import documents
from tests.bench.browser import signed_in_page
from tests.bench.measure import Report, percentile
from tests.e2e.pages import Editor
from tests.e2e.stack import Stack

ROUNDS = 40
WATCH = """() => {
  window.__times = {};
  const put = (name) => { window.__times[name] ??= performance.now(); };
  const note = (name) => requestAnimationFrame(() => put(name));
  const look = () => {
    const status = (id) => document.querySelector(`.react-flow__node[data-id="${id}"] [data-category]`)?.dataset.status;
    if (['running', 'succeeded'].includes(status('start'))) note('lit');
    if (status('output') === 'succeeded') note('done');
  };
  window.__observer?.disconnect();
  window.__observer = new MutationObserver(look);
  document.addEventListener('pointerdown', () => put('pressed'), { capture: true, once: true });
  document.addEventListener('click', () => {
    window.__observer.observe(document.querySelector('[data-canvas]'), { subtree: true, attributes: true, childList: true });
  }, { capture: true, once: true });
}"""


def one(page: Page, editor: Editor) -> tuple[float, float]:
    """Press Run once; give the milliseconds to the first node lit and to the end."""
    page.evaluate(WATCH)
    page.get_by_role("button", name="Run", exact=True).first.click()
    page.wait_for_function("() => window.__times.done !== undefined", timeout=20_000)
    times = page.evaluate("() => window.__times")
    editor.expect_status("output", "succeeded")
    return times["lit"] - times["pressed"], times["done"] - times["pressed"]


def main() -> None:
    """Start the product, press Run often, print."""
    report = Report("From Run to the canvas, in the browser")
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder) / "data") as stack, signed_in_page(stack) as page:
        editor = Editor(page, stack).open(documents.chain(3))
        times = []
        for _ in range(ROUNDS + 5):
            times.append(one(page, editor))
            time.sleep(0.2)
        lit, done = zip(*times[5:], strict=True)
        report.at_most("Run pressed to the first node lit, 95th percentile", percentile(lit, 0.95), 200, "ms")
        report.at_most("Run pressed to the end of 3 `set` nodes, 95th percentile", percentile(done, 0.95), 400, "ms")
        report.fact("Run pressed to the first node lit, median", percentile(lit, 0.5), "ms")
        report.fact("Run pressed to the end, median", percentile(done, 0.5), "ms")
    print(report.text())


if __name__ == "__main__":
    main()
