import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DiscoveryLogger } from '../reporting/discovery-logger.js';
import { RegionNameWarnings } from './region-name-warnings.js';

const named = (context: string) => new DiscoveryLogger(context, { isStructured: false, registration: '' });

describe('the warnings of region names', () => {
  const warned: string[] = [];

  beforeEach(() => {
    warned.length = 0;
    const ignore = (): void => undefined;
    Logger.overrideLogger({
      log: ignore,
      error: ignore,
      warn: (message: string, context: string) => warned.push(`[${context}] ${message}`),
    });
  });

  afterEach(() => Logger.overrideLogger(new Logger()));

  it('tell of a name once, in the words of whoever was given it first', () => {
    const warnings = new RegionNameWarnings();
    warnings.check(['eu-west-1', 'eu-wst-1', 'us-east-3'], named('First'));
    warnings.check(new Set(['eu-wst-1', 'us-esat-1']), named('Second'));
    expect(warned).toEqual([
      '[First] No region is known by the name eu-wst-1. Did you mean eu-west-1?',
      '[First] No region is known by the name us-east-3. Did you mean us-east-1?',
      '[Second] No region is known by the name us-esat-1. Did you mean us-east-1?',
    ]);
  });

  it('end where somebody goes on making names up', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    new RegionNameWarnings().check(
      letters.flatMap((one) => letters.map((other) => `${one}${other}-west-1`)),
      named('Flood'),
    );
    expect(warned).toHaveLength(100);
  });
});
