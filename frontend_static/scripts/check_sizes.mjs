// Fails when a source file is longer than a reader keeps in mind.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LIMIT = 300;
const GENERATED = new Set(["src/contracts/openapi.ts"]);

const files = readdirSync("src", { recursive: true })
  .map((name) => join("src", String(name)))
  .filter((name) => /\.(ts|tsx|css)$/.test(name) && !GENERATED.has(name));

const tooLong = files
  .map((name) => ({ name, lines: readFileSync(name, "utf8").split("\n").length }))
  .filter(({ lines }) => lines > LIMIT);

for (const { name, lines } of tooLong) console.error(`${name}: ${lines} lines, the limit is ${LIMIT}`);
process.exit(tooLong.length ? 1 : 0);
