import { figureCsv } from './figure-csv.ts';
import type { FigureData } from './figure-data.ts';
import { figurePng } from './figure-png.ts';
import { figureElement, svgFile } from './figure-svg.ts';
import { inlinePictures } from './inline-pictures.ts';
import type { Stamp } from './stamp.ts';

/** Files that a figure is drawn or written as; its numbers as Parquet are the engine's to write. */
export type FigureFormat = 'svg' | 'png' | 'csv';

/**
 * A figure, drawn in `body`, or its numbers, as a file. Canvases are read before anything is waited for. Rejects when the browser
 * cannot draw it.
 */
export async function figureFile(format: FigureFormat, body: HTMLElement, title: string, data: FigureData, stamp: Stamp): Promise<Blob> {
  // The byte order mark lets spreadsheets read R² and Japanese names as UTF-8.
  if (format === 'csv') return new Blob(['\ufeff', figureCsv(data)], { type: 'text/csv' });
  const file = figureElement(body, title, data.caption, stamp);
  await inlinePictures(file);
  return format === 'svg' ? new Blob([svgFile(file)], { type: 'image/svg+xml' }) : figurePng(file, stamp);
}
