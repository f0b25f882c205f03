import { validationError } from '../protocol/aws-error.js';
import { checkedEnum } from './constraints.js';
import type { OperationCall } from './operation.js';
import { pageOf, pageSizeOf } from './paging.js';

const STATUSES = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'];
const MAX_RESULTS = 50;

interface ListRegionsRequest {
  MaxResults?: number;
  NextToken?: string;
  RegionOptStatusContains?: string[];
}

/** `account:ListRegions`: the regions of the catalogue with what the account did about them. */
export function listRegions({ accountId, body, catalogue, optIns, pageSize }: OperationCall): object {
  const { MaxResults, NextToken, RegionOptStatusContains: statuses = STATUSES } = requestIn(body);
  for (const status of statuses) {
    checkedEnum(status, 'regionOptStatusContains', STATUSES);
  }
  const size = Math.min(pageSizeOf(MaxResults?.toString(), MAX_RESULTS, 'maxResults'), pageSize);
  const regions = catalogue.regions
    .map((region) => ({ RegionName: region, RegionOptStatus: optIns.status(region) }))
    .filter((region) => statuses.includes(region.RegionOptStatus))
    .toSorted((one, other) => (one.RegionName < other.RegionName ? -1 : 1));
  const page = pageOf(regions, size, NextToken, `${accountId}|${statuses.join()}`);
  return { NextToken: page.nextToken, Regions: page.items };
}

function requestIn({ objectOrEmpty: value }: OperationCall['body']): ListRegionsRequest {
  if (isRequest(value)) {
    return value;
  }
  throw validationError('The request body is not valid.');
}

function isRequest(value: unknown): value is ListRegionsRequest {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { MaxResults, NextToken, RegionOptStatusContains } = value as Record<keyof ListRegionsRequest, unknown>;
  return (
    (MaxResults === undefined || typeof MaxResults === 'number') &&
    (NextToken === undefined || typeof NextToken === 'string') &&
    (RegionOptStatusContains === undefined ||
      (Array.isArray(RegionOptStatusContains) && RegionOptStatusContains.every((status) => typeof status === 'string')))
  );
}
