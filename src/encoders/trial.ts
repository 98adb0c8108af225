import { IntegrityError } from '../core/errors.ts';
import { cosine } from '../core/metrics.ts';
import { timed } from './measure.ts';
import type { Dtype } from './port.ts';
import type { Queue } from './queue.ts';
import { runToProcessor, type Session } from './session.ts';
import { SELF_TEST_COSINE } from './self-test.ts';
import type { TowerParts } from './tower-parts.ts';

/** A session that has answered correctly once. */
export interface Trial {
  readonly session: Session;
  /** Cosine with what was expected; null when nothing was. */
  readonly selfTest: number | null;
  /** Milliseconds of that first run, shader compilation included. */
  readonly warmUpMs: number;
}

/** Opens a session of a tower and runs its test item. Throws IntegrityError when the vector is not `expected`, InputError for the file. */
export async function trial(parts: TowerParts, dtype: Dtype, device: GPUDevice | null, expected: Float32Array | null): Promise<Trial> {
  const { name, label, runtime, queue, output, dim, test } = parts;
  const backend = device === null ? runtime.processor : 'webgpu';
  const session = await queue(() => runtime.openSession(name, dtype, device));
  try {
    let vector: Float32Array = new Float32Array(0);
    const warmUpMs = await queue(() =>
      timed(async () => {
        vector = await runToProcessor(session, test.feeds(backend, session), output, dim);
      }),
    );
    const selfTest = expected === null ? null : cosine(vector, expected);
    if (selfTest !== null && !(selfTest >= SELF_TEST_COSINE)) {
      const found = `a cosine of ${selfTest.toFixed(4)} instead of ${SELF_TEST_COSINE} or more`;
      throw new IntegrityError(`the self-test on ${backend} (${dtype}) gave ${found}.`, {
        file: label,
        fix: 'The model file may be damaged; load it again.',
      });
    }
    return { session, selfTest, warmUpMs };
  } catch (error) {
    await release(session, queue);
    throw error;
  }
}

/** Frees a session; one whose device is gone may refuse, and that is no news. */
export async function release(session: Session, queue: Queue): Promise<void> {
  await queue(() => session.release()).catch(() => undefined);
}

/** The news of a lost device can come a little after the failure that it causes. */
const LOSS_GRACE_MS = 200;

/** Whether `device` is lost. */
export async function isLost(device: GPUDevice): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const grace = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, LOSS_GRACE_MS, false);
  });
  return Promise.race([device.lost.then(() => true), grace]).finally(() => {
    clearTimeout(timer);
  });
}

/** An error's message, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
