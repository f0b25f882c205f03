import { isExpiredToken, mayHaveExecuted } from '../../errors/classify-failure.js';
import { isStream } from '../../util/guards.js';
import type { AwsIdentity } from '../identity/aws-identity.js';
import { authSchemesOf, type ClientInternals, type Middleware } from './client-class.js';

/** Under which the SDK's commands keep what belongs to one call. */
const CALL = '__smithy_context';

/**
 * Has credentials resolved within reach of the caller's abort signal, which the SDK does not pass on to providers, and
 * sends a call once more if its credentials had expired and others are to be had.
 */
export function useIdentity(client: ClientInternals, identity: AwsIdentity): void {
  const middleware: Middleware = (next, context) => async (args) => {
    if ((await authSchemesOf(client))[0] === 'httpBearerAuth') {
      return next(args);
    }
    const call = (context as Record<string, { abortSignal?: AbortSignal } | undefined>)[CALL];
    const options = { signal: call?.abortSignal };
    const used = await identity.resolve(options);
    try {
      return await next(args);
    } catch (error) {
      const again = isExpiredToken(error) && !Object.values(args.input).some(isStream);
      if (!again || (await identity.renew(used, options)) === undefined) {
        throw error;
      }
      return next(args);
    }
  };
  client.middlewareStack.add(middleware, { step: 'initialize', name: 'bedrockDiscoveryIdentity' });
}

/** Leaves a call alone that failed without it being certain that it was not executed. */
export function retryOnlyWhatWasNotExecuted({ config }: ClientInternals): void {
  const inner = config.retryStrategy;
  config.retryStrategy = async () => {
    const strategy = await inner();
    return {
      acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
      recordSuccess: (token) => strategy.recordSuccess(token),
      refreshRetryTokenForRetry: async (token, info) => {
        if (mayHaveExecuted(info.error)) {
          throw new Error('The call may have been executed.');
        }
        return strategy.refreshRetryTokenForRetry(token, info);
      },
    };
  };
}
