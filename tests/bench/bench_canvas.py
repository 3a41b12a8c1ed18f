"""The canvas under real mouse input, in headless Chromium: ``python -m tests.bench.bench_canvas [NODES ...]``.

With no sizes given, 100, 500, 1,000 and 5,000 nodes. Frame times come from the page's own animation frames. Nothing is drawn
by a GPU, so that figures are pessimistic.
"""

import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import CDPSession, Page

from tests.bench import documents
from tests.bench.browser import signed_in_page
from tests.bench.measure import Report, percentile
from tests.bench.updates import RUN, ToldRun
from tests.e2e.stack import Stack

SECONDS = 1.5
OWN_WORK = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
"""What the page causes. Without a GPU, painting falls on the main thread as well."""
QUIET_MS = 3000
"""What a page loads when it has nothing to do is there by then."""
SAMPLER = """() => {
  window.__frames = []; window.__sampling = true; window.__long = [];
  const keep = (list) => list.getEntries().forEach((entry) => window.__long.push(entry.duration));
  new PerformanceObserver(keep).observe({ type: 'longtask' });
  let before = 0;
  const tick = (now) => {
    if (!window.__sampling) return;
    if (before) window.__frames.push(now - before);
    before = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
SETTLED = """async (selector) => {
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  const began = performance.now(); let same = 0, last = '', since = 0;
  while (performance.now() - began < 20000) {
    await frame();
    const canvas = document.querySelector('[data-canvas]');
    const drawn = canvas?.hasAttribute('data-far') ? 'far' : String(document.querySelectorAll(selector).length);
    if (drawn !== '0' && drawn === last) { if (same++ === 0) since = performance.now(); if (same >= 3) return since; }
    else same = 0;
    last = drawn;
  }
  return -1;
}"""


class Bench:
    """One page with the editor open on one graph."""

    def __init__(self, page: Page, report: Report) -> None:
        self.page = page
        self.report = report
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable")

    def busy(self, *kinds: str) -> float:
        """Give the seconds that the main thread has worked so far, at these kinds of work."""
        found = {metric["name"]: float(metric["value"]) for metric in self.cdp.send("Performance.getMetrics")["metrics"]}
        return sum(found[kind] for kind in kinds)

    def heap_mb(self) -> float:
        """Give the JavaScript heap after a collection, in MB."""
        self.cdp.send("HeapProfiler.collectGarbage")
        found = self.cdp.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in found if m["name"] == "JSHeapUsedSize")) / 1e6

    def frames(self, name: str, act: Callable[[float], None], least: float, most: float | None) -> None:
        """Measure frames per second and their 95th percentile while `act` goes on until a moment."""
        self.page.evaluate(SAMPLER)
        act(time.monotonic() + SECONDS)
        self.page.evaluate("() => { window.__sampling = false; }")
        times: list[float] = self.page.evaluate("() => window.__frames")
        longest: list[float] = self.page.evaluate("() => window.__long")
        self.report.at_least(f"{name}, frames a second", 1000 * len(times) / sum(times), least, "")
        if most is not None:
            self.report.at_most(f"{name}, 95th percentile of a frame", percentile(times, 0.95), most, "ms")
        self.report.fact(f"{name}, longest task", max(longest, default=0), "ms")

    def moves(self, x: float, y: float, across: float, down: float) -> Callable[[float], None]:
        """Hold the button down at a place and sway around it, 60 times a second."""

        def act(until: float) -> None:
            mouse = self.page.mouse
            mouse.move(x, y)
            mouse.down()
            mouse.move(x + 4, y + 4)
            step = 0
            while time.monotonic() < until:
                began = time.monotonic()
                mouse.move(x + across * math.sin(step / 12), y + down * math.sin(step / 7))
                step += 1
                time.sleep(max(0, 0.016 - (time.monotonic() - began)))
            mouse.up()

        return act

    def middle_moves(self, across: float, down: float) -> Callable[[float], None]:
        """Pan with the middle button, from the canvas's centre."""
        box = self.page.locator("[data-canvas]").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

        def act(until: float) -> None:
            mouse = self.page.mouse
            mouse.move(x, y)
            mouse.down(button="middle")
            step = 0
            while time.monotonic() < until:
                began = time.monotonic()
                mouse.move(x + across * math.sin(step / 12), y + down * math.sin(step / 7))
                step += 1
                time.sleep(max(0, 0.016 - (time.monotonic() - began)))
            mouse.up(button="middle")

        return act

    def wheel(self, until: float) -> None:
        """Zoom out and in again, 30 notches a second."""
        self.page.keyboard.down("Control")
        step = 0
        while time.monotonic() < until:
            began = time.monotonic()
            self.page.mouse.wheel(0, -100 if step // 10 % 2 else 100)
            step += 1
            time.sleep(max(0, 0.033 - (time.monotonic() - began)))
        self.page.keyboard.up("Control")


def measure(bench: Bench, nodes: int) -> None:
    """Go through the scenarios of the goals."""
    page, report = bench.page, bench.report
    page.reload(wait_until="commit")
    ready = page.evaluate(SETTLED, ".react-flow__node")
    report.at_most("first full render", ready, 900 if nodes > 100 else 500, "ms")
    report.at_most("JavaScript heap", bench.heap_mb(), 40, "MB")
    page.keyboard.press("Escape")
    page.locator("[data-canvas]").focus()
    page.keyboard.press("0")
    page.evaluate(SETTLED, ".react-flow__node")
    node = page.locator(".react-flow__node").first
    box = node.bounding_box()
    assert box is not None
    bench.frames("drag a node", bench.moves(box["x"] + 60, box["y"] + 20, 120, 80), 55, 20)
    page.keyboard.press("Control+z")
    bench.frames("pan at zoom 1", bench.middle_moves(300, 200), 55, 20)
    bench.frames("wheel zoom", bench.wheel, 50, None)
    began = time.monotonic()
    page.keyboard.press("1")
    page.evaluate(SETTLED, ".react-flow__node")
    report.at_most("zoom to fit, three still frames included", (time.monotonic() - began) * 1000, 150, "ms")
    bench.frames("pan with all in view", bench.middle_moves(120, 80), 55, 20)
    undo(bench, nodes)
    if nodes <= MOST_TIDIED:
        tidy(bench, nodes)


def updates(bench: Bench, nodes: int, address: str) -> None:
    """Follow a run whose nodes change their status 50 and 1,000 times a second."""
    page, report = bench.page, bench.report
    told = ToldRun(page, address.rpartition("/")[2], nodes)
    page.goto(f"{address}?run={RUN}", wait_until="commit")
    page.evaluate(SETTLED, ".react-flow__node")
    told.wait()
    page.wait_for_timeout(QUIET_MS)
    shares = []
    for rate in (0, 50):
        own, whole, began = bench.busy(*OWN_WORK), bench.busy("TaskDuration"), time.monotonic()
        told.at_rate(rate)(began + SECONDS)
        took = time.monotonic() - began
        shares.append(((bench.busy(*OWN_WORK) - own) / took, (bench.busy("TaskDuration") - whole) / took))
    (idle, idle_whole), (own, whole) = shares
    report.at_most(
        "50 status updates a second, scripts, style and layout as a share of the main thread", 100 * (own - idle), 8, "%"
    )
    report.fact("50 status updates a second, painting included", 100 * whole, "%")
    report.fact("no update of a run under way, painting included", 100 * idle_whole, "%")
    bench.frames("1,000 status updates a second", told.at_rate(1000), 55, 20)


MOST_TIDIED = 1000
UNDO = """async () => {
  const canvas = document.querySelector('[data-canvas]');
  canvas.focus();
  const press = (key, more) => {
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  };
  const times = [];
  press('a', { ctrlKey: true });
  for (let step = 0; step < 9; step++) {
    press('ArrowDown', { ctrlKey: true, shiftKey: true });
    await new Promise((next) => setTimeout(next, 600));
    const began = performance.now();
    press('z', { ctrlKey: true });
    times.push(performance.now() - began);
    await new Promise((next) => requestAnimationFrame(next));
  }
  return times.sort((a, b) => a - b)[4];
}"""
TIDY = """async () => {
  const canvas = document.querySelector('[data-canvas]');
  const press = (key, more) => {
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
  };
  const said = () => [...document.querySelectorAll('[role=status]')].some((one) => one.textContent.startsWith('Tidied'));
  const once = async () => {
    const began = performance.now();
    press('t', { shiftKey: true, altKey: true });
    while (!said() && performance.now() - began < 30000) await new Promise((next) => setTimeout(next, 2));
    return performance.now() - began;
  };
  canvas.focus();
  press('Escape');
  await once();
  press('z', { ctrlKey: true });
  press('ArrowRight');
  await new Promise((next) => setTimeout(next, 600));
  window.__tidied = [];
  const keep = (list) => list.getEntries().forEach((entry) => window.__tidied.push(entry.duration));
  new PerformanceObserver(keep).observe({ type: 'longtask' });
  const took = await once();
  await new Promise((next) => setTimeout(next, 100));
  return [took, Math.max(0, ...window.__tidied)];
}"""


def undo(bench: Bench, nodes: int) -> None:
    """Take back a move of every node: the middle of nine."""
    took = bench.page.evaluate(UNDO)
    if nodes == 1000:
        bench.report.at_most("undo of a move of all nodes", took, 16, "ms")
    else:
        bench.report.fact("undo of a move of all nodes", took, "ms")


def tidy(bench: Bench, nodes: int) -> None:
    """Lay the graph out, the second time, when the layouter is there."""
    took, longest = bench.page.evaluate(TIDY)
    bench.report.at_most("tidy up, to the new places", took, 250 if nodes <= 100 else 2000, "ms")
    bench.report.at_most("tidy up, longest task of the page", longest, 50, "ms")


def compare(report: Report, least: Report) -> None:
    """Say how the frames fare against those of the smallest graph, in the same run on the same machine."""
    before = {line.what: line.value for line in least.lines if line.what.endswith("frames a second")}
    for line in list(report.lines):
        if before.get(line.what):
            report.fact(f"{line.what}, as a part of the smallest graph's", line.value / before[line.what], "")


def main() -> None:
    """Start the product, draw each size, measure, print."""
    sizes = [int(given) for given in sys.argv[1:]] or [100, 500, 1000, 5000]
    reports = [Report(f"The canvas with {nodes:,} nodes") for nodes in sizes]
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder) / "data") as stack, signed_in_page(stack, 1400) as page:
        for nodes, report in zip(sizes, reports, strict=True):
            workflow = stack.workflow("Canvas bench", documents.grid(nodes))
            for _ in range(3):
                page.goto(f"{stack.url}/workflows/{workflow}", wait_until="commit")
                page.evaluate(SETTLED, ".react-flow__node")
            bench = Bench(page, report)
            measure(bench, nodes)
            updates(bench, nodes, f"{stack.url}/workflows/{workflow}")
    for report in reports[1:]:
        compare(report, reports[0])
    print("\n".join(report.text() for report in reports))


if __name__ == "__main__":
    main()
