import * as v from 'valibot';
import { InputError } from '../../core/errors.ts';

const itemSchema = v.object({
  package: v.pipe(v.string(), v.regex(/^@iconify-json\/[a-z0-9-]+$/)),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  icon: v.pipe(v.string(), v.nonEmpty()),
  codepoint: v.nullable(v.string()),
  name: v.pipe(v.string(), v.nonEmpty()),
  keywords: v.array(v.string()),
  group: v.nullable(v.string()),
  subgroup: v.nullable(v.string()),
  style: v.string(),
  licence: v.string(),
  label: v.object({ en: v.string(), ja: v.nullable(v.string()) }),
  split: v.string(),
});

/** One pictogram of the gallery list: which package draws it, and what it is called. */
export type GalleryItem = v.InferOutput<typeof itemSchema>;

/**
 * Parses a gallery list (JSON Lines, one pictogram a line); item i is line i.
 * @throws InputError naming the line and the field.
 */
export function parseGallery(text: string, file: string): GalleryItem[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new InputError('the gallery list is empty', { file });
  return lines.map((line, i) => {
    const place = `line ${String(i + 1)}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new InputError('not a JSON object', { file, field: place });
    }
    const parsed = v.safeParse(itemSchema, value);
    if (parsed.success) return parsed.output;
    const issue = parsed.issues[0];
    throw new InputError(issue.message, { file, field: `${place}, ${v.getDotPath(issue) ?? 'object'}` });
  });
}
