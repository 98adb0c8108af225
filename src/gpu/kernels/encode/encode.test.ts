import { encode } from '../../../core/encode.ts';
import { encodeProperties } from './encode.properties.ts';

encodeProperties({
  name: 'the CPU',
  encode: async (dictionary, x) => Promise.resolve().then(() => encode(dictionary, x)),
});
