import { percent, significant } from '../../../plots/format.ts';
import type { Measure } from '../../../plots/curves.ts';

/** A measure's value for people. */
export function measureText(measure: Measure, value: number): string {
  return measure === 'dead' && Number.isFinite(value) ? percent(value) : significant(value);
}
