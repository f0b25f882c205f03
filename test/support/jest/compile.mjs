import { transformSync } from '@swc/core';
import config from '../../../jest.config.js';

const [[, options]] = Object.values(config.transform);

/** JavaScript with its source map in it: the same for the same source, wherever it is asked for. */
export function compile(filename, source) {
  return transformSync(source, { ...options, filename, swcrc: false }).code;
}
