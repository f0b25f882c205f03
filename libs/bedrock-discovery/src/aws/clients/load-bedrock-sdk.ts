/**
 * Loads what AWS is asked with along with the application: loaded in the middle of its work, it would hold up everything
 * else for a tenth of a second.
 */
import '@aws-sdk/client-bedrock';
import '@aws-sdk/credential-provider-node';
