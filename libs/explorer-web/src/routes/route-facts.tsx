import type { ComponentChildren } from 'preact';
import type { Price, Route, RouteQuota } from 'nestjs-bedrock-discovery';
import { ACCESS_TEXTS, API_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { shortNumber } from '../shell/words.js';

/** Where calls may be served; what may be served anywhere carries its mark. */
export function Served({ destinations }: Pick<Route, 'destinations'>) {
  return destinations === 'global' ? (
    <span class="leaves">anywhere</span>
  ) : (
    <>{destinations.length === 0 ? 'nowhere listed' : destinations.join(', ')}</>
  );
}

/** What is known of a route. */
export function RouteFacts({ route }: { readonly route: Route }) {
  const { destinations, access, price, quota, retention, apis } = route;
  return (
    <dl class="facts">
      <dt>Served in</dt>
      <dd>
        <Served destinations={destinations} />
      </dd>
      <dt>Access</dt>
      <dd class={`access ${access}`} title={ACCESS_TEXTS[access]}>
        {access}
      </dd>
      {price === undefined ? null : <Fact name="Price" text={priceInWords(price)} />}
      {quota === undefined ? null : <Fact name="Quota" text={quotaInWords(quota)} />}
      {retention === undefined ? null : <Fact name="Data retention" text={retention.effective} />}
      {apis === undefined ? null : <Fact name="APIs seen" text={apis.map((api) => API_WORDS[api]).join(', ')} />}
    </dl>
  );
}

/** Why a route is offered and ranks where it does: the same facts as sentences, for those who want to know. */
export function Reasons({ reasons, children }: Pick<Route, 'reasons'> & { readonly children?: ComponentChildren }) {
  return (
    <details class="details">
      <summary>Why it ranks here</summary>
      {children}
      <ul class="reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </details>
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

export function priceInWords({ inputPerMillion, outputPerMillion, currency, asOf }: Price): string {
  const since = asOf === undefined ? '' : `, as of ${asOf.slice(0, 10)}`;
  return `${inputPerMillion} ${currency} in, ${outputPerMillion} ${currency} out for a million tokens${since}`;
}

export function quotaInWords({ tokensPerMinute, requestsPerMinute, tokensPerDay, left }: RouteQuota): string {
  const limits = [
    ...(tokensPerMinute === undefined ? [] : [`${shortNumber(tokensPerMinute)} tokens a minute`]),
    ...(requestsPerMinute === undefined ? [] : [`${shortNumber(requestsPerMinute)} requests a minute`]),
    ...(tokensPerDay === undefined ? [] : [`${shortNumber(tokensPerDay)} tokens a day`]),
  ];
  return `${limits.join(', ') || 'used up'}; ${Math.round(left * 100)} % left`;
}
