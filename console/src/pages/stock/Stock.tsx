export function Stock() {
  return null;
}
