export type BedrockSdk = typeof import('@aws-sdk/client-bedrock');

let loading: Promise<BedrockSdk> | undefined;

/**
 * The SDK's Bedrock client. Loading it takes a good part of the start of a process that has all it needs in its cache, so
 * it is loaded when AWS is first asked, unless the application was to load it at its own start, as the main entry does.
 */
export function bedrockSdk(): Promise<BedrockSdk> {
  loading ??= import('@aws-sdk/client-bedrock');
  return loading;
}
