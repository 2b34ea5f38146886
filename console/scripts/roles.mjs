// Which roles each operation of the API allows, out of docs/openapi.json.
import { readFileSync, writeFileSync } from "node:fs";

const { paths } = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const lines = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, operation]) => operation["x-roles"])
    .map(
      ([method, operation]) => `  "${method.toUpperCase()} ${path}": "${operation["x-roles"].join(" ")}",`,
    ),
);
const text = `// Made of docs/openapi.json by \`npm run types\`.
export const ROLES = {
${lines.join("\n")}
} as const;

export type Operation = keyof typeof ROLES;
`;
writeFileSync(new URL("../src/api/roles.ts", import.meta.url), text);
