/** A small figure on a page: its menu, the files that it saves, and how it is cited. */
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { MAX_SELECTION } from '../../core/permalink/selection.ts';
import type { AppStore } from '../../state/store.ts';
import { AppContext } from '../app-context.ts';
import { CopyViewLink } from './CopyViewLink.tsx';
import { Figure } from './Figure.tsx';
import type { FigureData } from './figure-data.ts';
import { figureFile } from './figure-file.ts';
import { DRAW_EVENT } from './figure-svg.ts';
import type { Stamp } from './stamp.ts';

const HASH = '#/pack/gallery@0123456789ab/map?v=1&find=a+cat';
const data: FigureData = { caption: 'Energy of 2 of 3 concepts, with “<b>” & a label.', columns: [{ name: 'concept', values: [4, 7] }, { name: 'energy', values: [0.5, null] }] };
const stamp: Stamp = { permalink: new URL(HASH, location.href).href, pack: { id: 'gallery', hash: '0123456789ab', title: 'Pictograms' }, version: '9.9.9', date: '2026-11-24' };
const metadata = { permalink: stamp.permalink, pack: 'gallery@0123456789ab', tool: 'VLM-Explore' };

/** Outside the drawing's own file, as on the page. */
const CSS = `
  :root { color-scheme: dark; --ink: light-dark(rgb(1 2 3), rgb(250 250 250)); }
  .stage .dot { fill: var(--ink); } .stage .gone { display: none; } .stage .unseen { visibility: hidden; } .faint { opacity: 0.5; }`;
const drawing = (
  <div className="stage" style={{ width: 360 }}>
    <canvas data-figure width={120} height={80} style={{ position: 'absolute', width: 120, height: 80 }} />
    <svg data-figure width={120} height={80} viewBox="0 0 60 40" style={{ position: 'relative', display: 'block' }}>
      <g className="faint"><circle className="dot" cx={10} cy={10} r={4} /></g>
      <text className="dot" x={20} y={20} fontSize={5}>{'label \u0001 & <x>'}</text>
      <rect className="gone" width={5} height={5} />
      <rect className="unseen" width={5} height={5} />
      <line data-screen x1={0} x2={9} y1={0} y2={9} stroke="red" />
    </svg>
  </div>
);

let root: Root | null = null;
let style: HTMLStyleElement;
const saved: { name: string; blob: Promise<Blob> }[] = [];
beforeEach(() => {
  style = document.head.appendChild(document.createElement('style'));
  style.textContent = CSS;
  saved.length = 0;
  const fetchBlob = window.fetch.bind(window);
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function save(this: HTMLAnchorElement) {
    saved.push({ name: this.download, blob: fetchBlob(this.href).then((response) => response.blob()) });
  });
});
afterEach(() => {
  root?.unmount();
  style.remove();
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

function show(content: React.ReactNode, selection: readonly number[] = []): void {
  const state = { pack: { id: 'gallery', hash: '0123456789ab', title: 'Pictograms' }, page: 'map', atlas: { selection } };
  const app = Object.assign(createStore(() => state), { actions: { address: () => HASH } }) as unknown as AppStore;
  root = createRoot(document.body.appendChild(document.createElement('div')));
  flushSync(() => root?.render(<AppContext value={app}>{content}</AppContext>));
}
function figure(): HTMLElement {
  show(<Figure id="energy" title="Energy" formula="E" look="Look." paper="They found it." data={() => data}>{drawing}</Figure>);
  const canvas = document.querySelector('canvas');
  // Draws only when told to, as a WebGPU canvas has pixels only then.
  canvas?.addEventListener(DRAW_EVENT, () => {
    const context = canvas.getContext('2d');
    if (context !== null) context.fillStyle = '#0072b2';
    context?.fillRect(60, 40, 60, 40);
  });
  const body = document.querySelector<HTMLElement>('.figure-body');
  if (body === null) throw new Error('no figure');
  return body;
}
function button(name: RegExp): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].filter((b) => name.test(b.getAttribute('aria-label') ?? b.textContent));
  expect(found, String(name)).toHaveLength(1);
  return found[0] as HTMLButtonElement;
}
const parsed = async (blob: Blob | undefined): Promise<Document> => new DOMParser().parseFromString((await blob?.text()) ?? '', 'image/svg+xml');

