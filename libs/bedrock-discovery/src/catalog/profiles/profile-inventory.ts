import type { InferenceProfileType } from '@aws-sdk/client-bedrock';
import { Injectable } from '@nestjs/common';
import { clip } from '../../errors/redact.js';
import { InventoryContext } from '../../inventory/inventory-context.js';
import { type ListedPage, pageOf, readPages, type RegionList } from '../../inventory/listing.js';
import type { RegionCall } from '../../inventory/region-client.js';
import { keepEqual } from '../../inventory/region-question.js';
import { RegionalInventory } from '../../inventory/regional-inventory.js';
import { parseBedrockArn } from '../arn.js';
import { idOfProfile, joinPages, parseProfileSummaries, restoreProfiles } from './parse-profiles.js';
import { buildProfileIndex, diffProfiles, type ProfileIndex } from './profile-index.js';
import type { ListedProfile } from './profile.types.js';

const PAGE_SIZE = 1000;
const MAX_RESTARTS = 2;

type Page = ListedPage<ListedProfile>;

/** Both types, every page: without a type, only the system's own profiles come back. */
export async function listProfiles(call: RegionCall): Promise<RegionList<ListedProfile>> {
  const pages = await Promise.all([listType(call, 'SYSTEM_DEFINED'), listType(call, 'APPLICATION')]);
  return call.memory.join(pages.flat(), joinPages);
}

async function listType(call: RegionCall, type: InferenceProfileType): Promise<readonly Page[]> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      return await listPages(call, type);
    } catch (error) {
      if (!isRejectedToken(error) || restarts === MAX_RESTARTS) {
        throw error;
      }
    }
  }
}

async function listPages(call: RegionCall, type: InferenceProfileType): Promise<readonly Page[]> {
  return readPages((nextToken, page) =>
    call.ask({
      key: `${type} ${page}`,
      command: (sdk) =>
        new sdk.ListInferenceProfilesCommand({
          typeEquals: type,
          maxResults: PAGE_SIZE,
          ...(nextToken !== undefined && { nextToken }),
        }),
      read: (output, former, share) =>
        pageOf(output, keepEqual(parseProfileSummaries(output, share), former, idOfProfile)),
    }),
  );
}

/** "The provided pagination token is no longer valid. Please retry without a token." */
function isRejectedToken(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationException' && /token/i.test(clip(error.message));
}

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
        diff: diffProfiles,
        accountOf: (profiles) => profiles[0] && parseBedrockArn(profiles[0].here.inferenceProfileArn)?.accountId,
      },
      context,
    );
  }
}
