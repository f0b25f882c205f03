import { RecordLog } from './record-log.js';

/** A provider's terms that a first call accepted for the account. */
export interface RecordedAgreement {
  /** The model whose terms they are. */
  readonly modelId: string;
  /** Region of the call that accepted them. */
  readonly region: string;
  /** ISO 8601, by the simulator's clock. */
  readonly at: string;
}

/** The agreements that calls accepted, for assertions about calls that must not. */
export class AgreementLog extends RecordLog<RecordedAgreement, 'modelId' | 'region'> {
  constructor() {
    super(['modelId', 'region']);
  }
}
