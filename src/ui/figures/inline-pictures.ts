import { svgElement } from './svg-element.ts';

/** Attributes that `<use>` says for the picture that it stands for. */
const PLACE = new Set(['href', 'xlink:href', 'x', 'y', 'width', 'height', 'preserveAspectRatio']);

/**
 * Puts the pictures that `file` refers to by address into it, each once however often it is shown, so that it needs nothing else.
 * The page has shown them, so that they come from the browser's cache. Rejects when one cannot be read.
 */
export async function inlinePictures(file: SVGSVGElement): Promise<void> {
  const shown = [...file.querySelectorAll('image')].filter((image) => !addressOf(image).startsWith('data:'));
  const addresses = [...new Set(shown.map(addressOf))];
  if (addresses.length === 0) return;
  const defs = svgElement('defs', {});
  const pictures = new Map(await Promise.all(addresses.map(async (address, n) => [address, await pictureOf(address, `picture-${String(n)}`)] as const)));
  for (const picture of pictures.values()) defs.append(picture);
  file.querySelector('rect')?.before(defs);
  for (const image of shown) {
    const picture = pictures.get(addressOf(image));
    if (picture !== undefined) image.replaceWith(placed(image, picture));
  }
}

function addressOf(image: SVGImageElement): string {
  return image.getAttribute('href') ?? image.getAttribute('xlink:href') ?? '';
}

/** A picture in its own size, as a definition. */
async function pictureOf(address: string, id: string): Promise<SVGImageElement> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: HTTP ${String(response.status)}`);
  const href = await dataUrl(await response.blob());
  const image = new Image();
  image.src = href;
  await image.decode();
  return svgElement('image', { id, href, width: image.naturalWidth, height: image.naturalHeight });
}

/** `picture` where `image` was, fitted into its frame as `image` says. */
function placed(image: SVGImageElement, picture: SVGImageElement): SVGElement {
  const number = (from: Element, name: string, otherwise = 0): number => Number.parseFloat(from.getAttribute(name) ?? String(otherwise));
  const natural = { width: number(picture, 'width'), height: number(picture, 'height') };
  const frame = { x: number(image, 'x'), y: number(image, 'y'), width: number(image, 'width', natural.width), height: number(image, 'height', natural.height) };
  const stretch = { x: frame.width / natural.width, y: frame.height / natural.height };
  const one = Math.min(stretch.x, stretch.y);
  const scale = image.getAttribute('preserveAspectRatio') === 'none' ? stretch : { x: one, y: one };
  const x = frame.x + (frame.width - natural.width * scale.x) / 2;
  const y = frame.y + (frame.height - natural.height * scale.y) / 2;
  const group = svgElement('g', {});
  for (const { name, value } of image.attributes) if (!PLACE.has(name)) group.setAttribute(name, value);
  group.append(svgElement('use', { href: `#${picture.id}`, transform: `translate(${String(x)} ${String(y)}) scale(${String(scale.x)} ${String(scale.y)})` }));
  return group;
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onloadend = () => {
      if (typeof reader.result === 'string') resolve(reader.result);
      else reject(reader.error ?? new Error('a picture could not be read'));
    };
    reader.readAsDataURL(blob);
  });
}
