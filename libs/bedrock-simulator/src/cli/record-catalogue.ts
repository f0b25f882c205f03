import {
  type RecordedCatalogue,
  type RecordedModel,
  type RecordedProfile,
  readCatalogue,
} from '../catalogue/catalogue-file.js';
import type { Destinations, ModelLifecycle } from '../catalogue/catalogue-types.js';
import { type Signer, signedHeaders } from '../protocol/signing.js';
import { isObject } from '../settings/objects.js';

/** Whose account is asked, and where. */
export interface RecordingSource {
  readonly credentials: Signer;
  /** One URL for all regions and services; left out: AWS. */
  readonly endpoint?: string;
  /** Regions to ask. Left out: those that the account says are enabled. */
  readonly regions?: readonly string[];
  /** Is told what could not be recorded, and why. */
  readonly onNote: (note: string) => void;
}

interface Region {
  readonly name: string;
  readonly optIn: boolean;
}

interface Survey extends Region {
  readonly at: string;
  readonly models: readonly Record<string, unknown>[];
  readonly profiles: readonly Record<string, unknown>[];
}

/** The account API lives in one region. */
const ACCOUNT_REGION = 'us-east-1';
const PAGE_SIZE = '1000';

/**
 * Asks an account what it is offered in each region. Nothing of the account itself is kept: neither its number, which stands in
 * the ARNs of profiles, nor the profiles that it has made.
 *
 * @throws Error where no region answers
 */
export async function recordCatalogue(source: RecordingSource): Promise<RecordedCatalogue> {
  const regions = await regionsOf(source);
  const asked = await Promise.all(regions.map((region) => survey(source, region)));
  const answered = asked.filter((each) => each !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const [first] = answered;
  if (first === undefined) {
    throw new Error(`no region has answered, of ${regions.map(({ name }) => name).join(', ') || 'none'}`);
  }
  const namesOf = (optIn: boolean): string[] => answered.filter((each) => each.optIn === optIn).map(({ name }) => name);
  const catalogue = {
    surveyedOn: new Date(first.at).toISOString().slice(0, 10),
    enabledByDefault: namesOf(false),
    optIn: namesOf(true),
    models: modelsOf(answered),
    profiles: profilesOf(answered),
  };
  readCatalogue(catalogue, 'what was recorded');
  return catalogue;
}

/** What ListRegions says, and which of them are asked. */
async function regionsOf(source: RecordingSource): Promise<Region[]> {
  const statuses = new Map<string, string>();
  let token: unknown;
  do {
    const body = JSON.stringify({ MaxResults: 50, ...(token === undefined ? {} : { NextToken: token }) });
    const { answer } = await ask(source, { service: 'account', region: ACCOUNT_REGION, path: '/listRegions', body });
    for (const { RegionName: name, RegionOptStatus: status } of objectsIn(answer, 'Regions')) {
      statuses.set(String(name), String(status));
    }
    token = answer['NextToken'] ?? undefined;
  } while (token !== undefined);
  const isEnabled = (name: string): boolean => statuses.get(name)?.startsWith('ENABLED') ?? false;
  const names = source.regions ?? [...statuses.keys()].filter(isEnabled);
  for (const name of source.regions ? [] : [...statuses.keys()].filter((each) => !isEnabled(each))) {
    source.onNote(`${name} is left out: the account has not opted in to it`);
  }
  return names.map((name) => ({ name, optIn: statuses.get(name) !== 'ENABLED_BY_DEFAULT' }));
}

/** Undefined, and noted, where the region does not answer. */
async function survey(source: RecordingSource, region: Region): Promise<Survey | undefined> {
  const about = { service: 'bedrock', region: region.name };
  try {
    const { answer, at } = await ask(source, { ...about, path: '/foundation-models' });
    const profiles: Record<string, unknown>[] = [];
    let token: string | undefined;
    do {
      const query = { maxResults: PAGE_SIZE, type: 'SYSTEM_DEFINED', ...(token !== undefined && { nextToken: token }) };
      const page = await ask(source, { ...about, path: '/inference-profiles', query });
      profiles.push(...objectsIn(page.answer, 'inferenceProfileSummaries'));
      token = typeof page.answer['nextToken'] === 'string' ? page.answer['nextToken'] : undefined;
    } while (token !== undefined);
    return { ...region, at, models: objectsIn(answer, 'modelSummaries'), profiles };
  } catch (error) {
    source.onNote(`${region.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

interface Question {
  readonly service: string;
  readonly region: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Is asked by POST. */
  readonly body?: string;
}

async function ask({ credentials, endpoint }: RecordingSource, question: Question) {
  const { service, region, path, query = {}, body } = question;
  const url = new URL(path, endpoint ?? `https://${service}.${region}.amazonaws.com`);
  url.search = new URLSearchParams(query).toString();
  const method = body === undefined ? 'GET' : 'POST';
  const request = { method, url, body, headers: { 'content-type': 'application/json' } };
  const headers = signedHeaders(request, credentials, { region, service }, Date.now());
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) }).catch(
    (error: unknown) => {
      const { cause } = error as { cause?: { code?: string } };
      throw new Error(`${url.host} cannot be reached (${cause?.code ?? 'no reason is known'})`);
    },
  );
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok || !isObject(answer)) {
    const [name] = response.headers.get('x-amzn-errortype')?.split(':') ?? [];
    const { message, Message: text = message } = isObject(answer) ? answer : {};
    const said = typeof text === 'string' ? text : '';
    throw new Error(`${service} has answered ${response.status} ${name ?? ''} ${said}`.trim());
  }
  return { answer, at: response.headers.get('date') ?? new Date().toUTCString() };
}

