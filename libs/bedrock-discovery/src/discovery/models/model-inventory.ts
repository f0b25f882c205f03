import { ListFoundationModelsCommand } from '@aws-sdk/client-bedrock';
import { Injectable } from '@nestjs/common';
import { InventoryContext } from '../inventory-context.js';
import { RegionalInventory } from '../regional-inventory.js';
import { buildModelIndex, type ModelIndex } from './model-index.js';
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
        list: (call) =>
          call.send(async (client, options) =>
            parseModelSummaries(await client.send(options.prepare(new ListFoundationModelsCommand({})), options)),
          ),
        restore: restoreModels,
        index: buildModelIndex,
      },
      context,
    );
  }
}
