// What a first visit loads, compressed, against the budget; each route's own part is listed beside it.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 320;
const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const size = (file) => gzipSync(readFileSync(`dist/${file}`)).length;

function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return [];
  seen.add(key);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((each) => filesOf(each, seen))];
}

const first = new Set(filesOf("index.html"));
const kb = (files) => [...files].reduce((sum, file) => sum + size(file), 0) / 1024;
const total = kb(first);
process.stdout.write(`first load ${total.toFixed(0)} KB of ${BUDGET_KB} KB (gzip)\n`);
for (const key of Object.keys(manifest).filter((each) => manifest[each].isDynamicEntry)) {
  const own = new Set(filesOf(key).filter((file) => !first.has(file)));
  process.stdout.write(`  + ${kb(own).toFixed(0).padStart(3)} KB ${key}\n`);
}
if (total > BUDGET_KB) {
  process.stderr.write(`the first load is over its budget by ${(total - BUDGET_KB).toFixed(0)} KB\n`);
  process.exit(1);
}
