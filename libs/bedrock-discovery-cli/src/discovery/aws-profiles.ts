import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../errors/cli.error.js';
import { EXIT } from '../exit-codes.js';

const HEADING = /^\s*\[\s*(?:profile\s+)?(?:"([^"]+)"|'([^']+)'|([^\]"']+?))\s*\]/gm;
const MOST_NAMED = 10;

/**
 * That a profile is there: the SDK would say of one that is not that there are no credentials, region by region.
 *
 * @throws CliError that names those that there are
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function assertProfileExists(profile: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const folder = join(environment['HOME'] ?? homedir(), '.aws');
  const files = [
    environment['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
    environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const names = texts
    .flatMap((text) => [...text.matchAll(HEADING)].map(([, double, single, plain]) => double ?? single ?? plain ?? ''))
    .filter((name) => !/^(sso-session|services)\s/.test(name));
  const distinct = [...new Set(names)].sort();
  if (!distinct.includes(profile)) {
    const more = distinct.length - MOST_NAMED;
    const named = `${distinct.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    const there = distinct.length === 0 ? `There is none in ${files.join(' and ')}.` : `There are: ${named}.`;
    throw new CliError(`there is no profile '${profile}'. ${there}`, EXIT.usage);
  }
}
