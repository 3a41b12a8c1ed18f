// Adds up, from the build's manifest, what a browser loads to open the editor; fails above the limit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = "dist";
const GOAL_KB = 250;
const LIMIT_KB = 300;
const ON_DEMAND_LIMIT_KB = 900;
const PAGES = { editor: "src/app/EditorPage.tsx", home: "src/home/HomePage.tsx" };

const manifest = JSON.parse(readFileSync(join(DIST, "manifest.json"), "utf8"));

function reach(key, seen = new Set()) {
  if (seen.has(key) || !manifest[key]) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) reach(next, seen);
  return seen;
}

const kb = (file) => gzipSync(readFileSync(join(DIST, file)), { level: 6 }).length / 1024;

function weigh(keys) {
  const scripts = new Set([...keys].map((key) => manifest[key].file));
  const styles = new Set([...keys].flatMap((key) => manifest[key].css ?? []));
  const sum = (files) => [...files].reduce((total, file) => total + kb(file), 0);
  return { js: sum(scripts), css: sum(styles), scripts };
}

const opened = {};
for (const [page, entry] of Object.entries(PAGES)) {
  if (!manifest[entry]) continue;
  opened[page] = weigh(new Set([...reach("src/main.tsx"), ...reach(entry)]));
  console.log(`${page}: ${opened[page].js.toFixed(1)} KB JavaScript, ${opened[page].css.toFixed(1)} KB CSS (gzip); goal ${GOAL_KB}, limit ${LIMIT_KB}`);
}

const all = new Set(Object.values(manifest).map((chunk) => chunk.file).filter((file) => file.endsWith(".js")));
const first = new Set(Object.values(opened).flatMap(({ scripts }) => [...scripts]));
const onDemand = [...all].filter((file) => !first.has(file)).reduce((total, file) => total + kb(file), 0);
console.log(`on demand: ${onDemand.toFixed(1)} KB (gzip); limit ${ON_DEMAND_LIMIT_KB}`);

const failed = (opened.editor?.js ?? 0) > LIMIT_KB || onDemand > ON_DEMAND_LIMIT_KB;
process.exit(failed ? 1 : 0);
