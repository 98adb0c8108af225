import { describe, expect, it } from 'vitest';
import { pickOrtBuild } from './ort-files.ts';

describe('pickOrtBuild', () => {
  it('takes JSPI where the browser has it, and the small build where there is no WebGPU to use', () => {
    expect(pickOrtBuild({ webgpu: true, jspi: true })).toBe('jspi');
    expect(pickOrtBuild({ webgpu: true, jspi: false })).toBe('asyncify');
    expect(pickOrtBuild({ webgpu: false, jspi: true })).toBe('plain');
    expect(pickOrtBuild({ webgpu: false, jspi: false })).toBe('plain');
  });
});
