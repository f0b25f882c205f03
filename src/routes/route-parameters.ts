import {
  ACCESS_DEMANDS,
  APIS,
  PREFERENCES,
  RETENTION_MODES,
  type RouteConstraints,
  UNKNOWN_FACTS,
  VIAS,
} from 'nestjs-bedrock-discovery';
import {
  amount,
  demanded,
  flag,
  formerly,
  oneOf,
  regionNames,
  residency,
  severalOf,
  text,
} from '../requests/parameter-readers.js';

/** What a model must be able to do. */
export const CAPABILITY_PARAMETERS = {
  minContextTokens: amount,
  minOutputTokens: amount,
  toolUse: demanded,
  reasoning: demanded,
  structuredOutput: demanded,
  unknownFacts: oneOf(...UNKNOWN_FACTS),
};

/** What a route must be like, as parameters of a query or a body. */
export const VERDICT_PARAMETERS = {
  residency,
  allowGlobal: flag,
  via: severalOf(...VIAS),
  applicationProfile: text,
  minDaysToEndOfLife: amount,
  access: oneOf(...ACCESS_DEMANDS),
  maxDestinationAgeMs: amount,
  api: oneOf(...APIS),
  retention: oneOf(...RETENTION_MODES),
  maxOutputPricePerMillion: amount,
  minTokensPerMinute: amount,
  ...CAPABILITY_PARAMETERS,
};

/** The same, and what orders routes. */
export const ROUTE_PARAMETERS = {
  ...VERDICT_PARAMETERS,
  preferredRegions: formerly('preferred', regionNames),
  sourceRegions: formerly('sources', regionNames),
  prefer: oneOf(...PREFERENCES),
};

export const VERDICT_PARAMETERS_ABOUT: Readonly<Record<keyof typeof VERDICT_PARAMETERS, string>> = {
  residency: 'Regions that may see the request: a geography such as eu, or names of regions.',
  allowGlobal: 'Whether routes that may be served anywhere qualify; not together with residency.',
  via: 'Ways of invoking that qualify.',
  applicationProfile: 'Only through this application profile, by id or ARN.',
  minDaysToEndOfLife: 'Leaves out models that are known to end sooner.',
  access: 'How sure access must be; not-denied unless given.',
  maxDestinationAgeMs: 'Older listings count as unverified.',
  api: 'The API that the model must offer, as real calls have shown.',
  retention: 'The data retention mode that may be in force in the source region at most, by how much is kept.',
  maxOutputPricePerMillion: 'What a million tokens out may cost at most; prices that are not known qualify.',
  minTokensPerMinute: 'Tokens a minute that the quota must allow; quotas that are not known qualify.',
  minContextTokens: 'Tokens that its context window must hold.',
  minOutputTokens: 'Tokens that its longest answer must hold.',
  toolUse: 'It must take tools.',
  reasoning: 'It must reason.',
  structuredOutput: 'It must answer by a schema.',
  unknownFacts: 'Whether routes qualify of which a demanded fact, such as api, is not known; keep unless given.',
};

export const ROUTE_PARAMETERS_ABOUT: Readonly<Record<keyof typeof ROUTE_PARAMETERS, string>> = {
  ...VERDICT_PARAMETERS_ABOUT,
  preferredRegions: 'Source regions that rank first, in this order.',
  sourceRegions: 'The only source regions whose endpoints may be called.',
  prefer: 'Decides between routes of like latency; price goes before latency, with those that are not known last.',
};

/** @param preferredRegions where a request names none */
export function constraintsFrom(parameters: RouteConstraints, preferredRegions: readonly string[]): RouteConstraints {
  return { preferredRegions, ...parameters };
}
