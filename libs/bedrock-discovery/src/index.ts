/** The library for applications: the AWS SDK is loaded along with it, so that nothing stands still for it later. */
import './aws/clients/load-bedrock-sdk.js';

export * from './api.js';
