import { RecordLog } from './record-log.js';

/** One run of a model: what real Bedrock would have charged for. */
export interface RecordedExecution {
  /** ISO 8601, by the simulator's clock. */
  readonly at: string;
  /** The call that had it run. */
  readonly operation:
    | 'Converse'
    | 'ConverseStream'
    | 'InvokeModel'
    | 'InvokeModelWithResponseStream'
    | 'ChatCompletions'
    | 'Responses'
    | 'MantleChatCompletions'
    | 'MantleResponses';
  /** Source region: whose endpoint was called. */
  readonly region: string;
  /** The `modelId` of the call, as it was given: an id or ARN of a model or a profile. */
  readonly invocationId: string;
  /** The model that ran. */
  readonly modelId: string;
  /** The region that it ran in. */
  readonly destination: string;
  /** Who is charged. */
  readonly accountId: string;
  /** Whose credentials signed the call. */
  readonly accessKeyId: string;
  /** `x-amzn-requestid` of the answer, whether it was received or not. */
  readonly requestId: string;
  /** The same for all attempts that an AWS SDK makes for one call; undefined where the client does not say. */
  readonly sdkInvocationId?: string;
  /** The call's own `requestMetadata`, or `metadata` of ChatCompletions. */
  readonly requestMetadata?: Readonly<Record<string, string>>;
  /** First text of the first message. */
  readonly text?: string;
}

/** Which executions to count; what is left out matches all. */
export type ExecutionFilter = Partial<Pick<RecordedExecution, 'modelId' | 'region' | 'invocationId' | 'destination'>>;

/** The runs of models, counted at the moment a model would start to run, and only then. */
export class ExecutionLog extends RecordLog<RecordedExecution, 'modelId' | 'region' | 'invocationId' | 'destination'> {
  constructor() {
    super(['modelId', 'region', 'invocationId', 'destination']);
  }
}
