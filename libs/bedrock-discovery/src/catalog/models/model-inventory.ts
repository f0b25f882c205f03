import { Injectable } from '@nestjs/common';
import { bedrockSdk } from '../../aws/clients/bedrock-sdk.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import { RegionalInventory } from '../../inventory/regional-inventory.js';
import { buildModelIndex, diffModels, type ModelIndex } from './model-index.js';
import type { ListedModel } from './model.types.js';
import { parseModelSummaries, restoreModels } from './parse-models.js';

/** What ListFoundationModels lists in all regions. */
@Injectable()
export class ModelInventory extends RegionalInventory<ListedModel, ModelIndex> {
  constructor(context: InventoryContext) {
    super(
      {
        name: 'models',
        operation: 'ListFoundationModels',
        logContext: 'ModelDiscoveryService',
        list: async (call) => {
          const { ListFoundationModelsCommand } = await bedrockSdk();
          return call.send(async (client, options) =>
            parseModelSummaries(await client.send(options.prepare(new ListFoundationModelsCommand({})), options)),
          );
        },
        restore: restoreModels,
        index: buildModelIndex,
        diff: diffModels,
      },
      context,
    );
  }
}
