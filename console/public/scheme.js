// Before the first paint: dark or light as the reader last chose, else as the system is. A file, since the content
// security policy refuses inline scripts.
(() => {
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("packhorse-scheme") || "auto";
  } catch {}
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
