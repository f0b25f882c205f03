import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSimulatedAws } from '../support/simulated-aws.js';

const run = promisify(execFile);
const built = (file: string): string => fileURLToPath(new URL(`../dist/06-lambda/src/${file}`, import.meta.url));

/** What Lambda does, and then waits no longer than a function that ends. */
const INVOKE = `
  const { handler } = await import(process.argv[1]);
  console.log((await handler({ queryStringParameters: { model: 'Nova Pro' } })).body);
`;

let aws: Awaited<ReturnType<typeof startSimulatedAws>>;

beforeAll(async () => {
  aws = await startSimulatedAws();
});

afterAll(() => aws.stop());

it('answers its first call from the seed, without a request to AWS', async () => {
  const here = { cwd: aws.folder, env: aws.environment };
  const flags = ['--no-warnings', '--input-type=module', '--eval', INVOKE];
  await run(process.execPath, ['--no-warnings', built('make-seed.js')], here);
  aws.simulator.requests.reset();
  const { stdout } = await run(process.execPath, [...flags, built('handler.js')], here);
  expect(JSON.parse(stdout)).toContainEqual({ region: 'eu-west-1', invocationId: 'eu.amazon.nova-pro-v1:0' });
  expect(aws.simulator.requests.list()).toEqual([]);
});
