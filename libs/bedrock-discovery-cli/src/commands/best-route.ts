import type { Route, RouteConstraints } from 'nestjs-bedrock-discovery';
import { CliError } from '../errors/cli.error.js';
import { EXIT } from '../exit-codes.js';
import type { Tools } from './cli-run.js';

/**
 * The best route to a model, which is told beside the answer.
 *
 * @throws CliError where there is none, or it is not known whether there is one
 */
export async function bestRouteTo(
  model: string,
  constraints: RouteConstraints,
  { session, note }: Pick<Tools, 'session' | 'note'>,
): Promise<Route> {
  await session.prepare();
  const { modelId, routes, unknownRegions } = await session.router.resolve(model, constraints);
  const [best] = routes;
  if (best === undefined) {
    const nothing = `no route to ${modelId}: bedrock-discovery route ${modelId} --rejected says why.`;
    throw new CliError(nothing, unknownRegions.length > 0 ? EXIT.unknown : EXIT.notFound);
  }
  note(`${best.invocationId} in ${best.region}.`);
  return best;
}
