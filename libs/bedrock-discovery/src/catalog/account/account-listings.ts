import type { BedrockSdk } from '../../aws/clients/bedrock-sdk.js';
import { MalformedResponseError } from '../../errors/errors.js';
import { type Listing, pageOf, readPages, type RegionList, uniteById } from '../../inventory/listing.js';
import { restoreItems } from '../../inventory/region-question.js';
import type { RegionCall } from '../../inventory/region-client.js';
import { deepFreeze } from '../../util/deep-freeze.js';
import {
  isoTime,
  isRecord,
  isText,
  isTextList,
  isTimeOrAbsent,
  nameIn,
  only,
  present,
  union,
} from '../../util/guards.js';
import { parseBedrockArn } from '../arn.js';
import type { Via } from '../vias.js';
import { type AccountIndex, buildAccountIndex, diffAccountModels } from './account-index.js';
import type { AccountListing, ListedAccountModel } from './account-model.types.js';

type Entry = Readonly<Record<string, unknown>>;

/** How one kind of what an account owns is listed. */
interface AccountOperation {
  readonly name: AccountListing;
  readonly via: Via;
  readonly operation: string;
  /** How ARNs of the kind go on after region and account. */
  readonly resource: RegExp;
  /** The status with which it takes calls; undefined where there is none. */
  readonly openStatus?: string;
  readonly command: (sdk: BedrockSdk, page: { nextToken?: string }) => object;
  /** Names of the members that hold the list, and of each entry its ARN, name and time. */
  readonly list: string;
  readonly arn: string;
  readonly named?: string;
  readonly created: string;
  /** What it stands for and is made of. */
  readonly madeOf?: (entry: Entry) => Pick<ListedAccountModel, 'modelId' | 'baseModelIds' | 'targetArns'>;
}

export const ACCOUNT_OPERATIONS: readonly AccountOperation[] = [
  {
    name: 'provisioned',
    via: 'provisioned-throughput',
    operation: 'ListProvisionedModelThroughputs',
    resource: /^provisioned-model\//,
    openStatus: 'InService',
    command: (sdk, page) => new sdk.ListProvisionedModelThroughputsCommand(page),
    list: 'provisionedModelSummaries',
    arn: 'provisionedModelArn',
    named: 'provisionedModelName',
    created: 'creationTime',
    madeOf: ({ modelArn, foundationModelArn }) => ({
      modelId: foundationModelIn(modelArn),
      baseModelIds: modelsIn([foundationModelArn]),
    }),
  },
  {
    name: 'imported',
    via: 'imported-model',
    operation: 'ListImportedModels',
    resource: /^imported-model\//,
    command: (sdk, page) => new sdk.ListImportedModelsCommand(page),
    list: 'modelSummaries',
    arn: 'modelArn',
    named: 'modelName',
    created: 'creationTime',
  },
  {
    name: 'custom',
    via: 'custom-deployment',
    operation: 'ListCustomModelDeployments',
    resource: /^custom-model-deployment\//,
    openStatus: 'Active',
    command: (sdk, page) => new sdk.ListCustomModelDeploymentsCommand(page),
    list: 'modelDeploymentSummaries',
    arn: 'customModelDeploymentArn',
    named: 'customModelDeploymentName',
    created: 'createdAt',
  },
  {
    name: 'marketplace',
    via: 'marketplace-endpoint',
    operation: 'ListMarketplaceModelEndpoints',
    resource: /^endpoint\//,
    openStatus: 'REGISTERED',
    command: (sdk, page) => new sdk.ListMarketplaceModelEndpointsCommand(page),
    list: 'marketplaceModelEndpoints',
    arn: 'endpointArn',
    created: 'createdAt',
  },
  {
    name: 'routers',
    via: 'prompt-router',
    operation: 'ListPromptRouters',
    resource: /^(?:default-)?prompt-router\//,
    openStatus: 'AVAILABLE',
    command: (sdk, page) => new sdk.ListPromptRoutersCommand(page),
    list: 'promptRouterSummaries',
    arn: 'promptRouterArn',
    named: 'promptRouterName',
    created: 'createdAt',
    madeOf: ({ models, fallbackModel }) => {
      const targetArns = [models, fallbackModel].flat().map((target) => (isRecord(target) ? target['modelArn'] : ''));
      // One that cannot be read may be anywhere.
      const known = targetArns.every(isText) ? union(targetArns, []) : [];
      return { baseModelIds: modelsIn(targetArns), targetArns: known };
    },
  },
];

const OWNED_ARN = /^arn:aws[a-z-]*:(?:bedrock|sagemaker):[a-z0-9-]+:\d*:(.+)$/;

