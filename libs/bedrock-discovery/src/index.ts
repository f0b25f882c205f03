/**
 * The library for applications. What AWS is asked with is loaded along with it: loaded in the middle of the application's
 * work, it would hold up everything else for a tenth of a second.
 */
import '@aws-sdk/client-bedrock';
import '@aws-sdk/credential-provider-node';

export * from './api.js';
