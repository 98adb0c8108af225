import type { AtlasBridge, NearConcept } from '../../../engine/atlas/protocol.ts';

/** A bridge as the page of one of its concepts lists it. */
export interface OwnBridge extends AtlasBridge {
  /** The concept at its other end; the same one where a concept is a bridge to itself. */
  readonly other: number;
  /** Side that the other end is on. */
  readonly side: 'images' | 'texts';
  /** B − null. */
  readonly excess: number;
}

/** The bridges of `concept` above their null, strongest first by B − null, ties by concepts. */
export function ownBridges(concept: number, bridges: readonly AtlasBridge[]): OwnBridge[] {
  return bridges
    .filter(({ i, j }) => i === concept || j === concept)
    .map((bridge): OwnBridge => ({ ...bridge, other: bridge.i === concept ? bridge.j : bridge.i, side: bridge.i === concept ? 'texts' : 'images', excess: bridge.value - bridge.null }))
    .filter(({ excess }) => excess > 0)
    .sort((a, b) => b.excess - a.excess || a.i - b.i || a.j - b.j);
}

/** Other concepts at the far end of these bridges, each once with its strongest one. */
export function bridgedConcepts(concept: number, bridges: readonly OwnBridge[]): NearConcept[] {
  const strongest = new Map<number, number>();
  for (const { other, excess } of bridges) if (other !== concept) strongest.set(other, Math.max(strongest.get(other) ?? 0, excess));
  return [...strongest].map(([other, value]) => ({ concept: other, value })).sort((a, b) => b.value - a.value || a.concept - b.concept);
}
