import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsoleLogger, type LoggerService } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import {
  BedrockDiscoveryModule,
  type BedrockDiscoveryOptions,
  DiscoveryRefresher,
  getBedrockDiscoveryToken,
} from 'nestjs-bedrock-discovery';
import { type Logger, pino } from 'pino';
import { afterThisTest } from '../support/cleanup.js';
import { optionsFor, startSimulator } from '../support/simulated-discovery.js';

const SOURCE = new URL('../../libs/bedrock-discovery/src/', import.meta.url).pathname;

type Line = Readonly<Record<string, unknown>>;

/** Where Nest's lines go, as `nestjs-pino` sends them: objects are merged into the line, and the last argument is the context. */
class PinoLogger implements LoggerService {
  readonly #pino: Logger;

  constructor(lines: Line[]) {
    this.#pino = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line) as Line) });
  }

  log(message: string | object, context?: string): void {
    this.#write('info', message, context);
  }

  warn(message: string | object, context?: string): void {
    this.#write('warn', message, context);
  }

  error(message: string | object, context?: string): void {
    this.#write('error', message, context);
  }

  #write(level: 'info' | 'warn' | 'error', message: string | object, context: string | undefined): void {
    if (typeof message === 'object') {
      this.#pino[level]({ context, ...message });
    } else {
      this.#pino[level]({ context }, message);
    }
  }
}

/** Refreshes where no credentials can be had, in all regions. */
async function refreshWithoutCredentials(
  logger: LoggerService,
  options: BedrockDiscoveryOptions = {},
  name = '',
): Promise<DiscoveryRefresher> {
  const simulator = await startSimulator();
  const credentials = (): Promise<never> => {
    const error = new Error('Could not load credentials from any providers');
    return Promise.reject(Object.assign(error, { name: 'CredentialsProviderError' }));
  };
  const app = await Test.createTestingModule({
    imports: [BedrockDiscoveryModule.forRoot({ ...optionsFor(simulator, { ...options, credentials }), name })],
  })
    .setLogger(logger)
    .compile();
  afterThisTest(() => app.close());
  await app.init();
  const refresher = app.get<DiscoveryRefresher>(getBedrockDiscoveryToken(DiscoveryRefresher, name));
  await refresher.refresh();
  return refresher;
}

/** What is written while no logger of a test takes it. */
function catchOutput(): string[] {
  const written: string[] = [];
  const write = (text: unknown): boolean => written.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(write));
  afterThisTest(() => spies.forEach((spy) => spy.mockRestore()));
  return written;
}

/** Models and profiles are asked for at the same time. */
const ofModels = ({ context }: Line): boolean => context === 'ModelDiscoveryService';
const FAILED = /^ListFoundationModels failed in all 31 regions \(credentials-missing\): .+ .+/;

describe('the log of an application without credentials', () => {
  it('has a line of text for each operation, whatever the number of regions', async () => {
    const lines: Line[] = [];
    await refreshWithoutCredentials(new PinoLogger(lines));
    const warnings = lines.filter(({ level }) => level === 40);
    expect(warnings).toHaveLength(2);
    expect(warnings.find(ofModels)).toEqual({
      level: 40,
      context: 'ModelDiscoveryService',
      msg: expect.stringMatching(FAILED),
    });
    expect(lines.filter(({ context }) => context !== 'InstanceLoader')).toHaveLength(3);
  });

  it('has fields where it is structured', async () => {
    const lines: Line[] = [];
    await refreshWithoutCredentials(new PinoLogger(lines), { logging: 'structured' });
    expect(lines.find(ofModels)).toEqual({
      level: 40,
      context: 'ModelDiscoveryService',
      event: 'regions-failed',
      msg: expect.stringMatching(FAILED),
      operation: 'ListFoundationModels',
      kind: 'credentials-missing',
      regions: expect.arrayContaining(['eu-west-1', 'us-east-1']),
      message: expect.any(String),
      remedy: expect.any(String),
    });
    const ours = lines.filter(({ event }) => event !== undefined);
    expect(ours.map(({ event }) => event)).toEqual(['regions-failed', 'regions-failed', 'refreshed']);
    expect(ours.every((line) => !('registration' in line))).toBe(true);
  });

  it('is told of once where several callers share a refresh', async () => {
    const lines: Line[] = [];
    const refresher = await refreshWithoutCredentials(new PinoLogger(lines), { logging: 'structured' });
    const told = (): number => lines.filter(({ event }) => event === 'refreshed').length;
    await Promise.all([refresher.refresh({ force: true }), refresher.refresh({ force: true })]);
    expect(told()).toBe(2);
    await refresher.refresh({ force: true });
    expect(told()).toBe(3);
  });

  it('names the registration that has a name', async () => {
    const lines: Line[] = [];
    await refreshWithoutCredentials(new PinoLogger(lines), { logging: 'structured' }, 'europe');
    expect(lines.find(ofModels)).toMatchObject({ event: 'regions-failed', registration: 'europe' });
  });

  it.each<[logging: 'text' | 'structured', message: unknown]>([
    ['text', expect.stringMatching(FAILED)],
    ['structured', expect.objectContaining({ event: 'regions-failed', msg: expect.stringMatching(FAILED) })],
  ])("is one JSON object for each line by Nest's own logger with json: true, as %s", async (logging, message) => {
    const written = catchOutput();
    await refreshWithoutCredentials(new ConsoleLogger({ json: true }), { logging });
    const lines = written.map((line) => JSON.parse(line) as Line);
    expect(lines.find(ofModels)).toMatchObject({ level: 'warn', message });
  });

  it("is readable by Nest's own logger", async () => {
    const written = catchOutput();
    await refreshWithoutCredentials(new ConsoleLogger({ colors: false }));
    const warnings = written.filter((line) => line.includes(' WARN '));
    expect(warnings).toHaveLength(2);
    expect(warnings.join('')).toMatch(/\[ModelDiscoveryService\] ListFoundationModels failed in all 31 regions/);
  });
});

describe('the library', () => {
  it('writes lines through one logger, so that none is left out of the option', async () => {
    const files = (await readdir(SOURCE, { recursive: true })).filter((file) => /^(?!.*\.spec\.).*\.ts$/.test(file));
    const texts = await Promise.all(files.map(async (file) => [file, await readFile(join(SOURCE, file), 'utf8')]));
    const isOwn = (file = ''): boolean => !file.startsWith('snippets');
    const writing = texts
      .filter(([file, text = '']) => isOwn(file) && /new Logger\(|console\.\w+\(/.test(text))
      .map(([file]) => file);
    // The exception filter is of the application, and of no registration; what snippets write is the code of others.
    expect(writing.sort()).toEqual(['http/bedrock-discovery-exception.filter.ts', 'reporting/discovery-logger.ts']);
  });
});
