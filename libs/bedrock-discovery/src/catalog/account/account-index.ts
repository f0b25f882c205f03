import { comparableRegions, type DiscoveryDifference, idsOf, type KnownRegions } from '../../inventory/changes.js';
import type { AccountModel, ListedAccountModel } from './account-model.types.js';

/** What one listing of the account's shows in all regions. */
export interface AccountIndex extends KnownRegions {
  /** By region, then as listed. */
  readonly models: readonly AccountModel[];
  readonly byArn: ReadonlyMap<string, AccountModel>;
}

/** @param describe what follows from the listing that an item is of */
export function buildAccountIndex(
  lists: ReadonlyMap<string, readonly ListedAccountModel[]>,
  partialRegions: ReadonlySet<string>,
  describe: (model: ListedAccountModel) => Pick<AccountModel, 'via' | 'open'>,
): AccountIndex {
  const regions = [...lists.keys()].sort();
  const models = regions.flatMap((region) =>
    (lists.get(region) ?? []).map((model) => Object.freeze({ ...model, region, ...describe(model) })),
  );
  return {
    models: Object.freeze(models),
    byArn: new Map(models.map((model) => [model.arn, model])),
    knownRegions: new Set(regions),
    partialRegions,
  };
}

/** What changed about it between two inventories. */
export function diffAccountModels(before: AccountIndex, after: AccountIndex): DiscoveryDifference[] {
  const { known, whole } = comparableRegions(before, after);
  return idsOf(before.byArn, after.byArn).flatMap((arn): DiscoveryDifference[] => {
    const [was, is] = [before.byArn.get(arn), after.byArn.get(arn)];
    const { region = '', modelId } = is ?? was ?? {};
    const subject = { arn, ...(modelId !== undefined && { modelId }) };
    if (was !== undefined && is !== undefined) {
      return known.has(region) && was.status !== is.status
        ? [{ type: 'account-model-status-changed', ...subject, region, before: was.status, after: is.status }]
        : [];
    }
    if (!whole.has(region)) {
      return [];
    }
    return was === undefined
      ? [{ type: 'account-model-appeared', ...subject, after: [region] }]
      : [{ type: 'account-model-gone', ...subject, before: [region] }];
  });
}
