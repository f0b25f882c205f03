import type { AwsClientFactory } from '../aws/aws-client.factory.js';
import { bedrockSdk } from '../aws/bedrock-sdk.js';
import { timed } from '../aws/timed-send.js';
import { classifyFailure } from '../errors/classify-failure.js';
import type { RegionFailure } from '../errors/failure.js';
import { isCredentialFailure } from '../errors/failure-texts.js';
import type { Clock } from '../time/clock.js';
import { raceSignal } from '../time/race-signal.js';
import { check } from './check.js';
import type { DiagnosedClock, DiagnosisCheck } from './diagnosis.types.js';

/** What one request found out, whatever its answer. */
export interface Connection {
  readonly region: string;
  readonly latencyMs?: number;
  /** HTTP status of the answer; absent where none came. */
  readonly statusCode?: number;
  /** How far the clock of AWS is ahead, by the date of the answer. */
  readonly offsetMs?: number;
  /** Why no answer came. */
  readonly failure?: RegionFailure;
}

/** The date of an answer tells the second alone. */
const HALF_A_SECOND_MS = 500;

/** Sends one request, which need not be permitted to tell what it is for. Never rejects. */
export async function probeConnection(
  clients: AwsClientFactory,
  clock: Clock,
  region: string,
  signal: AbortSignal,
): Promise<Connection> {
  let answer: Omit<Connection, 'region'> = {};
  try {
    const { BedrockClient, ListInferenceProfilesCommand } = await bedrockSdk();
    const client = clients.getClient(BedrockClient, { region, config: { maxAttempts: 1 } });
    const command = timed(new ListInferenceProfilesCommand({ maxResults: 1 }), {
      signal,
      onResponse: (timing, statusCode, headers) => {
        const date = Date.parse(headers['date'] ?? '');
        const offsetMs = date + HALF_A_SECOND_MS - (clock.now() - (timing?.latencyMs ?? 0) / 2);
        answer = {
          statusCode,
          ...(timing && { latencyMs: timing.latencyMs }),
          ...(!Number.isNaN(offsetMs) && { offsetMs: Math.round(offsetMs) }),
        };
      },
    });
    await raceSignal(client.send(command, { abortSignal: signal }), signal);
    return { region, ...answer };
  } catch (error) {
    if (answer.statusCode !== undefined) {
      return { region, ...answer };
    }
    const at = new Date(clock.now()).toISOString();
    return { region, failure: classifyFailure(error, { at, region, operation: 'ListInferenceProfiles' }) };
  }
}

export function connectionCheck({ region, latencyMs, statusCode, failure }: Connection): DiagnosisCheck {
  const title = 'Connection';
  if (failure !== undefined) {
    // Nothing was sent: the finding about the credentials tells what to do.
    const isUntried = isCredentialFailure(failure.kind) || failure.kind === 'aborted';
    const { message, remedy } = failure;
    return isUntried
      ? check('connection', 'unknown', title, `Nothing could be sent to ${region}: ${message}`)
      : check('connection', 'failed', title, `${region} does not answer: ${message}`, remedy);
  }
  const time = latencyMs === undefined ? '' : ` in ${Math.round(latencyMs)} ms`;
  return check('connection', 'ok', title, `${region} answers${time} (HTTP status ${statusCode ?? 'unknown'}).`);
}

/** The clock as just measured, else as a client has learnt it from a refusal. */
export function clockOf({ offsetMs }: Connection, learntMs: number): DiagnosedClock {
  if (offsetMs !== undefined) {
    return { offsetMs, source: 'measured' };
  }
  return learntMs === 0 ? { source: 'unknown' } : { offsetMs: learntMs, source: 'learnt' };
}
