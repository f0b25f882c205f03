import type { Route } from 'nestjs-bedrock-discovery';
import { VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { CopyButton } from '../shell/copy-button.js';
import { milliseconds } from '../shell/words.js';
import { Reasons, RouteFacts } from './route-facts.js';

interface RouteCardProps {
  readonly route: Route;
  readonly rank: number;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** One way to invoke a model in a region: a choice, of which the chosen one tells all. */
export function RouteCard({ route, rank, chosen, onChoose }: RouteCardProps) {
  const { region, invocationId, via, latencyMs } = route;
  return (
    <li class={chosen ? 'route chosen' : 'route'}>
      <button
        type="button"
        class="route-head"
        aria-pressed={chosen}
        title="Show its code and policy"
        onClick={onChoose}
      >
        <span class="rank">{rank}</span>
        <span class="route-region">{region}</span>
        <span class={`via ${via}`}>{VIA_WORDS[via]}</span>
        <span class="latency">{latencyMs === undefined ? '–' : milliseconds(latencyMs)}</span>
      </button>
      <div class="invocation">
        <code>{invocationId}</code>
        <CopyButton text={invocationId} what="the id" />
      </div>
      {chosen ? (
        <>
          <RouteFacts route={route} />
          <Reasons reasons={route.reasons} />
        </>
      ) : null}
    </li>
  );
}
