export function SkuPage() {
  return null;
}
