import { basename, dirname, join, win32 } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  classifyFile,
  entryFileName,
  lockFileName,
  namespaceSegment,
  setAsideFileName,
  temporaryFileName,
} from './file-names.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '..',
    '.',
    '../../etc/passwd',
    '..\\..\\x',
    'a/b',
    'CON',
    'nul.txt',
    'com1.models',
    'C:\\x',
    'a:b',
    'x.',
    '/',
    '\0',
    '',
  ),
);

describe('file names', () => {
  it('never leave their folder and are short, whatever the key or namespace', () => {
    fc.assert(
      fc.property(text, (name) => {
        for (const file of [entryFileName(name), namespaceSegment(name)]) {
          expect(file).toMatch(/^[a-z0-9._-]{1,120}$/);
          expect(file).not.toMatch(/^\.|\.$/);
          expect(dirname(join('/cache', file))).toBe('/cache');
          expect(win32.dirname(win32.join('C:\\cache', file))).toBe('C:\\cache');
          expect(file).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/);
        }
      }),
    );
  });

  it('differ for keys that differ, also where the file system ignores case', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(entryFileName(a) === entryFileName(b)).toBe(a === b);
        expect(namespaceSegment(a) === namespaceSegment(b)).toBe(a === b);
      }),
    );
    expect(entryFileName('Models')).not.toBe(entryFileName('models'));
    expect(namespaceSegment('Team')).not.toBe(namespaceSegment('team'));
  });

  it('show keys and namespaces so that people can read them', () => {
    expect(entryFileName('aws/us-east-1/models')).toMatch(/^aws_us-east-1_models-[0-9a-f]{16}\.v1\.json$/);
    expect(namespaceSegment('default')).toBe('default');
  });

  it('keep namespaces that Windows reserves, or that look like a hashed one, apart from those', () => {
    expect(namespaceSegment('con')).not.toBe('con');
    const hashed = namespaceSegment('a/b');
    expect(namespaceSegment(hashed)).not.toBe(hashed);
  });

  it('say what a file is, and nothing about files of others', () => {
    const file = entryFileName('models');
    expect(classifyFile(file)).toEqual({ kind: 'entry' });
    expect(classifyFile(setAsideFileName(file))).toEqual({ kind: 'set-aside' });
    expect(classifyFile(basename(temporaryFileName(file)))).toEqual({ kind: 'temporary', pid: process.pid });
    expect(classifyFile(temporaryFileName(file).replace(/\.[0-9a-f]{8}-/, '.00000000-'))).toEqual({
      kind: 'temporary',
    });
    expect(classifyFile(lockFileName(file))).toEqual({ kind: 'lock' });
    expect(classifyFile(file.replace('.v1.', '.v2.'))).toEqual({ kind: 'other-version' });
    expect(classifyFile('notes.json')).toBeUndefined();
  });
});
