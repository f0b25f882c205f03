import { validationError } from '../protocol/aws-error.js';
import { checkedEnum } from './constraints.js';
import type { OperationCall } from './operation.js';
import { pageOf, pageSizeOf } from './paging.js';

const STATUSES = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'];
const MAX_RESULTS = 50;

/** `account:ListRegions`: the regions of the catalogue with what the account did about them. */
export function listRegions({ accountId, body, catalogue, optIns, pageSize }: OperationCall): object {
  const { MaxResults, NextToken, RegionOptStatusContains: statuses } = parse(body);
  if (Array.isArray(statuses))
    for (const status of statuses)
      checkedEnum(JSON.stringify(status).replaceAll('"', ''), 'regionOptStatusContains', STATUSES);
  const maxResults = MaxResults === undefined ? undefined : JSON.stringify(MaxResults);
  const size = Math.min(pageSizeOf(maxResults, MAX_RESULTS, 'maxResults'), pageSize);
  const regions = catalogue.regions
    .map((region) => ({ RegionName: region, RegionOptStatus: optIns.status(region) }))
    .filter((region) => !Array.isArray(statuses) || statuses.includes(region.RegionOptStatus))
    .toSorted((one, other) => (one.RegionName < other.RegionName ? -1 : 1));
  const token = typeof NextToken === 'string' ? NextToken : undefined;
  const page = pageOf(regions, size, token, `${accountId}|regions|${String(statuses)}`);
  return { NextToken: page.nextToken, Regions: page.items };
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // answered below, as for any other body that is no object
  }
  throw validationError('The request body is not a JSON object.');
}