function objectsIn(answer: Readonly<Record<string, unknown>>, name: string): Record<string, unknown>[] {
  const list = answer[name];
  if (!Array.isArray(list)) {
    throw new TypeError(`the answer has no ${name}`);
  }
  return list.filter(isObject);
}

/** What can be customized somewhere is said to be everywhere; what else differs by region is taken from the first. */
function modelsOf(surveys: readonly Survey[]): RecordedModel[] {
  const models = new Map<string, RecordedModel>();
  for (const { name, models: listed } of surveys) {
    for (const summary of listed) {
      const { modelId, modelLifecycle, inferenceTypesSupported = [] } = summary;
      const lifecycle = modelLifecycle as ModelLifecycle;
      const customizations = (summary['customizationsSupported'] ?? []) as readonly string[];
      const known = models.get(String(modelId)) ?? described(summary, lifecycle);
      const isOther = JSON.stringify(known.lifecycle) !== JSON.stringify(lifecycle);
      models.set(known.modelId, {
        ...known,
        ...(isOther && { regionalLifecycle: { ...known.regionalLifecycle, [name]: lifecycle } }),
        customizationsSupported: [...new Set([...known.customizationsSupported, ...customizations])],
        inferenceTypes: { ...known.inferenceTypes, [name]: inferenceTypesSupported as readonly string[] },
      });
    }
  }
  return [...models.values()].toSorted((a, b) => (a.modelId < b.modelId ? -1 : 1));
}

function described(summary: Readonly<Record<string, unknown>>, lifecycle: ModelLifecycle): RecordedModel {
  const { modelId, modelName = modelId, providerName, responseStreamingSupported: streams } = summary;
  const listOf = (name: string): readonly string[] => (summary[name] ?? []) as readonly string[];
  return {
    modelId: String(modelId),
    modelName: String(modelName),
    providerName: String(providerName),
    inputModalities: listOf('inputModalities'),
    outputModalities: listOf('outputModalities'),
    ...(typeof streams === 'boolean' && { responseStreamingSupported: streams }),
    customizationsSupported: listOf('customizationsSupported'),
    lifecycle,
    inferenceTypes: {},
  };
}

function profilesOf(surveys: readonly Survey[]): RecordedProfile[] {
  const profiles = new Map<string, RecordedProfile>();
  for (const { name, profiles: listed } of surveys) {
    for (const summary of listed) {
      const { inferenceProfileId: id, inferenceProfileName, description, createdAt, updatedAt, models } = summary;
      const { modelId, destinations } = servedBy(Array.isArray(models) ? models : []);
      const known = profiles.get(String(id)) ?? {
        inferenceProfileId: String(id),
        inferenceProfileName: String(inferenceProfileName),
        ...(typeof description === 'string' && { description }),
        modelId,
        createdAt: String(createdAt),
        updatedAt: String(updatedAt),
        routes: {},
      };
      profiles.set(known.inferenceProfileId, { ...known, routes: { ...known.routes, [name]: destinations } });
    }
  }
  return [...profiles.values()].toSorted((a, b) => (a.inferenceProfileId < b.inferenceProfileId ? -1 : 1));
}

/** The model and the regions that stand in the ARNs; one without a region means any. */
function servedBy(models: readonly unknown[]): { modelId: string; destinations: Destinations } {
  const arns = models.filter(isObject).map(({ modelArn }) => String(modelArn).split(':'));
  const regions = arns.map(([, , , region = '']) => region);
  const [arn = []] = arns;
  const modelId = arn.slice(5).join(':').replace('foundation-model/', '');
  return { modelId, destinations: regions.includes('') ? 'global' : regions };
}
