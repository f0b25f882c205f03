import { checkNumber, checkText } from '../settings/checks.js';

/** How long models take from the start of a run to its first token. */
export class ModelLatency {
  readonly #perModel = new Map<string, number>();
  #others: number;

  constructor(latencyMs: number) {
    this.#others = checkNumber('modelLatency', latencyMs, 0);
  }

  /** @param modelId or `'*'` for all */
  set(modelId: string, latencyMs: number): void {
    checkText('setModelLatency modelId', modelId);
    checkNumber('modelLatency', latencyMs, 0);
    if (modelId === '*') {
      this.#perModel.clear();
      this.#others = latencyMs;
    } else {
      this.#perModel.set(modelId, latencyMs);
    }
  }

  of(modelId: string): number {
    return this.#perModel.get(modelId) ?? this.#others;
  }
}
