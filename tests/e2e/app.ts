/** What the probe-view tests do on the page, by the accessible names that are the page's contract. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Locator, type Page } from '@playwright/test';
import sharp from 'sharp';
import { drawItem } from '../../src/packs/gallery/draw-node.ts';
import { loadIconPackages } from '../../src/packs/gallery/packages-node.ts';
import { readGallery } from '../../src/packs/gallery/sprites-node.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A file as Playwright hands it to a file input. */
export interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file of the repository, or of `../shared`. */
export function testFile(path: string, name = path.split('/').at(-1) ?? path): TestFile {
  return { name, mimeType: '', buffer: readFileSync(`${root}${path}`) };
}

/** A real photo, where the full fixtures are at hand; null elsewhere. */
export function photo(name: string): TestFile | null {
  const path = `../shared/fixtures/real/photos/${name}`;
  return existsSync(`${root}${path}`) ? testFile(path) : null;
}

/** A gallery pictogram drawn afresh from its npm package, as a person would have it on disk. */
export async function pictogram(icon: string): Promise<TestFile> {
  const item = (await readGallery(root)).find((i) => i.icon === icon);
  if (item === undefined) throw new Error(`the gallery has no icon ${icon}`);
  const { width, height, data } = await drawItem(item, await loadIconPackages(root, [item]), 256);
  const png = await sharp(data, { raw: { width, height, channels: 4 } }).png().toBuffer();
  return { name: `${icon}.png`, mimeType: 'image/png', buffer: png };
}

export const probesOf = (page: Page): Locator => page.getByRole('region', { name: 'Probes' });
export const conceptsOf = (page: Page): Locator => page.getByRole('region', { name: 'Concepts' });
export const whyOf = (page: Page): Locator => page.getByRole('region', { name: 'Why they match' });

/** Adds files and waits until as many probes more are ready. */
export async function addImages(page: Page, files: TestFile[]): Promise<void> {
  await page.getByLabel('Add images').setInputFiles(files);
}

/** Adds one text a line. */
export async function addText(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Add a text' }).fill(text);
  await page.getByRole('textbox', { name: 'Add a text' }).press('Enter');
}

/** Waits for `count` embedded and encoded probes. */
export async function expectReady(page: Page, count: number): Promise<void> {
  await expect(probesOf(page).getByText(/^L0 \d+$/)).toHaveCount(count);
}

/** All that the readout says in words and numbers, to compare two pages. */
export async function readingOf(page: Page): Promise<string[]> {
  const parts = [conceptsOf(page), whyOf(page), page.getByRole('region', { name: 'Nearest in the gallery' }), probesOf(page).getByRole('list')];
  return Promise.all(parts.map(async (part) => (await part.innerText()).replace(/\s+/gu, ' ')));
}
