import { Injectable } from '@nestjs/common';
import { AwsClientFactory } from '../../aws/clients/aws-client.factory.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import { RegionalInventory } from '../../inventory/regional-inventory.js';
import type { AccountIndex } from './account-index.js';
import { ACCOUNT_OPERATIONS, accountListing } from './account-listings.js';
import type { ListedAccountModel } from './account-model.types.js';
import type { ListedMantleModel, MantleIndex } from './mantle-index.js';
import { mantleListing } from './mantle-listing.js';

/** The inventories that the option `listings` names, and no others. */
@Injectable()
export class AccountInventories {
  /** Of what the account owns. */
  readonly owned: readonly RegionalInventory<ListedAccountModel, AccountIndex>[];
  readonly mantle: RegionalInventory<ListedMantleModel, MantleIndex> | undefined;

  constructor(context: InventoryContext, clients: AwsClientFactory) {
    const { listings } = context.options;
    this.owned = ACCOUNT_OPERATIONS.filter(({ name }) => listings.includes(name)).map(
      (row) => new RegionalInventory(accountListing(row), context),
    );
    this.mantle = listings.includes('mantle')
      ? new RegionalInventory(mantleListing(context.options, clients), context)
      : undefined;
  }

  get all(): readonly RegionalInventory[] {
    return [...this.owned, ...(this.mantle ? [this.mantle] : [])];
  }
}
