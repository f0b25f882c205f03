import type { RouteConstraints } from 'nestjs-bedrock-discovery';
import { amount, flag, oneOf, regionNames, severalOf, text } from '../requests/parameter-readers.js';

/** What narrows routes down, as parameters of a query or a body. */
export const ROUTE_PARAMETERS = {
  residency: text,
  preferred: regionNames,
  sources: regionNames,
  allowGlobal: flag,
  via: severalOf('on-demand', 'system-profile', 'application-profile'),
  applicationProfile: text,
  minDaysToEndOfLife: amount,
  access: oneOf('any', 'not-denied', 'known'),
  prefer: oneOf('latency', 'single-region', 'throughput'),
  maxDestinationAgeMs: amount,
};

type RouteParameters = { residency?: string; preferred?: readonly string[]; sources?: readonly string[] } & Omit<
  RouteConstraints,
  'residency' | 'preferredRegions' | 'sourceRegions'
>;

/** @param preferredRegions where a request names none */
export function constraintsFrom(parameters: RouteParameters, preferredRegions: readonly string[]): RouteConstraints {
  const { residency, preferred = preferredRegions, sources, ...constraints } = parameters;
  return {
    ...constraints,
    preferredRegions: preferred,
    ...(sources && { sourceRegions: sources }),
    ...(residency !== undefined && { residency: residencyFrom(residency) }),
  };
}

/** A geography by its name, or regions separated by commas; one region alone is one too. */
function residencyFrom(residency: string): string | readonly string[] {
  const regions = regionNames.read(residency);
  return regions ?? residency;
}
