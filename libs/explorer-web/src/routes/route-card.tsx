import type { Price, Route, RouteQuota } from 'nestjs-bedrock-discovery';
import { API_WORDS, VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { CopyButton } from '../shell/copy-button.js';
import { milliseconds, shortNumber } from '../shell/words.js';

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
  const { region, invocationId, via, destinations, latencyMs, access, price, quota, retention, apis, reasons } = route;
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
            {price === undefined ? null : <Fact name="Price" text={priceInWords(price)} />}
            {quota === undefined ? null : <Fact name="Quota" text={quotaInWords(quota)} />}
            {retention === undefined ? null : <Fact name="Data retention" text={retention.effective} />}
            {apis === undefined ? null : <Fact name="APIs seen" text={apis.map((api) => API_WORDS[api]).join(', ')} />}
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

function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}

function priceInWords({ inputPerMillion, outputPerMillion, currency, asOf }: Price): string {
  const since = asOf === undefined ? '' : `, as of ${asOf.slice(0, 10)}`;
  return `${inputPerMillion} in, ${outputPerMillion} out ${currency} for a million tokens${since}`;
}

function quotaInWords({ tokensPerMinute, requestsPerMinute, tokensPerDay, left }: RouteQuota): string {
  const limits = [
    ...(tokensPerMinute === undefined ? [] : [`${shortNumber(tokensPerMinute)} tokens a minute`]),
    ...(requestsPerMinute === undefined ? [] : [`${shortNumber(requestsPerMinute)} requests a minute`]),
    ...(tokensPerDay === undefined ? [] : [`${shortNumber(tokensPerDay)} tokens a day`]),
  ];
  return `${limits.join(', ') || 'used up'}; ${Math.round(left * 100)} % left`;
}
