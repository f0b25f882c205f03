import { expect, it } from '@jest/globals';
import { REJECTION_CODES } from 'nestjs-bedrock-discovery/enumerations';
import { consoleAddress, REMEDIES, termsRemedy } from './remedy.js';

const MODEL = 'anthropic.claude-opus-4-1-20250805-v1:0';

const pagesFor = (region: string, partition: string | undefined): (string | undefined)[] => {
  const remedies = REJECTION_CODES.flatMap(
    (code) => REMEDIES[code]?.(MODEL, { region, invocationId: `eu.${MODEL}` }) ?? [],
  );
  return [...remedies, termsRemedy(MODEL, region)].flatMap(({ page }) =>
    page === undefined ? [] : [consoleAddress(page, region, partition)],
  );
};

it.each([
  ['eu-west-3', 'aws', 'eu-west-3.console.aws.amazon.com'],
  ['cn-north-1', 'aws-cn', 'cn-north-1.console.amazonaws.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'us-gov-west-1.console.amazonaws-us-gov.com'],
])('remedies lead to the console of the partition, and of the region: %s', (region, partition, host) => {
  const pages = pagesFor(region, partition);
  expect([...pages].sort()).toEqual([
    `https://${host}/bedrock/home?region=${region}#/model-catalog/serverless/${MODEL}`,
    `https://${host}/bedrock/home?region=${region}#/modelaccess`,
    `https://${host}/bedrock/home?region=${region}#/settings`,
    `https://${host}/servicequotas/home/services/bedrock/quotas?region=${region}`,
  ]);
  for (const page of pages) {
    const { host: of, searchParams } = new URL(page ?? '');
    expect([of, searchParams.get('region')]).toEqual([host, region]);
  }
});

it.each([
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['eu-west-3', undefined],
])('remedies lead to no console where that of the partition is not known: %s of %s', (region, partition) => {
  expect(pagesFor(region, partition).filter((page) => page !== undefined)).toEqual([]);
});
