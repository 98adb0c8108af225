import { type ByteView, damaged, type PixelSize } from './byte-view.ts';

interface Box {
  readonly type: string;
  /** First byte after the box header. */
  readonly start: number;
  readonly end: number;
}

/** Size of the primary item of an AVIF (its `ispe` property, ISO/IEC 23008-12), every top-level box inside the file. */
export function avifSize(view: ByteView): PixelSize {
  const top = boxes(view, 0, view.length);
  const meta = find(top, 'meta');
  const inMeta = boxes(view, meta.start + 4, meta.end);
  if (!inMeta.some(({ type }) => type === 'idat')) find(top, 'mdat'); // The pixels are in one or the other.
  const pitm = find(inMeta, 'pitm');
  const primary = view.u8(pitm.start, 'AVIF pitm') === 0 ? view.u16(pitm.start + 4, 'AVIF pitm') : view.u32(pitm.start + 4, 'AVIF pitm');
  const iprp = find(inMeta, 'iprp');
  const inIprp = boxes(view, iprp.start, iprp.end);
  const ipco = find(inIprp, 'ipco');
  const properties = boxes(view, ipco.start, ipco.end);
  for (const index of associated(view, find(inIprp, 'ipma'), primary)) {
    const property = properties[index - 1];
    if (property?.type === 'ispe') {
      return { width: view.u32(property.start + 4, 'AVIF ispe'), height: view.u32(property.start + 8, 'AVIF ispe') };
    }
  }
  throw damaged('the picture has no size.', 'AVIF ispe');
}

function boxes(view: ByteView, from: number, to: number): Box[] {
  const list: Box[] = [];
  for (let at = from; at < to; ) {
    const field = `AVIF box at byte ${at}`;
    const short = view.u32(at, field);
    const type = view.ascii(at + 4, 4);
    const long = short === 1;
    const size = long ? view.u32(at + 8, field) * 2 ** 32 + view.u32(at + 12, field) : short === 0 ? to - at : short;
    const header = long ? 16 : 8;
    if (size < header) throw damaged('impossible length.', field);
    view.need(at, size, field);
    if (at + size > to) throw damaged('longer than the box around it.', field);
    list.push({ type, start: at + header, end: at + size });
    at += size;
  }
  return list;
}

function find(list: readonly Box[], type: string): Box {
  const box = list.find((candidate) => candidate.type === type);
  if (box === undefined) throw damaged('missing.', `AVIF ${type}`);
  return box;
}

/** One-based property indices of an item, from the `ipma` box. */
function associated(view: ByteView, ipma: Box, item: number): number[] {
  const field = 'AVIF ipma';
  const wideItems = view.u8(ipma.start, field) > 0;
  const wideIndices = (view.u8(ipma.start + 3, field) & 1) === 1;
  let at = ipma.start + 8;
  for (let entries = view.u32(ipma.start + 4, field); entries > 0; entries--) {
    const id = wideItems ? view.u32(at, field) : view.u16(at, field);
    at += wideItems ? 4 : 2;
    const count = view.u8(at++, field);
    const width = wideIndices ? 2 : 1;
    if (id === item) {
      return Array.from({ length: count }, (_, i) =>
        wideIndices ? view.u16(at + 2 * i, field) & 0x7fff : view.u8(at + i, field) & 0x7f,
      );
    }
    at += count * width;
  }
  throw damaged('the picture has no properties.', field);
}
