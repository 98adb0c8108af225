/** What MSAE writes into the name of a checkpoint. */
export interface MsaeName {
  readonly c: number;
  readonly d: number;
  /** `ReLU`, `TopKReLU`, `BatchTopKReLU`, `JumpReLU`, …: the tool's own class name. */
  readonly activation: string;
  /** k of a top-k; for the others these are the digits of the l1 weight. */
  readonly digits: string | undefined;
  /** Weighting of Matryoshka's nesting levels. */
  readonly nesting: 'RW' | 'UW' | undefined;
  readonly tied: boolean;
  readonly normalize: boolean;
  /** 0 where there is none. */
  readonly softcap: number;
}

const NAME = /^(\d{1,9})_(\d{1,9})_([A-Za-z]{1,40})(?:_(\d{1,12}))?(?:_(RW|UW))?_(True|False)_(True|False)_(\d{1,9}(?:\.\d{1,12})?)(?:_|\.|$)/;

/** Parses `{F}_{D}_{activation}[_{k}][_RW/_UW]_{tied}_{normalize}_{softcap}_{dataset}…`, a base name; null when it is something else. */
export function parseMsaeName(name: string): MsaeName | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [, c, d, activation = '', digits, nesting, tied, normalize, softcap] = match;
  return {
    c: Number(c),
    d: Number(d),
    activation,
    digits,
    nesting: nesting === 'RW' || nesting === 'UW' ? nesting : undefined,
    tied: tied === 'True',
    normalize: normalize === 'True',
    softcap: Number(softcap),
  };
}
