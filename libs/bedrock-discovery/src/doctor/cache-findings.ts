import type { CacheTiers } from '../cache/discovery-cache.js';
import { check } from './check.js';
import type { DiagnosedCache, DiagnosisCheck } from './diagnosis.types.js';

export interface CacheEvidence {
  readonly tiers: CacheTiers;
  readonly namespace: string;
  /** Account whose entries are kept. */
  readonly owner?: string;
  readonly option?: string;
  /** As the credentials state it. */
  readonly stated?: string;
}

export function cacheFindings(evidence: CacheEvidence): { cache: DiagnosedCache; checks: readonly DiagnosisCheck[] } {
  const { tiers, namespace, owner } = evidence;
  const { folder, mode, sharedStore, seed } = tiers;
  const cache: DiagnosedCache = {
    ...(owner !== undefined && { owner, ownerFrom: ownerFrom(evidence) }),
    namespace,
    ...(folder !== undefined && { folder }),
    mode,
    sharedStore,
    seed,
  };
  return { cache, checks: [tiersCheck(tiers), ownerCheck(cache)] };
}

function tiersCheck({ folder, mode, problem, sharedStore, seed }: CacheTiers): DiagnosisCheck {
  const besides = [sharedStore && 'a shared store', seed && 'a seed'].filter((tier) => tier !== false);
  const others = besides.length === 0 ? '' : ` Besides there is ${besides.join(' and ')}.`;
  if (folder === undefined) {
    return check('cache', 'ok', 'Cache', `In memory only, as \`cache.directory: false\` says.${others}`);
  }
  if (mode === 'ok') {
    return check('cache', 'ok', 'Cache', `Entries are kept in ${folder}.${others}`);
  }
  const consequence =
    mode === 'read-only' ? 'what is there is read, and nothing is added' : 'all is kept in memory only';
  return check(
    'cache',
    'warning',
    'Cache',
    `Nothing can be written to ${folder} (${problem}): ${consequence}.${others}`,
    'Make the folder writable, choose another with `cache.directory`, or set that to false.',
  );
}

function ownerCheck({ owner, ownerFrom: from }: DiagnosedCache): DiagnosisCheck {
  if (owner === undefined) {
    const detail = 'Nobody knows yet whose entries these are, so that all is kept in memory until a profile is listed.';
    return check(
      'cache-owner',
      'warning',
      'Owner of the cache',
      detail,
      'Set `accountId`, if profiles cannot be listed.',
    );
  }
  const words = {
    option: 'by the option `accountId`',
    credentials: 'by the credentials',
    'listed-profile': 'by the ARN of a listed profile',
  }[from ?? 'listed-profile'];
  return check('cache-owner', 'ok', 'Owner of the cache', `The account ${owner}, known ${words}.`);
}

function ownerFrom({ owner, option, stated }: CacheEvidence): DiagnosedCache['ownerFrom'] {
  return owner === option ? 'option' : owner === stated ? 'credentials' : 'listed-profile';
}
