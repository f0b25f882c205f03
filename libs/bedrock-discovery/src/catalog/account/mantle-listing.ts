import type { AwsClientFactory } from '../../aws/clients/aws-client.factory.js';
import type { ClientInternals } from '../../aws/clients/client-class.js';
import { MANTLE_SERVICE, mantleEndpointOf } from '../../aws/clients/client-endpoint.js';
import { type FetchSetup, sendSigned } from '../../aws/clients/signed-fetch.js';
import { BodyAllowance, readWhole } from '../../aws/transport/timing.js';
import { refusalIn } from '../../aws/transport/wire-request.js';
import { MalformedResponseError } from '../../errors/errors.js';
import { digestOf } from '../../inventory/answer-memory.js';
import { type Listing, type RegionList, uniteById } from '../../inventory/listing.js';
import { restoreItems } from '../../inventory/region-question.js';
import type { ResolvedOptions } from '../../options/resolve-options.js';
import { deepFreeze } from '../../util/deep-freeze.js';
import { isRecord, isText, isTextList, nameIn, only, present, recordIn } from '../../util/guards.js';
import { buildMantleIndex, diffMantleModels, type ListedMantleModel, type MantleIndex } from './mantle-index.js';

/**
 * What `bedrock-mantle` lists. There is no client of the AWS SDK for it: it is asked by plain HTTP, as whoever the SDK's clients
 * are and through the connections that they use.
 */
export function mantleListing(
  options: Pick<ResolvedOptions, 'endpoint'>,
  clients: Pick<AwsClientFactory, 'identity'>,
): Listing<ListedMantleModel, MantleIndex> {
  return {
    name: 'mantle',
    operation: `${MANTLE_SERVICE}:ListModels`,
    logContext: 'ModelDiscoveryService',
    timed: false,
    list: async (call) => {
      const endpoint = mantleEndpointOf(options, call.region);
      const body = await call.send(async (client, { abortSignal }) => {
        const setup = { client: client as unknown as ClientInternals, identity: clients.identity(), endpoint };
        return ask({ ...setup, service: MANTLE_SERVICE }, abortSignal);
      });
      const digest = digestOf(body);
      return (
        call.memory.find(endpoint, digest) ??
        call.memory.keep(endpoint, digest, parseMantleModels(Buffer.from(body).toString()))
      );
    },
    restore: restoreMantleModels,
    index: buildMantleIndex,
    diff: diffMantleModels,
  };
}

async function ask(setup: FetchSetup, signal: AbortSignal): Promise<Uint8Array> {
  const request = new Request(`${setup.endpoint}/v1/models`);
  const response = await sendSigned(setup, setup.client.config.requestHandler, signal, request);
  const body = await readWhole(response.body as Parameters<typeof readWhole>[0], signal, new BodyAllowance());
  if (response.statusCode !== 200) {
    throw refusalIn(response, Buffer.from(body).toString());
  }
  return body;
}

/** @throws MalformedResponseError if there is no list: that is not an empty one. */
function parseMantleModels(text: string): RegionList<ListedMantleModel> {
  const data = recordIn(text)?.['data'];
  if (!Array.isArray(data)) {
    throw new MalformedResponseError('The answer holds no list of models.');
  }
  const models = data.map(parseEntry).filter((model) => model !== undefined);
  if (models.length === 0 && data.length > 0) {
    throw new MalformedResponseError('The answer lists models without ids.');
  }
  const items = uniteById(
    models,
    ({ modelId }) => modelId,
    (former) => former,
  );
  return deepFreeze({ items, unreadable: data.length - models.length });
}

function parseEntry(entry: unknown): ListedMantleModel | undefined {
  const { id, owned_by: ownedBy, data_retention: retention } = isRecord(entry) ? entry : {};
  const modes = isRecord(retention) ? retention['allowed_modes'] : undefined;
  return isText(id)
    ? (present({
        modelId: id,
        ownedBy: nameIn(ownedBy),
        allowedRetentionModes: isTextList(modes) ? modes : undefined,
      }) as ListedMantleModel)
    : undefined;
}

const MEMBERS = ['modelId', 'ownedBy', 'allowedRetentionModes'];

function restoreMantleModels(value: unknown): readonly ListedMantleModel[] | undefined {
  return restoreItems(value, isListedMantleModel, (model) => only(model, MEMBERS));
}

function isListedMantleModel(value: unknown): value is ListedMantleModel {
  return (
    isRecord(value) &&
    isText(value['modelId']) &&
    (value['ownedBy'] === undefined || isText(value['ownedBy'])) &&
    (value['allowedRetentionModes'] === undefined || isTextList(value['allowedRetentionModes']))
  );
}
