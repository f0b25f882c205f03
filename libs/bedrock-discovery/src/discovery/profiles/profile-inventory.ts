import { Injectable } from '@nestjs/common';
import { parseBedrockArn } from '../bedrock-arn.js';
import { InventoryContext } from '../inventory-context.js';
import { RegionalInventory } from '../regional-inventory.js';
import { listProfiles } from './list-profiles.js';
import { restoreProfiles } from './parse-profiles.js';
import { buildProfileIndex, type ProfileIndex } from './profile-index.js';
import type { ListedProfile } from './profile.types.js';

/** What ListInferenceProfiles lists in all regions. */
@Injectable()
export class ProfileInventory extends RegionalInventory<ListedProfile, ProfileIndex> {
  constructor(context: InventoryContext) {
    super(
      {
        name: 'profiles',
        operation: 'ListInferenceProfiles',
        logContext: 'ProfileDiscoveryService',
        list: listProfiles,
        restore: restoreProfiles,
        index: buildProfileIndex,
        accountOf: (profiles) => profiles[0] && parseBedrockArn(profiles[0].inferenceProfileArn)?.accountId,
      },
      context,
    );
  }
}
