import { DATA_RETENTION_MODES, type DataRetentionMode } from '../catalogue/data-retention.js';
import { validationError } from '../protocol/aws-error.js';
import { checkedEnum } from './constraints.js';
import type { OperationCall } from './operation.js';

export function getAccountDataRetention({ region, accountId, retention }: OperationCall): object {
  return retention.get(region, accountId);
}

export function putAccountDataRetention({ region, accountId, body, retention }: OperationCall): object {
  retention.set(region, modeIn(body), accountId);
  return retention.get(region, accountId);
}

function modeIn(body: string): DataRetentionMode {
  const mode = parse(body);
  if (typeof mode !== 'string') {
    throw validationError('The request body is not valid.');
  }
  checkedEnum(mode, 'mode', DATA_RETENTION_MODES);
  return mode as DataRetentionMode;
}

function parse(body: string): unknown {
  try {
    return (JSON.parse(body) as { mode?: unknown } | null)?.mode;
  } catch {
    return undefined;
  }
}
