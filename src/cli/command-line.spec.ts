import { describe, expect, it } from '@jest/globals';
import { parseCommandLine, UsageError } from './command-line.js';

const TOKEN = 'a-token-that-is-long-enough';
const serving = { kind: 'serve', source: 'simulator', host: '127.0.0.1', port: 3000, access: { hosts: [] } };

describe('the command line', () => {
  it('starts on the simulator, on this machine only, unless told otherwise', () => {
    expect(parseCommandLine([], {})).toEqual(serving);
    expect(parseCommandLine(['--aws'], {})).toEqual({ ...serving, source: 'aws' });
    expect(parseCommandLine(['--aws', '-h'], {})).toEqual({ kind: 'help' });
  });

  it('takes address and port from the environment, where empty counts as left out', () => {
    expect(parseCommandLine([], { HOST: '::1', PORT: ' 0 ' })).toEqual({ ...serving, host: '::1', port: 0 });
    expect(parseCommandLine([], { HOST: '', PORT: '' })).toEqual(serving);
    expect(parseCommandLine([], { PORT: '65535' })).toEqual({ ...serving, port: 65_535 });
  });

  it.each(['65536', '-1', '1e3', '3000.5', '0x10', 'http'])('refuses the port %s', (port) => {
    expect(() => parseCommandLine([], { PORT: port })).toThrow(
      new UsageError(`PORT must be a whole number from 0 to 65535, got '${port}'.`),
    );
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('wants no token on %s', (host) => {
    expect(parseCommandLine([], { HOST: host })).toMatchObject({ host, access: { hosts: expect.any(Array) } });
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'explorer.lan', '::ffff:10.0.0.1', '127.0.0.1.example.com'])(
    'wants a token on %s',
    (host) => {
      expect(() => parseCommandLine([], { HOST: host, EXPLORER_TOKEN: ' ' })).toThrow(/set EXPLORER_TOKEN/);
      expect(parseCommandLine([], { HOST: host, EXPLORER_TOKEN: TOKEN })).toMatchObject({ access: { token: TOKEN } });
    },
  );

  it.each(['short', 'with spaces in the middle', 'x'.repeat(513), 'größer-ist-auch-nicht-besser'])(
    'refuses the token %p without showing it',
    (token) => {
      const parse = (): unknown => parseCommandLine([], { EXPLORER_TOKEN: token });
      expect(parse).toThrow(UsageError);
      expect(parse).not.toThrow(token);
    },
  );

  it('takes names to be reached by', () => {
    const hosts = (given: string, host?: string): unknown =>
      (parseCommandLine([], { EXPLORER_HOSTS: given, HOST: host, EXPLORER_TOKEN: TOKEN }) as typeof serving).access
        .hosts;
    expect(hosts(' Explorer.example.com, 10.0.0.5,[2001:db8::1],')).toEqual([
      'explorer.example.com',
      '10.0.0.5',
      '2001:db8::1',
    ]);
    expect(hosts('', 'explorer.lan')).toEqual(['explorer.lan']);
    for (const wrong of ['https://explorer.example.com', 'explorer.example.com:443', 'a b', '*']) {
      expect(() => hosts(wrong)).toThrow(/EXPLORER_HOSTS must be names or addresses without scheme and port/);
    }
  });

  it.each([['--awss'], ['--aws=true'], ['x'], ['--help=1']])(
    'refuses %s in one line that says what is accepted',
    (flag) => {
      expect(() => parseCommandLine([flag], {})).toThrow(/^[^\n]+Accepted: --aws, --help\.$/);
    },
  );
});
