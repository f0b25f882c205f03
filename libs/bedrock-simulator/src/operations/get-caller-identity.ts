import { unknownOperation } from '../protocol/aws-error.js';
import type { OperationCall } from './operation.js';

/** STS speaks forms and XML. */
export function getCallerIdentity({ body, accountId, requestId }: OperationCall): string {
  const action = new URLSearchParams(body.text).get('Action');
  if (action !== 'GetCallerIdentity') {
    throw unknownOperation(`bedrock-simulator does not play ${action ?? 'that'} of STS.`);
  }
  return (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    `<Arn>arn:aws:iam::${accountId}:user/simulator</Arn><UserId>AIDASIMULATED</UserId><Account>${accountId}</Account>` +
    `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`
  );
}
