// Registers wgsl-hooks.mjs before main.ts loads: `node --import tsx --import ./src/cli/wgsl-loader.mjs src/cli/main.ts`.
import { register } from 'node:module';

register('./wgsl-hooks.mjs', import.meta.url);
