import { scaleLinear } from 'd3-scale';

/** Okabe–Ito: image blue, text vermilion; the middle of the diverging ramp is grey, never white. */
export const IMAGE_COLOUR = '#0072B2';
const TEXT_COLOUR = '#D55E00';
const MIDDLE_COLOUR = '#8A8F98';

const ramp = scaleLinear<string>().domain([0, 0.5, 1]).range([TEXT_COLOUR, MIDDLE_COLOUR, IMAGE_COLOUR]).clamp(true);

/** Colour of a modality score in 0 … 1; grey where it is undefined. */
export function modalityColour(score: number | null): string {
  return score === null ? MIDDLE_COLOUR : ramp(score);
}

/** Which side a modality score leans to. */
export function modalitySide(score: number | null): 'images' | 'texts' | 'both' {
  if (score === null) return 'both';
  if (score >= 2 / 3) return 'images';
  return score <= 1 / 3 ? 'texts' : 'both';
}
