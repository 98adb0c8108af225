import type { LegendSpec } from '../../plots/map/legend.ts';
import { MISSING_COLOUR } from '../../plots/map/colours.ts';
import { rgbText } from '../../plots/map/rgb.ts';
import { IMAGE_COLOUR, modalityColour } from '../../plots/modality.ts';
import type { TranslateKeys } from '../../i18n/text.ts';
import type { MapMessage } from '../../i18n/map.ts';

interface Props {
  readonly t: TranslateKeys<MapMessage>;
  readonly layer: 'concepts' | 'samples';
  /** What the colour says; null in the samples layer. */
  readonly colourName: string | null;
  readonly missing: string;
  readonly spec: LegendSpec;
  readonly pairs: boolean;
}

const WIDTH = 208;
const PAD = 10;
const LINE = 17;
const RAMP = WIDTH - 2 * PAD - 16;

/** What every encoding of the map means, drawn as a part of the figure. */
export function MapLegend({ t, layer, colourName, missing, spec, pairs }: Props) {
  const rows: { readonly key: string; readonly height: number; readonly drawn: React.ReactNode }[] = [];
  const add = (key: string, height: number, drawn: React.ReactNode): void => { rows.push({ key, height, drawn }); };
  if (colourName !== null) add('name', LINE, <text y={12} className="legend-name">{colourName}</text>);
  if (spec.colour?.kind === 'ramp') {
    const { stops, ticks } = spec.colour;
    add('ramp', 30, (
      <>
        <defs><linearGradient id="map-ramp">{stops.map(({ at, colour }) => <stop key={at} offset={at} stopColor={colour} />)}</linearGradient></defs>
        <rect x={8} y={2} width={RAMP} height={9} fill="url(#map-ramp)" />
        {ticks.map(({ at, text }) => <text key={text} className="legend-tick" x={8 + at * RAMP} y={23} textAnchor="middle">{text}</text>)}
      </>
    ));
  }
  if (spec.colour?.kind === 'names') {
    for (const { id, text, colour } of spec.colour.names) add(`name ${String(id)}`, 15, <><rect x={1} y={2} width={9} height={9} fill={colour} /><text x={17} y={11}>{cut(text)}</text></>);
    if (spec.colour.more > 0) add('more', 15, <text x={17} y={11} className="legend-tick">{t('legend.more', { n: spec.colour.more })}</text>);
  }
  if (layer === 'concepts') add('missing', LINE, <><circle cx={5.5} cy={7} r={4} fill={rgbText(MISSING_COLOUR)} /><text x={17} y={11}>{missing}</text></>);
  add('shapes', LINE, (
    <>
      <rect x={1.5} y={3} width={8} height={8} fill={IMAGE_COLOUR} /><text x={17} y={11}>{t('legend.image')}</text>
      <circle cx={76} cy={7} r={3.5} fill="none" stroke={modalityColour(0)} strokeWidth={2} /><text x={86} y={11}>{t('legend.text')}</text>
      {layer === 'concepts' && <><circle cx={142} cy={7} r={4} fill={modalityColour(0.5)} /><text x={152} y={11}>{t('legend.both')}</text></>}
    </>
  ));
  if (spec.sizes.length > 0) {
    add('sizes', 24, (
      <>
        {spec.sizes.map(({ radius, text }, n) => <g key={text} transform={`translate(${String(9 + n * 64)} 11)`}><circle r={radius} className="legend-size" /><text x={13} y={4} className="legend-tick">{text}</text></g>)}
      </>
    ));
    add('area', 15, <text y={10} className="legend-tick">{t('legend.area')}</text>);
  }
  if (spec.edges.length > 0) {
    add('edges', LINE, (
      <>
        {spec.edges.map(({ width, text }, n) => <g key={n} transform={`translate(${String(n * 96)} 8)`}><path className="map-edge" d="M0,0H26" strokeWidth={width.toFixed(2)} /><text x={32} y={4} className="legend-tick">{text}</text></g>)}
      </>
    ));
    add('width', 15, <text y={10} className="legend-tick">{t('legend.edges')}</text>);
  }
  if (pairs) add('pairs', LINE, <text y={11} className="legend-tick">{t('legend.pairs')}</text>);
  const tops = rows.map((_, n) => PAD + rows.slice(0, n).reduce((sum, { height }) => sum + height, 0));
  const height = 2 * PAD + rows.reduce((sum, row) => sum + row.height, 0);
  return (
    <svg data-figure className="map-legend" width={WIDTH} height={height} viewBox={`0 0 ${String(WIDTH)} ${String(height)}`} aria-hidden="true">
      <rect className="legend-back" width={WIDTH} height={height} />
      {rows.map(({ key, drawn }, n) => <g key={key} transform={`translate(${String(PAD)} ${String(tops[n])})`}>{drawn}</g>)}
    </svg>
  );
}

/** A name as it fits. */
function cut(name: string): string {
  const letters = Array.from(name);
  const room = /[\u3040-\u9fff]/u.test(name) ? 13 : 26;
  return letters.length <= room ? name : `${letters.slice(0, room - 1).join('')}…`;
}
