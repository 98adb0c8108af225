/** What a permalink carries at most; checked when a link is made and again when one is opened. */

export const MAX_PROBES = 32;
/** UTF-16 units of one text. */
export const MAX_TEXT_LENGTH = 2000;
/** Concept and gallery item numbers stay below this. */
export const MAX_INDEX = 1 << 24;
/** Neighbours of one modality. */
export const MAX_NEIGHBOURS = 64;
/** Characters of the payload; Chromium refuses addresses of 2 MB. */
export const MAX_PAYLOAD_LENGTH = 1 << 18;
/** Bytes that a payload may inflate to. */
export const MAX_INFLATED_BYTES = 1 << 20;
