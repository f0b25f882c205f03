import type { BedrockSimulator, SimulatorOptions } from 'bedrock-simulator';
import type { BedrockDiscoveryOptions } from 'nestjs-bedrock-discovery';

/** Often enough that somebody who looks on sees something happen. */
const STEP_MS = 60_000;
const DAY_MS = 86_400_000;
const LARGE = 'mistral.mistral-large-2407-v1:0';
const SONNET = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

/** What makes the embedded simulator look like an account that is used: not all is well, and things change. */
export interface Demonstration {
  readonly simulator: SimulatorOptions;
  readonly discovery: BedrockDiscoveryOptions;
  /** Prepares the simulator and goes on changing it, until the function that is returned is called. */
  readonly play: (simulator: BedrockSimulator) => () => void;
}

export const DEMONSTRATION: Demonstration = {
  simulator: { optIn: 'all', jitter: 0.25 },
  // In the second half of each minute, when a step has just been taken.
  discovery: {
    refresh: { cron: '30 * * * * *', jitter: 0 },
    latency: { smoothing: 0.5 },
    access: { mode: 'eager' },
    quotas: { mode: 'listed' },
  },
  play(simulator) {
    prepare(simulator);
    const steps = story(simulator);
    let next = 0;
    const timer = setInterval(() => {
      steps[next % steps.length]?.();
      next += 1;
    }, STEP_MS);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** What is so from the start. */
function prepare(simulator: BedrockSimulator): void {
  simulator.optOut('ap-southeast-6');
  simulator.addFault({ region: 'ap-south-2', operation: 'ListFoundationModels', kind: 'throttled' });
  simulator.addFault({ region: 'ca-west-1', operation: 'ListInferenceProfiles', kind: 'access-denied' });
  simulator.addApplicationProfile({ region: 'eu-central-1', name: 'support-chat', copyFrom: `eu.${SONNET}` });
  simulator.addApplicationProfile({ region: 'us-east-1', name: 'billing-reports', copyFrom: `us.${SONNET}` });
  simulator.setAccess('anthropic.claude-opus-4-1-20250805-v1:0', { authorization: 'NOT_AUTHORIZED' });
  simulator.setAccess('cohere.rerank-v3-5:0', { agreement: 'NOT_AVAILABLE' });
  simulator.setDataRetention('us-east-1', 'provider_data_share');
  for (const scope of ['cross-region', 'global'] as const) {
    simulator.setQuota({ modelId: SONNET, scope, tokensPerMinute: 200_000, requestsPerMinute: 200 });
  }
  simulator.setQuota({ modelId: 'amazon.nova-lite-v1:0', scope: 'on-demand', tokensPerMinute: 2_000_000 });
  simulator.setQuota({ modelId: 'amazon.nova-2-sonic-v1:0', scope: 'on-demand', tokensPerDay: 0 });
}

/** What happens then, one step after the other and over again. */
function story(simulator: BedrockSimulator): readonly (() => void)[] {
  const ofFault: (() => void)[] = [];
  return [
    () => {
      ofFault.push(simulator.addFault({ region: 'eu-south-2', kind: 'service-unavailable' }));
      simulator.addModel({ modelId: LARGE, regions: ['eu-south-1'] });
    },
    () => {
      const in45Days = new Date(Date.now() + 45 * DAY_MS).toISOString();
      const lifecycle = { status: 'LEGACY', legacyTime: new Date().toISOString(), endOfLifeTime: in45Days } as const;
      simulator.setLifecycle('meta.llama3-1-70b-instruct-v1:0', lifecycle);
    },
    () => {
      ofFault.splice(0).forEach((end) => end());
      simulator.setDestinations(`eu.${SONNET}`, 'eu-north-1', ['eu-north-1', 'eu-central-1', 'eu-west-1']);
    },
    () => simulator.removeModel(LARGE, 'eu-south-1'),
    () => {
      ofFault.push(
        simulator.addFault({ region: 'af-south-1', operation: 'ListFoundationModels', kind: 'internal-error' }),
      );
      const destinations = ['eu-central-1', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-3'];
      simulator.setDestinations(`eu.${SONNET}`, 'eu-north-1', destinations);
    },
    () => {
      ofFault.splice(0).forEach((end) => end());
      simulator.setLifecycle('meta.llama3-1-70b-instruct-v1:0', { status: 'ACTIVE' });
    },
  ];
}
