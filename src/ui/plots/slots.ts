/**
 * Fixed places for things that come and go: what has a place keeps it, newcomers take the free places in order, what finds
 * none is left out. Returns `previous` itself when nothing changed.
 */
export function keepSlots<T>(previous: readonly (T | null)[], next: readonly T[], size: number): readonly (T | null)[] {
  const wanted = new Set(next.slice(0, size));
  const slots: (T | null)[] = Array.from({ length: size }, (_, i) => {
    const held = previous[i] ?? null;
    return held !== null && wanted.has(held) ? held : null;
  });
  const held = new Set(slots);
  const newcomers = [...wanted].filter((thing) => !held.has(thing));
  for (let i = 0; i < size && newcomers.length > 0; i++) {
    if (slots[i] === null) slots[i] = newcomers.shift() ?? null;
  }
  return previous.length === size && slots.every((thing, i) => thing === previous[i]) ? previous : slots;
}
