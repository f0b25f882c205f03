import type { RegionStatus } from 'nestjs-bedrock-discovery';
import { FAILURE_WORDS, type FailureKind } from 'nestjs-bedrock-discovery/enumerations';
import type { RegionOverview } from '../api/answers.types.js';
import { CopyButton } from '../shell/copy-button.js';
import { capitalized, plural } from '../shell/words.js';
import { refreshing } from '../state/store.js';
import { refresh } from '../state/updates.js';

/** What went wrong, once, with the regions where it did. */
export interface FailureCause {
  readonly kind: FailureKind | 'partial';
  readonly message: string;
  /** As the library has it, which knows nothing of this application. */
  readonly remedy: string;
  readonly regions: readonly string[];
}

/** Those of most regions first. */
export function failureCauses(overviews: Iterable<RegionOverview>): readonly FailureCause[] {
  const causes = new Map<FailureCause['kind'], FailureCause>();
  for (const { region, models, profiles } of overviews) {
    for (const { kind, message, remedy } of [...troubleIn(models), ...troubleIn(profiles)]) {
      const { regions } = causes.get(kind) ?? { regions: [] };
      causes.set(kind, { kind, message, remedy, regions: [...new Set([...regions, region])] });
    }
  }
  return [...causes.values()].sort((a, b) => b.regions.length - a.regions.length);
}

function troubleIn({ failure, unreadable }: Partial<RegionStatus> = {}): Omit<FailureCause, 'regions'>[] {
  return [
    ...(failure === undefined ? [] : [failure]),
    ...(unreadable === undefined
      ? []
      : [
          {
            kind: 'partial' as const,
            message: `${unreadable} entries of the list could not be read.`,
            remedy: 'What is not shown may be listed all the same. Ask again, or update the explorer.',
          },
        ]),
  ];
}

const wordsOf = (kind: FailureCause['kind']): string => (kind === 'partial' ? 'known in part' : FAILURE_WORDS[kind]);

interface Advice {
  readonly words: string;
  readonly commands?: readonly string[];
}

const OTHER_PROFILE: Advice = {
  words: 'Log in, or name the profile whose credentials are meant, and start the explorer anew.',
  commands: ['aws sso login', 'AWS_PROFILE=my-profile npm run start:aws'],
};

/** With the commands that are at hand, and not in options of the library. */
function adviceOn({ kind, remedy, regions }: FailureCause): Advice {
  const [region = ''] = regions;
  switch (kind) {
    case 'credentials-missing':
    case 'credentials-expired':
    case 'credentials-invalid':
      return OTHER_PROFILE;
    case 'region-not-enabled':
      return {
        words: `Enable ${regions.length === 1 ? 'it' : 'them'} for the account, or name the regions that are to be asked.`,
        commands: [
          `aws account enable-region --region-name ${region}`,
          'BEDROCK_DISCOVERY_REGIONS=eu-central-1,us-east-1 npm run start:aws',
        ],
      };
    case 'access-denied':
      return {
        words:
          'The principal lacks a permission there: the doctor, under Regions, writes the policy that it needs. Or use another profile.',
        commands: ['aws sts get-caller-identity', 'AWS_PROFILE=my-profile npm run start:aws'],
      };
    case 'policy-denied':
      return {
        words:
          'A policy of the organisation denies it: ask its administrators, or name the regions that are to be asked.',
        commands: ['BEDROCK_DISCOVERY_REGIONS=eu-central-1,us-east-1 npm run start:aws'],
      };
    case 'throttled':
      return { words: 'AWS was asked too often: ask again in a minute, and see who else asks with this account.' };
    case 'timeout':
    case 'unreachable':
      return {
        words: 'Check the way there: DNS, proxy, firewall, VPC endpoint.',
        commands: [`curl -sv https://bedrock.${region}.amazonaws.com/`],
      };
    case 'clock-skew':
      return { words: 'Set the clock of this machine.', commands: ['timedatectl set-ntp true'] };
    case 'service-error':
      return { words: 'AWS failed: ask again soon. If it stays, see health.aws.amazon.com.' };
    default:
      return { words: remedy };
  }
}

/** Failures first: each cause once, what to do about it, and a button for each region that asks it again. */
export function Failures({ causes }: { readonly causes: readonly FailureCause[] }) {
  return (
    <>
      {causes.map((cause) => (
        <section key={cause.kind} class="failure" aria-label={wordsOf(cause.kind)}>
          <p class="failure-title">
            <span class="dot failed" /> <b>{capitalized(wordsOf(cause.kind))}</b>{' '}
            <span class="muted">{plural(cause.regions.length, 'region')}</span>
          </p>
          <p class="failure-message">{cause.message}</p>
          <Remedy {...adviceOn(cause)} />
          <Retries regions={cause.regions} />
        </section>
      ))}
    </>
  );
}

const MOST_SHOWN = 6;

/** A button for each region; where there are many, one for all before. */
function Retries({ regions }: { readonly regions: readonly string[] }) {
  const each = (
    <p class="retries">
      {regions.map((region) => (
        <Retry key={region} regions={[region]} words={`Ask ${region} again`} />
      ))}
    </p>
  );
  return regions.length <= MOST_SHOWN ? (
    each
  ) : (
    <>
      <p class="retries">
        <Retry regions={regions} words={`Ask these ${regions.length} again`} />
      </p>
      <details class="retries">
        <summary>One by one</summary>
        {each}
      </details>
    </>
  );
}

function Retry({ regions, words }: { readonly regions: readonly string[]; readonly words: string }) {
  return (
    <button type="button" class="action small" disabled={refreshing.value} onClick={() => void refresh(regions)}>
      {words}
    </button>
  );
}

function Remedy({ words, commands = [] }: Advice) {
  return (
    <>
      <p class="remedy">{words}</p>
      {commands.map((command) => (
        <div key={command} class="invocation">
          <code>{command}</code>
          <CopyButton text={command} what="the command" />
        </div>
      ))}
    </>
  );
}
