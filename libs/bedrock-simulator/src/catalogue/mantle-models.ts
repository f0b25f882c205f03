import { checkKeys, checkText, checkTexts } from '../settings/checks.js';

/** A model that `bedrock-mantle` offers, be it in the catalogue or not. */
export interface NewMantleModel {
  /** As `bedrock-mantle` lists it. */
  id: string;
  /** Regions that list it. Default: all. */
  regions?: readonly string[];
  /** Default: `system`. */
  ownedBy?: string;
  /** `data_retention.allowed_modes`. Default: not said. */
  allowedModes?: readonly string[];
}

export interface MantleModel extends Omit<NewMantleModel, 'regions'> {
  readonly regions: ReadonlySet<string>;
}

const KEYS = ['id', 'regions', 'ownedBy', 'allowedModes'] as const;

/** What `bedrock-mantle` offers, region by region: nothing unless it is added. */
export class MantleModels {
  readonly #models = new Map<string, MantleModel>();

  /** @param onChange called after each edit */
  constructor(
    private readonly allRegions: readonly string[],
    private readonly onChange: () => void,
  ) {}

  /** Adds a model, or replaces the one with that id. */
  add(model: NewMantleModel): void {
    checkKeys('addMantleModel', model, KEYS);
    const id = checkText('addMantleModel id', model.id);
    const regions = new Set(checkTexts('addMantleModel regions', model.regions ?? this.allRegions));
    this.#models.set(id, { ...model, regions });
    this.onChange();
  }

  remove(id: string): void {
    this.#models.delete(id);
    this.onChange();
  }

  in(region: string): MantleModel[] {
    return [...this.#models.values()].filter(({ regions }) => regions.has(region));
  }
}
