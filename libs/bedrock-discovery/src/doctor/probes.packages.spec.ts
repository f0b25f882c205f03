import { describe, expect, it } from '@jest/globals';
import { packageCheck } from './environment-findings.js';
import { missingPackages } from './probes.js';

const absent = (): Promise<unknown> => Promise.reject(new Error('Cannot find package'));
const present = (): Promise<unknown> => Promise.resolve({});
const LOADERS = {
  '@aws-sdk/client-account': absent,
  '@aws-sdk/client-service-quotas': absent,
  '@aws-sdk/client-sts': absent,
  '@aws-sdk/client-bedrock-runtime': present,
};

describe('optional packages', () => {
  it('are named with the command that installs them, where they are of use and missing', async () => {
    const used = ['@aws-sdk/client-account', '@aws-sdk/client-bedrock-runtime', '@aws-sdk/client-sts'] as const;
    expect(packageCheck(await missingPackages(used, LOADERS))).toEqual({
      id: 'packages',
      status: 'warning',
      title: 'Optional packages',
      detail:
        'Without @aws-sdk/client-account, regions that the account has not opted in to are asked too. ' +
        'Without @aws-sdk/client-sts, the role behind the credentials cannot be named.',
      remedy: 'npm install @aws-sdk/client-account @aws-sdk/client-sts',
    });
  });

  it('are no reason to warn where only the name of the role is lost', async () => {
    expect(packageCheck(await missingPackages(['@aws-sdk/client-sts'], LOADERS))).toMatchObject({
      status: 'ok',
      remedy: 'npm install @aws-sdk/client-sts',
    });
  });

  it('are all there where they are', async () => {
    expect(packageCheck(await missingPackages(['@aws-sdk/client-account']))).toMatchObject({ status: 'ok' });
  });
});
