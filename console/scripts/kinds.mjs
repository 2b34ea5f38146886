// What kinds of channels are signed in to with, and Amazon's marketplaces, out of docs/openapi.json.
import { readFileSync, writeFileSync } from "node:fs";

const { components } = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const written = (name, value) => `export const ${name} = ${JSON.stringify(value, null, 2)} as const;\n`;
const text = `// Made of docs/openapi.json by \`npm run types\`.
${written("KINDS", components["x-channel-kinds"])}
${written("MARKETPLACES", components["x-amazon-marketplaces"])}`;
writeFileSync(new URL("../src/api/kinds.ts", import.meta.url), text);
