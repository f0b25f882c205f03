import { Injectable } from '@nestjs/common';
import { InventoryContext } from '../../inventory/inventory-context.js';
import type { RegionList } from '../../inventory/listing.js';
import { keepEqual, type Question } from '../../inventory/region-question.js';
import { RegionalInventory } from '../../inventory/regional-inventory.js';
import { buildModelIndex, diffModels, type ModelIndex } from './model-index.js';
import type { ListedModel } from './model.types.js';
import { idOfModel, parseModelSummaries, restoreModels } from './parse-models.js';

const ALL_MODELS: Question<RegionList<ListedModel>> = {
  key: 'models',
  command: (sdk) => new sdk.ListFoundationModelsCommand({}),
  read: (output, former, share) => keepEqual(parseModelSummaries(output, share), former, idOfModel),
};

/** What ListFoundationModels lists in all regions. */
@Injectable()
export class ModelInventory extends RegionalInventory<ListedModel, ModelIndex> {
  constructor(context: InventoryContext) {
    super(
      {
        name: 'models',
        operation: 'ListFoundationModels',
        logContext: 'ModelDiscoveryService',
        list: (call) => call.ask(ALL_MODELS),
        restore: restoreModels,
        index: buildModelIndex,
        diff: diffModels,
      },
      context,
    );
  }
}
