import { describe, expect, it } from '@jest/globals';
import { parseCommandLine, UsageError } from './command-line.js';

const serving = { kind: 'serve', source: 'simulator', host: '127.0.0.1', port: 3000 };

describe('the command line', () => {
  it('starts on the simulator, on this machine only, unless told otherwise', () => {
    expect(parseCommandLine([], {})).toEqual(serving);
    expect(parseCommandLine(['--aws'], {})).toEqual({ ...serving, source: 'aws' });
    expect(parseCommandLine(['--aws', '-h'], {})).toEqual({ kind: 'help' });
  });

  it('takes address and port from the environment, where empty counts as left out', () => {
    expect(parseCommandLine([], { HOST: '::', PORT: ' 0 ' })).toEqual({ ...serving, host: '::', port: 0 });
    expect(parseCommandLine([], { HOST: '', PORT: '' })).toEqual(serving);
    expect(parseCommandLine([], { PORT: '65535' })).toEqual({ ...serving, port: 65_535 });
  });

  it.each(['65536', '-1', '1e3', '3000.5', '0x10', 'http'])('refuses the port %s', (port) => {
    expect(() => parseCommandLine([], { PORT: port })).toThrow(
      new UsageError(`PORT must be a whole number from 0 to 65535, got '${port}'.`),
    );
  });

  it.each([['--awss'], ['--aws=true'], ['x'], ['--help=1']])(
    'refuses %s in one line that says what is accepted',
    (flag) => {
      expect(() => parseCommandLine([flag], {})).toThrow(/^[^\n]+Accepted: --aws, --help\.$/);
    },
  );
});
