export type BedrockSdk = typeof import('@aws-sdk/client-bedrock');

let loading: Promise<BedrockSdk> | undefined;

/**
 * The SDK's Bedrock client. Loading it takes a good part of the start of a process that has all it needs in its cache, so
 * it is loaded when AWS is first asked: with the first scan, which begins while the application starts, where one is due.
 */
export function bedrockSdk(): Promise<BedrockSdk> {
  // In parts, the longest of them would hold up the event loop for two thirds as long, and all together take twice as much.
  loading ??= import('@aws-sdk/client-bedrock');
  return loading;
}