/** How what an ARN names is called; undefined for that of a foundation model or a profile, and for what is no ARN. */
export function viaOfArn(arn: string): Via | undefined {
  const [, resource] = OWNED_ARN.exec(arn) ?? [];
  return resource === undefined ? undefined : ACCOUNT_OPERATIONS.find((each) => each.resource.test(resource))?.via;
}

export function accountListing(row: AccountOperation): Listing<ListedAccountModel, AccountIndex> {
  const { name, operation, via, openStatus } = row;
  const isOpen = ({ status }: ListedAccountModel): boolean => openStatus === undefined || status === openStatus;
  return {
    name,
    operation,
    logContext: 'ModelDiscoveryService',
    timed: false,
    list: (call) => listAccountModels(row, call),
    restore: (value) => restoreAccountModels(value, via),
    index: (lists, partialRegions) =>
      buildAccountIndex(lists, partialRegions, (model) => ({ via, open: isOpen(model) })),
    diff: diffAccountModels,
  };
}

async function listAccountModels(row: AccountOperation, call: RegionCall): Promise<RegionList<ListedAccountModel>> {
  const pages = await readPages((nextToken, page) =>
    call.ask({
      key: `${row.name} ${page}`,
      command: (sdk) => row.command(sdk, nextToken === undefined ? {} : { nextToken }),
      read: (output) => pageOf(output, parseAccountModels(row, call.region, output)),
    }),
  );
  return call.memory.join(pages, joinPages);
}

function joinPages(pages: readonly RegionList<ListedAccountModel>[]): RegionList<ListedAccountModel> {
  const items = uniteById(
    pages.flatMap((page) => page.items),
    ({ arn }) => arn,
    (former) => former,
  );
  return deepFreeze({ items, unreadable: pages.reduce((sum, { unreadable }) => sum + unreadable, 0) });
}

/**
 * One page. What has no ARN that can be shown, or that of another region, cannot be read.
 *
 * @throws MalformedResponseError if there is no list: that is not an empty one.
 */
export function parseAccountModels(
  row: AccountOperation,
  region: string,
  output: unknown,
): RegionList<ListedAccountModel> {
  const entries = isRecord(output) ? output[row.list] : undefined;
  if (!Array.isArray(entries)) {
    throw new MalformedResponseError(`The answer to ${row.operation} holds no list.`);
  }
  const items = entries.map((entry) => parseEntry(row, region, entry)).filter((item) => item !== undefined);
  if (items.length === 0 && entries.length > 0) {
    throw new MalformedResponseError(`The answer to ${row.operation} lists entries without ARNs.`);
  }
  return { items, unreadable: entries.length - items.length };
}

function parseEntry(row: AccountOperation, region: string, entry: unknown): ListedAccountModel | undefined {
  const arn = isRecord(entry) ? entry[row.arn] : undefined;
  if (!isRecord(entry) || !isText(arn) || viaOfArn(arn) !== row.via || arn.split(':')[3] !== region) {
    return undefined;
  }
  const name = row.named === undefined ? undefined : nameIn(entry[row.named]);
  return present({
    arn,
    name: name ?? arn.slice(arn.lastIndexOf('/') + 1),
    status: row.openStatus === undefined ? undefined : (nameIn(entry['status']) ?? 'UNKNOWN'),
    baseModelIds: [],
    ...row.madeOf?.(entry),
    createdAt: isoTime(entry[row.created]),
  }) as ListedAccountModel;
}

const MEMBERS = ['arn', 'name', 'status', 'modelId', 'baseModelIds', 'targetArns', 'createdAt'];

/** As a cache tier returned them, if they are what was stored. */
function restoreAccountModels(value: unknown, via: Via): readonly ListedAccountModel[] | undefined {
  const isStored = (item: unknown): item is ListedAccountModel =>
    isListedAccountModel(item) && viaOfArn(item.arn) === via;
  return restoreItems(value, isStored, (item) => only(item, MEMBERS));
}

function isListedAccountModel(value: unknown): value is ListedAccountModel {
  const isAbsentOr = (is: (member: unknown) => boolean, member: unknown): boolean => member === undefined || is(member);
  return (
    isRecord(value) &&
    isText(value['arn']) &&
    isText(value['name']) &&
    isAbsentOr(isText, value['status']) &&
    isAbsentOr(isText, value['modelId']) &&
    isTextList(value['baseModelIds']) &&
    isAbsentOr(isTextList, value['targetArns']) &&
    isTimeOrAbsent(value['createdAt'])
  );
}

function foundationModelIn(arn: unknown): string | undefined {
  const parsed = isText(arn) ? parseBedrockArn(arn) : undefined;
  return parsed?.resourceType === 'foundation-model' ? parsed.resourceId : undefined;
}

function modelsIn(arns: readonly unknown[]): readonly string[] {
  return union(arns.map(foundationModelIn).filter(isText), []);
}
