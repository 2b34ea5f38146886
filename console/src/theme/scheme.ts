import { localStorageColorSchemeManager } from "@mantine/core";

/** Stored under the name that public/scheme.js reads before the first paint. */
export const scheme = localStorageColorSchemeManager({ key: "packhorse-scheme" });
