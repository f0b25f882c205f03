import { Injectable } from '@nestjs/common';
import { InventoryUnavailableError } from '../errors/errors.js';
import { parseReference } from './arn.js';
import { ProfileInventory } from './profiles/profile-inventory.js';
import { pair, type ProfileIndex } from './profiles/profile-index.js';

/** Geographic prefixes that a system profile's id puts before the model's. */
const PROFILE_PREFIX = /^(?:global|us-gov|us|eu|apac|jp|au|ca|in)\.(?=.)/;

/** Finds the model behind any id: a model id, a model ARN, a profile id or a profile ARN. */
@Injectable()
export class ModelReference {
  constructor(private readonly profiles: ProfileInventory) {}

  /**
   * The base model id that `idOrArn` stands for.
   *
   * @param isModel whether an id is that of a known model, which settles the matter
   */
  async resolve(idOrArn: string, isModel: (id: string) => boolean): Promise<string> {
    const { id, kind, region } = parseReference(idOrArn);
    if (!this.#isProfile(id, kind, isModel)) {
      return id;
    }
    return (await this.#listed(id, region)) ?? withoutGeography(id);
  }

  /** As {@link resolve}, from what is known now. */
  peek(idOrArn: string, isModel: (id: string) => boolean): string {
    const { id, kind, region } = parseReference(idOrArn);
    if (!this.#isProfile(id, kind, isModel)) {
      return id;
    }
    const { current } = this.profiles;
    return (current && modelOf(current, id, region)) ?? id.replace(PROFILE_PREFIX, '');
  }

  #isProfile(id: string, kind: 'model' | 'profile' | undefined, isModel: (id: string) => boolean): boolean {
    if (kind === 'model' || (kind === undefined && isModel(id))) {
      return false;
    }
    return kind === 'profile' || PROFILE_PREFIX.test(id) || this.profiles.current?.byId.has(id) === true;
  }

  async #listed(profileId: string, region: string | undefined): Promise<string | undefined> {
    try {
      return modelOf(await this.profiles.ready(), profileId, region);
    } catch (error) {
      if (error instanceof InventoryUnavailableError) {
        return undefined;
      }
      throw error;
    }
  }
}

/** The model of a profile as listed, in one region if given. */
export function modelOf(index: ProfileIndex, profileId: string, region?: string): string | undefined {
  const inRegion = region === undefined ? undefined : index.modelInRegion.get(pair(profileId, region));
  return inRegion ?? index.byId.get(profileId)?.modelIds[0];
}

/** The base model id that a system profile's id holds, or the id itself. */
export function withoutGeography(profileId: string): string {
  return profileId.replace(PROFILE_PREFIX, '');
}
