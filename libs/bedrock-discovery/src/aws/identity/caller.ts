import { timed } from '../transport/timing.js';
import type { AwsClientFactory } from '../clients/aws-client.factory.js';

/** Who calls. */
export interface Caller {
  /** Twelve digits. */
  readonly account?: string;
  readonly arn?: string;
}

/** Who calls, by STS; undefined where its client is not installed. Rejects as the call does. */
export async function askCaller(
  clients: AwsClientFactory,
  region: string,
  signal: AbortSignal,
): Promise<Caller | undefined> {
  const sts = await import('@aws-sdk/client-sts').catch(() => undefined);
  if (sts === undefined) {
    return undefined;
  }
  const client = clients.getClient(sts.STSClient, { region, config: { maxAttempts: 1 } });
  const command = timed(new sts.GetCallerIdentityCommand({}), { signal });
  const { Account, Arn } = await client.send(command, { abortSignal: signal });
  return {
    ...(Account !== undefined && /^\d{12}$/.test(Account) && { account: Account }),
    ...(Arn !== undefined && /^arn:aws[a-z-]*:/.test(Arn) && { arn: Arn }),
  };
}