describe('export of a figure', () => {
  it('is a button with the name of its contract, described by the title, off while there is nothing', () => {
    figure();
    const open = button(/^Export figure$/u);
    expect(document.getElementById(open.getAttribute('aria-describedby') ?? '')?.textContent).toBe('Energy');
    open.click();
    expect(document.querySelector('.export-menu')?.matches(':popover-open')).toBe(true);
    root?.unmount();
    show(<Figure id="none" title="None" formula="" look="" data={null}>{null}</Figure>);
    expect(button(/^Export figure$/u).disabled).toBe(true);
  });

  it('saves an SVG that needs nothing else, in light colours, with its origin inside', async () => {
    const body = figure();
    const before = body.innerHTML;
    const svg = await parsed(await figureFile('svg', body, 'Energy', data, stamp));
    expect(svg.querySelector('parsererror')).toBeNull();
    expect(svg.querySelector('title')?.textContent).toBe('Energy');
    expect(svg.querySelector('desc')?.textContent).toBe(data.caption);
    expect(JSON.parse(svg.querySelector('metadata')?.textContent ?? '')).toEqual({ ...metadata, version: '9.9.9', date: '2026-11-24' });
    expect(svg.documentElement.getAttribute('font-family')).toContain('system-ui');
    const said = [...svg.querySelectorAll('text')].map((text) => text.textContent).join(' ');
    for (const part of ['Energy', '2 of 3 concepts', 'gallery@0123456789ab', '2026-11-24', 'VLM-Explore 9.9.9']) expect(said).toContain(part);
    expect(svg.querySelector('a')?.getAttribute('href')).toBe(stamp.permalink);

    const frame = svg.querySelector('svg svg');
    expect(['viewBox', 'width', 'height', 'overflow'].map((name) => frame?.getAttribute(name))).toEqual(['0 0 60 40', '120', '80', 'hidden']);
    expect(frame?.querySelector('circle')?.getAttribute('fill')).toBe('rgb(1, 2, 3)');
    expect(frame?.querySelector('g')?.getAttribute('opacity')).toBe('0.5');
    expect(frame?.querySelector('text')?.textContent).toBe('label \uFFFD & <x>');
    // Neither what is not displayed nor what is of the screen only; what is merely not visible says so.
    expect([...(frame?.querySelectorAll('rect') ?? [])].map((rect) => rect.getAttribute('visibility'))).toEqual(['hidden']);
    expect(frame?.querySelector('line')).toBeNull();
    expect(svg.querySelectorAll('[class], style')).toHaveLength(0);
    expect([...svg.querySelectorAll('image, use')].every((part) => /^(?:data:|#)/u.test(part.getAttribute('href') ?? ''))).toBe(true);
    // Canvas below overlay, at the same place.
    expect(svg.querySelector('image')?.nextElementSibling).toBe(frame);
    expect(['x', 'y', 'width', 'height'].map((name) => svg.querySelector('image')?.getAttribute(name))).toEqual(['x', 'y', 'width', 'height'].map((name) => frame?.getAttribute(name)));
    expect(body.innerHTML).toBe(before);
  });

  it('saves a PNG of twice the size with the same origin, and asks nobody for anything', async () => {
    const body = figure();
    const fetched = vi.spyOn(window, 'fetch');
    const svg = await parsed(await figureFile('svg', body, 'Energy', data, stamp));
    const png = await figureFile('png', body, 'Energy', data, stamp);
    expect(fetched).not.toHaveBeenCalled();
    const bytes = new Uint8Array(await png.arrayBuffer());
    const text = new TextDecoder('latin1').decode(bytes);
    const [, json] = /tEXtVLM-Explore\0(\{.*?\})/u.exec(text) ?? [];
    expect(JSON.parse(json ?? '')).toEqual({ ...metadata, version: '9.9.9', date: '2026-11-24' });
    const picture = await createImageBitmap(png);
    const size = ['width', 'height'].map((name) => Number(svg.documentElement.getAttribute(name)));
    expect([picture.width, picture.height]).toEqual(size.map((side) => Math.ceil(side * 2)));

    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context?.drawImage(picture, 0, 0);
    const frame = svg.querySelector('svg svg');
    const [left, top] = ['x', 'y'].map((name) => Number(frame?.getAttribute(name)));
    const pixel = (x: number, y: number): number[] => [...(context?.getImageData(((left ?? 0) + x) * 2, ((top ?? 0) + y) * 2, 1, 1).data ?? [])];
    expect(pixel(90, 60)).toEqual([0, 0x72, 0xb2, 255]);
    // The overlay's dot at half opacity on white paper.
    const dot = pixel(20, 20);
    for (const [at, expected] of [128, 128.5, 129, 255].entries()) expect(Math.abs((dot[at] ?? 0) - expected)).toBeLessThan(3);
    expect(pixel(110, 10)).toEqual([255, 255, 255, 255]);
  });

  it('puts pictures in once, whatever their number', async () => {
    const dot = document.createElement('canvas');
    dot.width = 8;
    dot.height = 4;
    const blob = await new Promise<Blob | null>((resolve) => { dot.toBlob(resolve); });
    const url = blob === null ? '' : URL.createObjectURL(blob);
    show(<Figure id="p" title="Pictures" formula="" look="" data={() => data}><svg data-figure width={50} height={50}><image href={url} x={1} y={2} width={16} height={16} /><image href={url} width={4} height={2} opacity={0.5} /></svg></Figure>);
    const svg = await parsed(await figureFile('svg', document.querySelector<HTMLElement>('.figure-body') ?? document.body, 'Pictures', data, stamp));
    URL.revokeObjectURL(url);
    expect([...svg.querySelectorAll('image')].map((image) => [image.getAttribute('href')?.slice(0, 14), image.parentElement?.localName])).toEqual([['data:image/png', 'defs']]);
    // 8 × 4 in 16 × 16, in the middle: twice its size, 4 further down.
    expect([...svg.querySelectorAll('use')].map((use) => use.getAttribute('transform'))).toEqual(['translate(1 6) scale(2 2)', 'translate(0 0) scale(0.5 0.5)']);
    expect(svg.querySelectorAll('use')[1]?.parentElement?.getAttribute('opacity')).toBe('0.5');
  });

  it('saves what is chosen from the menu, and says so', async () => {
    figure();
    for (const format of ['svg', 'png', 'csv']) {
      button(new RegExp(`^${format}`, 'iu')).click();
      await vi.waitFor(() => { expect(document.querySelector('.export-menu [role=status]')?.textContent).toBe(`Saved vlm-explore-energy.${format}`); });
    }
    expect(saved.map(({ name }) => name)).toEqual(['vlm-explore-energy.svg', 'vlm-explore-energy.png', 'vlm-explore-energy.csv']);
    const [svg, png, csv] = await Promise.all(saved.map(({ blob }) => blob));
    expect(JSON.parse((await parsed(svg)).querySelector('metadata')?.textContent ?? '')).toMatchObject(metadata);
    expect(png?.type).toBe('image/png');
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(await csv?.arrayBuffer())).toBe('\ufeffconcept,energy\r\n4,0.5\r\n7,\r\n');
  });

  it('says so when a picture of it cannot be had', async () => {
    show(<Figure id="p" title="P" formula="" look="" data={() => data}><svg data-figure width={50} height={50}><image href="nowhere/at-all.webp" width={16} height={16} /></svg></Figure>);
    button(/^SVG/u).click();
    await vi.waitFor(() => { expect(document.querySelector('.export-menu [role=status]')?.textContent).toMatch(/^vlm-explore-p\.svg could not be made: .+404/u); });
    expect(saved).toEqual([]);
  });

  it('cites paper, tool and pack, and copies it', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    figure();
    button(/^Cite this view/u).click();
    const sheet = document.querySelector<HTMLDialogElement>('dialog.cite');
    expect(sheet?.open).toBe(true);
    await vi.waitFor(() => { expect(sheet?.querySelector('textarea')?.value).toContain(stamp.permalink); });
    const entries = sheet?.querySelector('textarea')?.value ?? '';
    expect(entries.match(/^@/gmu)).toHaveLength(3);
    button(/^Copy BibTeX$/u).click();
    await vi.waitFor(() => { expect(sheet?.querySelector('[role=status]')?.textContent).toBe('Copied to the clipboard.'); });
    expect(write).toHaveBeenCalledExactlyOnceWith(entries);
  });
});

describe('copying the view’s link', () => {
  const status = (): string | undefined => document.querySelector('.copy-says')?.textContent;

  it('copies the address and says so', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    show(<CopyViewLink />);
    button(/^Copy link$/u).click();
    await vi.waitFor(() => { expect(status()?.trim()).toBe('Copied to the clipboard.'); });
    expect(write).toHaveBeenCalledExactlyOnceWith(stamp.permalink);
    expect(document.querySelector('dialog')?.open).toBe(false);
  });

  it('shows it where the browser does not allow copying', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('no', 'NotAllowedError'));
    show(<CopyViewLink />);
    button(/^Copy link$/u).click();
    await vi.waitFor(() => { expect(document.querySelector('dialog')?.open).toBe(true); });
    await vi.waitFor(() => { expect(document.querySelector('dialog input')).toHaveProperty('value', stamp.permalink); });
    expect(document.querySelector('dialog [role=status]')?.textContent).toMatch(/did not allow/u);
  });

  it('says when the selection is more than a link carries', async () => {
    vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    show(<CopyViewLink />, Array.from({ length: MAX_SELECTION + 1 }, (_, n) => n));
    button(/^Copy link$/u).click();
    await vi.waitFor(() => { expect(status()).toMatch(/selection is not in it: 20001/u); });
  });
});
