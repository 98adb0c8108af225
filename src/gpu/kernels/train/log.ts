/** Words of a step's line in the log, LOG_WORDS in finish.wgsl. */
export const LOG_WORDS = 12;

/** What a step says about itself. */
export interface StepLog {
  /** The lists had no room: the step changed nothing and has to run again. The numbers below are then meaningless. */
  readonly halted: boolean;
  /** Active entries, also where they did not fit. */
  readonly entries: number;
  readonly auxiliaryEntries: number;
  readonly loss: number;
  readonly mse: number;
  /** Units silent for the step's `window`. */
  readonly dead: number;
  readonly theta: number | null;
}

/** Reads one line of the log. */
export function readLog(bytes: ArrayBuffer, slot: number): StepLog {
  const words = new Uint32Array(bytes, slot * LOG_WORDS * 4, LOG_WORDS);
  const floats = new Float32Array(bytes, slot * LOG_WORDS * 4, LOG_WORDS);
  return {
    halted: words[0] === 1,
    entries: words[1] ?? 0,
    auxiliaryEntries: words[3] ?? 0,
    loss: floats[5] ?? NaN,
    mse: floats[6] ?? NaN,
    dead: words[7] ?? 0,
    theta: words[9] === 1 ? (floats[8] ?? NaN) : null,
  };
}
