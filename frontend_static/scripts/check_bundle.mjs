// Adds up, from the build's manifest, what a browser loads to open each page; fails above the limits.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = "dist";
const ENTRY = "src/main.tsx";
const EDITOR = "src/app/EditorPage.tsx";
const WITH_CANVAS = [EDITOR, "src/app/RunPage.tsx", "src/history/HistoryPage.tsx", "src/compare/ComparePage.tsx"];
const GOAL_KB = 250;
const LIMIT_KB = { canvas: 300, page: 200, onDemand: 900 };

const manifest = JSON.parse(readFileSync(join(DIST, "manifest.json"), "utf8"));

// What the entry loads on demand are the pages, and parts of `ui` that any of them may show.
const pages = manifest[ENTRY].dynamicImports.filter((key) => !key.startsWith("src/ui/"));

/** Chunks that are loaded with these ones; with `later` also those that they may load on demand, other pages left out. */
function reach(keys, { later }, seen = new Set()) {
  for (const key of keys) {
    if (seen.has(key) || !manifest[key]) continue;
    seen.add(key);
    const { imports = [], dynamicImports = [] } = manifest[key];
    reach(later ? [...imports, ...dynamicImports.filter((next) => !pages.includes(next))] : imports, { later }, seen);
  }
  return seen;
}

const kb = (file) => gzipSync(readFileSync(join(DIST, file)), { level: 6 }).length / 1024;

function weigh(keys) {
  const files = [...keys].map((key) => manifest[key]).flatMap(({ file, css = [], assets = [] }) => [file, ...css, ...assets]);
  const sum = (ending) => [...new Set(files)].filter((file) => file.endsWith(ending)).reduce((total, file) => total + kb(file), 0);
  return { js: sum(".js"), css: sum(".css") };
}

const tooMuch = [];
for (const page of pages) {
  const { js, css } = weigh(reach([ENTRY, page], { later: false }));
  const limit = WITH_CANVAS.includes(page) ? LIMIT_KB.canvas : LIMIT_KB.page;
  const goal = page === EDITOR ? `goal ${GOAL_KB}, ` : "";
  console.log(`${page}: ${js.toFixed(1)} KB JavaScript, ${css.toFixed(1)} KB CSS (gzip); ${goal}limit ${limit}`);
  if (js > limit) tooMuch.push(page);
}

const opened = reach([ENTRY, EDITOR], { later: false });
const later = weigh([...reach([ENTRY, EDITOR], { later: true })].filter((key) => !opened.has(key))).js;
console.log(`the editor, on demand: ${later.toFixed(1)} KB JavaScript (gzip); limit ${LIMIT_KB.onDemand}`);
if (later > LIMIT_KB.onDemand) tooMuch.push("the editor's parts on demand");

if (!pages.includes(EDITOR)) throw new Error(`${EDITOR} is not among the pages that ${ENTRY} loads on demand.`);
if (tooMuch.length > 0) console.error(`Over the limit: ${tooMuch.join(", ")}. Load what is not needed at once with import().`);
process.exit(tooMuch.length > 0 ? 1 : 0);
