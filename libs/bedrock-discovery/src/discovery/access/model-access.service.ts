import { Injectable } from '@nestjs/common';
import type { RegionFailure } from '../../errors/failure.js';
import type { AccessState, ModelAccess } from './access.types.js';
@Injectable()
export class ModelAccessService {
  version = 0;
  nextExpiryAt = Number.POSITIVE_INFINITY;
  async getAccess(modelId: string, region: string, _o?: { signal?: AbortSignal }): Promise<ModelAccess> {
    return this.peekAccess(modelId, region);
  }
  peekAccess(modelId: string, region: string): ModelAccess {
    return { modelId, region, state: 'unknown', reason: 'x' };
  }
  stateOf(_m: string, _r: string, _i: string): AccessState {
    return 'unknown';
  }
  explain(modelId: string, region: string, _i: string): ModelAccess {
    return this.peekAccess(modelId, region);
  }
  recordSuccess(_r: { modelId: string; region: string; invocationId: string }): void {}
  recordDenial(_r: { modelId: string; region: string; invocationId: string }, _f: RegionFailure): void {}
}
