import type { DataRetentionMode } from '../catalogue/data-retention.js';
import type { OperationCall } from './operation.js';

export function getAccountDataRetention({ region, accountId, retention }: OperationCall): object {
  return retention.get(region, accountId);
}

export function putAccountDataRetention({ region, accountId, body, retention }: OperationCall): object {
  const { mode } = body.object as unknown as { readonly mode: DataRetentionMode };
  retention.set(region, mode, accountId);
  return retention.get(region, accountId);
}
