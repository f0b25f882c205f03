import type { AwsClientFactory } from '../aws/aws-client.factory.js';
import type { Caller } from './identity-findings.js';

/** Who calls, by STS; undefined where its client is not installed. Rejects as the call does. */
export async function askCaller(
  clients: AwsClientFactory,
  region: string,
  abortSignal: AbortSignal,
): Promise<Caller | undefined> {
  const sts = await import('@aws-sdk/client-sts').catch(() => undefined);
  if (sts === undefined) {
    return undefined;
  }
  const client = clients.getClient(sts.STSClient, { region, config: { maxAttempts: 1 } });
  const { Account, Arn } = await client.send(new sts.GetCallerIdentityCommand({}), { abortSignal });
  return {
    ...(Account !== undefined && /^\d{12}$/.test(Account) && { account: Account }),
    ...(Arn !== undefined && /^arn:aws[a-z-]*:/.test(Arn) && { arn: Arn }),
  };
}
