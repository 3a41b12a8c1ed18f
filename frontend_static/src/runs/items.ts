/** How many items a value has that is known by its preview; nothing for what is no list. */
export function itemsOf(preview: string | null): number | undefined {
  if (!preview?.startsWith("[")) return undefined;
  const cut = /… of (\d+) items$/.exec(preview);
  if (cut) return Number(cut[1]);
  try {
    const value: unknown = JSON.parse(preview);
    return Array.isArray(value) ? value.length : undefined;
  } catch {
    return undefined;
  }
}
