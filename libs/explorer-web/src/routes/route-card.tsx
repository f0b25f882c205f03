import type { Route } from 'nestjs-bedrock-discovery';
import { VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { CopyButton } from '../shell/copy-button.js';
import { milliseconds } from '../shell/words.js';

interface RouteCardProps {
  readonly route: Route;
  readonly rank: number;
  readonly chosen?: boolean;
  /** Without its reasons. */
  readonly brief?: boolean;
  readonly onChoose?: () => void;
  /** What a press on the head does. */
  readonly action: string;
}

/** One way to invoke a model, and why it ranks where it does. */
export function RouteCard({ route, rank, chosen = false, brief = false, onChoose, action }: RouteCardProps) {
  const { region, invocationId, via, destinations, latencyMs, access, reasons } = route;
  const served =
    destinations === 'global' ? 'anywhere' : destinations.length === 0 ? 'nowhere listed' : destinations.join(', ');
  return (
    <li class={chosen ? 'route chosen' : 'route'}>
      <button type="button" class="route-head" aria-pressed={chosen} title={action} onClick={onChoose}>
        <span class="rank">{rank}</span>
        <span class="route-region">{region}</span>
        <span class={`via ${via}`}>{VIA_WORDS[via]}</span>
        <span class="latency">{latencyMs === undefined ? '–' : milliseconds(latencyMs)}</span>
      </button>
      <div class="invocation">
        <code>{invocationId}</code>
        <CopyButton text={invocationId} what="the id" />
      </div>
      {brief ? null : (
        <>
          <dl class="facts">
            <dt>Served in</dt>
            <dd class={destinations === 'global' ? 'global' : ''}>{served}</dd>
            <dt>Access</dt>
            <dd class={`access ${access}`}>{access}</dd>
          </dl>
          <ul class="reasons">
            {reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </>
      )}
    </li>
  );
}
