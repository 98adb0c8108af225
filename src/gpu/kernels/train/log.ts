/** Words of a step's line in the log, LOG_WORDS in finish.wgsl. */
export const LOG_WORDS = 8;

const OUTCOMES = ['done', 'full', 'broken'] as const;

/** What a step says about itself. */
export interface StepLog {
  /**
   * `full`: the lists had no room, the step changed nothing and has to run again; `broken`: its loss is not a number, and it changed
   * nothing. Of the numbers below only those of entries mean something then.
   */
  readonly outcome: (typeof OUTCOMES)[number];
  /** Codes of the batch, also where they did not fit. */
  readonly entries: number;
  /** The same of the auxiliary loss. */
  readonly auxiliaryEntries: number;
  readonly loss: number;
  readonly mse: number;
  /** Units silent for the step's `window`. */
  readonly dead: number;
  readonly theta: number | null;
}

/** Reads one line of the log. */
export function readLog(bytes: ArrayBuffer, line: number): StepLog {
  const words = new Uint32Array(bytes, line * LOG_WORDS * 4, LOG_WORDS);
  const floats = new Float32Array(bytes, line * LOG_WORDS * 4, LOG_WORDS);
  return {
    outcome: OUTCOMES[words[0] ?? 0] ?? 'broken',
    entries: words[1] ?? 0,
    auxiliaryEntries: words[2] ?? 0,
    loss: floats[3] ?? NaN,
    mse: floats[4] ?? NaN,
    dead: words[5] ?? 0,
    theta: words[6] === 1 ? (floats[7] ?? NaN) : null,
  };
}
