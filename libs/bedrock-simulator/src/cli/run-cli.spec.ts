import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { runCli } from './run-cli.js';

async function run(...argv: string[]) {
  const written = { out: '', error: '' };
  const code = await runCli(argv, {
    out: (text) => (written.out += text),
    error: (text) => (written.error += text),
    signal: AbortSignal.abort(),
  });
  return { code, ...written };
}

describe('the command line of the simulator', () => {
  it('prints the endpoint and what to export, and ends well on Ctrl-C', async () => {
    const { code, out, error } = await run('--port', '0', '--latency', 'none', '--opt-in', 'all', '--seed', '3');
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toMatch(/listening on http:\/\/127\.0\.0\.1:\d+;/);
    expect(out).toMatch(/^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(out).toMatch(/^export AWS_ACCESS_KEY_ID=SIMULATORKEYID$/m);
    expect(out).toMatch(/^unset AWS_BEARER_TOKEN_BEDROCK$/m);
  });

  it('takes faults of the runtime, before and after an execution', async () => {
    const faults = ['*:Converse:model-timeout', 'eu-west-1:Converse:reset:executed', '*:ConverseStream:stream-error'];
    const { code, error } = await run('--port', '0', ...faults.flatMap((fault) => ['--fault', fault]));
    expect({ code, error }).toEqual({ code: 0, error: '' });
  });

  it('takes what else a fault says, the model last', async () => {
    const fault = '*:Converse:throttled:times=2:probability=0.5:message=Later:modelId=amazon.nova-lite-v1:0';
    expect(await run('--port', '0', '--fault', fault)).toMatchObject({ code: 0, error: '' });
    expect(await run('--port', '0', '--fault', '*:*:throttled:times=0')).toMatchObject({
      code: 2,
      error: expect.stringContaining('fault times must be a number from 1 up'),
    });
    expect(await run('--port', '0', '--as-of', 'then')).toMatchObject({
      code: 2,
      error: expect.stringContaining('asOf'),
    });
  });

  it('ends when its input does, where that is asked for', async () => {
    const input = new PassThrough();
    const ended = runCli(['--port', '0', '--until-stdin-closes'], {
      out: () => input.end(),
      error: () => undefined,
      signal: new AbortController().signal,
      input,
    });
    expect(await ended).toBe(0);
  });

  it('answers until it is interrupted, with the faults it was given', async () => {
    const interrupted = new AbortController();
    let out = '';
    const argv = ['--port', '0', '--fault', '*:*:throttled', '--fault', 'us-east-1:ListFoundationModels:hang'];
    let announced: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (announced = resolve));
    const ended = runCli(argv, {
      out: (text) => {
        out += text;
        announced();
      },
      error: () => undefined,
      signal: interrupted.signal,
    });
    await ready;
    const [endpoint = ''] = /http:\S+(?=;)/.exec(out) ?? [];
    const response = await fetch(`${endpoint}/foundation-models`, { headers: { connection: 'close' } });
    expect(response.status).toBe(429);
    interrupted.abort();
    expect(await ended).toBe(0);
  });

  it('keeps the certificate in a file while it runs under TLS', async () => {
    const interrupted = new AbortController();
    const files: string[] = [];
    const code = await runCli(['--port', '0', '--tls', '--host', 'localhost'], {
      out: (text) => {
        const [, file] = /NODE_EXTRA_CA_CERTS=(\S+)/.exec(text) ?? [];
        if (!file) {
          return;
        }
        files.push(file);
        expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
        interrupted.abort();
      },
      error: () => undefined,
      signal: interrupted.signal,
    });
    expect(code).toBe(0);
    expect(files.map((file) => existsSync(file))).toEqual([false]);
  });

  it('runs a program whose AWS SDKs call it, and ends with the exit code of that program', async () => {
    const source = `
      const { AWS_ENDPOINT_URL, AWS_PROFILE } = process.env;
      const { status } = await fetch(AWS_ENDPOINT_URL + '/foundation-models');
      process.exit(status === 429 && AWS_PROFILE === undefined ? 7 : 1);
    `;
    const program = [process.execPath, '--input-type=module', '--eval', source];
    const written = { out: '', error: '' };
    const code = await runCli(['--fault', '*:*:throttled', '--', ...program], {
      out: (text) => (written.out += text),
      error: (text) => (written.error += text),
      signal: new AbortController().signal,
    });
    expect({ code, ...written }).toEqual({ code: 7, out: '', error: '' });
  });

  it('ends the program that it runs when it is interrupted itself', async () => {
    const interrupted = new AbortController();
    const context = { out: () => undefined, error: () => undefined, signal: interrupted.signal };
    const ended = runCli(['--', process.execPath, '--eval', 'setInterval(() => undefined, 1000)'], context);
    setImmediate(() => interrupted.abort());
    expect(await ended).toBe(1);
  });

  it('says which program there is not', async () => {
    const { code, error } = await run('--', 'no-such-program');
    expect({ code, error }).toEqual({
      code: 1,
      error: expect.stringMatching(/^bedrock-simulator: .*spawn no-such-program/),
    });
    expect(await run('--')).toMatchObject({ code: 2, error: expect.stringContaining('followed by a program') });
  });

  it('explains itself with --help', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--fault') });
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['--bogus'], /bogus/],
    [['--port', 'http'], /--port takes a number; got "http"/],
    [['--port', '70000'], /port must be a number from 0 to 65535/],
    [['--latency', 'fast'], /--latency takes realistic, none or milliseconds; got "fast"/],
    [['--jitter', '2', '--port', '0'], /jitter must be a number from 0 to 1/],
    [['--opt-in', 'us-east-1'], /optIn must be one of/],
    [['--seed', ''], /--seed takes a number/],
    [['--fault', 'throttled'], /--fault takes region:operation:kind/],
    [['--fault', '*:*:explosion', '--port', '0'], /fault kind must be one of/],
    [['--fault', '*:*:reset:perhaps'], /--fault takes region:operation:kind, .* got "\*:\*:reset:perhaps"/],
    [['--fault', '*:*:truncated:executed', '--port', '0'], /fault kind with executed must be one of/],
    [['--fault', '*:Converse:stream-reset', '--port', '0'], /operation of stream-reset must be one of ConverseStream/],
  ])('refuses %j with code 2 and one line', async (argv, message) => {
    const { code, out, error } = await run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
    expect(error).toMatch(/^bedrock-simulator: [^\n]+\n$/);
  });

  it('ends with code 1 where the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { code, error } = await run('--port', String((other.address() as AddressInfo).port));
    expect(code).toBe(1);
    expect(error).toMatch(/EADDRINUSE/);
    await new Promise((resolve) => other.close(resolve));
  });
});
