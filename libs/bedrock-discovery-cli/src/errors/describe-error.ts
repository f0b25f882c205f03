import type { RegionFailure } from 'nestjs-bedrock-discovery';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { oneLine } from '../output/text.js';
import { CliError } from './cli.error.js';
import { exitCodeOf, groupFailures } from './describe-failures.js';

/** An error as the person at the terminal and the script around it need it. */
export interface DescribedError {
  readonly message: string;
  readonly exitCode: ExitCode;
}

interface Details {
  readonly failure?: RegionFailure;
  readonly failures?: Readonly<Record<string, RegionFailure>>;
  readonly unknownRegions?: readonly string[];
  readonly ambiguous?: boolean;
}

export async function describeError(error: unknown): Promise<DescribedError> {
  if (error instanceof CliError) {
    return { message: oneLine(error.message), exitCode: error.exitCode };
  }
  // Loaded here, since wrong usage is told without it.
  const { isBedrockDiscoveryError } = await import('nestjs-bedrock-discovery');
  const message = oneLine(error instanceof Error ? error.message : String(error));
  return isBedrockDiscoveryError(error)
    ? describeOwn(error.code, message, error as Details)
    : { message, exitCode: EXIT.failed };
}

function describeOwn(code: string, message: string, details: Details): DescribedError {
  switch (code) {
    case 'INVALID_OPTIONS':
      return { message: message.replace(/^BedrockDiscoveryModule: /, ''), exitCode: EXIT.usage };
    case 'INVALID_ARGUMENT':
      return { message, exitCode: EXIT.usage };
    case 'MODEL_NOT_FOUND': {
      const certain = details.ambiguous === true || (details.unknownRegions ?? []).length === 0;
      return { message, exitCode: certain ? EXIT.notFound : EXIT.unknown };
    }
    case 'REGION_UNKNOWN':
      return { message, exitCode: EXIT.unknown };
    case 'REGION_FAILED':
      return { message, exitCode: details.failure === undefined ? EXIT.failed : exitCodeOf(details.failure) };
    case 'INVENTORY_UNAVAILABLE':
      return describeUnavailable(details.failures ?? {}, message);
    case 'ABORTED':
      return { message: 'interrupted.', exitCode: EXIT.interrupted };
    default:
      return { message, exitCode: EXIT.failed };
  }
}

/** Nothing is known of any region: the failure that most regions have says why. */
export function describeUnavailable(
  failures: Readonly<Record<string, RegionFailure>>,
  otherwise = 'no region answered in time. --timeout allows for a longer wait.',
): DescribedError {
  const [most] = groupFailures(Object.entries(failures));
  if (most === undefined) {
    return { message: otherwise, exitCode: EXIT.failed };
  }
  const { failure, regions } = most;
  const where = regions.length === 1 ? regions[0] : `${regions.length} regions`;
  return {
    message: oneLine(`nothing is known of any region. ${where}: ${failure.message} ${failure.remedy}`),
    exitCode: exitCodeOf(failure),
  };
}
