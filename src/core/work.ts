/** How long work stays interruptible: whoever calls it decides when the thread is free for something else. */
export interface Work {
  /**
   * Called between pieces of work of a few milliseconds. Returns a promise now and then, to let other work run; to be awaited only
   * then. Throws or rejects with CancelledError when the work is no longer wanted.
   */
  readonly pause: () => Promise<void> | undefined;
  readonly progress: (done: number, total: number) => void;
}

/** Work that nobody interrupts or watches. */
export const uninterrupted: Work = { pause: () => undefined, progress: () => undefined };
