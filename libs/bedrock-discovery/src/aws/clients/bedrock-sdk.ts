import { setImmediate } from 'node:timers/promises';

export type BedrockSdk = typeof import('@aws-sdk/client-bedrock');

/** What the SDK's client stands on, the largest parts of it. */
const PARTS: readonly (() => Promise<unknown>)[] = [
  () => import('@smithy/core/config'),
  () => import('@smithy/core/serde'),
  () => import('@smithy/core/schema'),
  () => import('@smithy/core/protocols'),
  () => import('@smithy/core/event-streams'),
  () => import('@smithy/node-http-handler'),
];

let loading: Promise<BedrockSdk> | undefined;

/**
 * The SDK's Bedrock client. Loading it takes a good part of the start of a process that has all it needs in its cache, so
 * it is loaded when AWS is first asked: with the first scan, which begins while the application starts, where one is due.
 */
export function bedrockSdk(): Promise<BedrockSdk> {
  loading ??= load();
  return loading;
}

/** One part per turn of the event loop: all at once would hold up for a tenth of a second what else the process does. */
async function load(): Promise<BedrockSdk> {
  for (const loadPart of PARTS) {
    await loadPart();
    await setImmediate();
  }
  return import('@aws-sdk/client-bedrock');
}
