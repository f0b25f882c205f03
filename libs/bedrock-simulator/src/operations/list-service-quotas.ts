import { AwsError, validationError } from '../protocol/aws-error.js';
import { randomBits } from '../settings/random-share.js';
import type { OperationCall } from './operation.js';
import { pageOf, pageSizeOf } from './paging.js';

const MAX_RESULTS = 100;

/** `servicequotas:ListServiceQuotas` of Bedrock: the quotas of models that are set, by the names that real ones have. */
export function listServiceQuotas({ region, accountId, body, quotas, pageSize }: OperationCall): object {
  const { ServiceCode, MaxResults, NextToken } = body.objectOrEmpty ?? {};
  if (typeof ServiceCode !== 'string' || (NextToken !== undefined && typeof NextToken !== 'string')) {
    throw validationError('The request body is not valid.');
  }
  if (ServiceCode !== 'bedrock') {
    throw new AwsError('NoSuchResourceException', 400, `bedrock-simulator has no quotas of ${ServiceCode}.`);
  }
  const asked = MaxResults === undefined ? undefined : JSON.stringify(MaxResults);
  const size = Math.min(pageSizeOf(asked, MAX_RESULTS, 'maxResults'), pageSize);
  const page = pageOf(quotas.listed(region), size, NextToken, `${accountId}|${region}|quotas`);
  return {
    NextToken: page.nextToken,
    Quotas: page.items.map(({ name, value, adjustable }) => {
      const code = `L-${randomBits('quota', name).toString(16).padStart(8, '0').toUpperCase()}`;
      return {
        ServiceCode,
        ServiceName: 'Amazon Bedrock',
        QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:${ServiceCode}/${code}`,
        QuotaCode: code,
        QuotaName: name,
        Value: value,
        Unit: 'None',
        Adjustable: adjustable,
        GlobalQuota: false,
        QuotaAppliedAtLevel: 'ACCOUNT',
      };
    }),
  };
}
