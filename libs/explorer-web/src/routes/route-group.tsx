import { useState } from 'preact/hooks';
import type { Route } from 'nestjs-bedrock-discovery';
import { VIA_WORDS } from 'nestjs-bedrock-discovery/enumerations';
import { CopyButton } from '../shell/copy-button.js';
import { milliseconds } from '../shell/words.js';
import { openCell } from '../state/store.js';
import { priceInWords, Reasons, Served } from './route-facts.js';
import { Terms } from './remedies.js';

/** Routes that share an id, the best first: they differ in the region that is called. */
export interface RouteGroup {
  readonly invocationId: string;
  readonly best: Route;
  readonly routes: readonly Route[];
}

/** In the order of the best of each. */
export function groupById(routes: readonly Route[]): readonly RouteGroup[] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    groups.set(route.invocationId, [...(groups.get(route.invocationId) ?? []), route]);
  }
  return [...groups].flatMap(([invocationId, [best, ...others]]) =>
    best === undefined ? [] : [{ invocationId, best, routes: [best, ...others] }],
  );
}

/** More than anybody goes through. */
const FIRST_REGIONS = 8;

/** "Use this id from these regions", with the code and the policy one press away. */
export function RouteGroupCard({ group, rank }: { readonly group: RouteGroup; readonly rank: number }) {
  const { invocationId, best, routes } = group;
  const [all, showAll] = useState(false);
  const shown = all ? routes : routes.slice(0, FIRST_REGIONS);
  const obtainable = routes.find(({ access }) => access === 'obtainable');
  return (
    <li class="route">
      <div class="invocation">
        <span class="rank">{rank}</span>
        <span>Use</span>
        <code>{invocationId}</code>
        <CopyButton text={invocationId} what="the id" />
      </div>
      <p class="route-regions">
        <span class="muted">from </span>
        {shown.map(({ modelId, region, latencyMs }, index) => (
          <span key={region}>
            {index === 0 ? '' : ' · '}
            <button
              type="button"
              class="link route-region"
              title={`Code and policy in ${region}`}
              onClick={() => openCell(modelId, region)}
            >
              {region}
            </button>
            {latencyMs === undefined ? '' : ` (${milliseconds(latencyMs)})`}
          </span>
        ))}
        {shown.length < routes.length ? (
          <button type="button" class="quiet" onClick={() => showAll(true)}>
            and {routes.length - shown.length} more
          </button>
        ) : null}
      </p>
      <p class="muted">
        <span class={`via ${best.via}`}>{VIA_WORDS[best.via]}</span>, served in{' '}
        <Served destinations={best.destinations} />
        {best.price === undefined ? '' : `; ${priceInWords(best.price)}`}
      </p>
      {obtainable === undefined ? null : <Terms route={obtainable} />}
      <div class="route-foot">
        <button type="button" class="action" onClick={() => openCell(best.modelId, best.region)}>
          Code and policy
        </button>
        <Reasons reasons={best.reasons}>
          {routes.length === 1 ? null : (
            <p class="muted">
              {best.region} is the best of {routes.length} regions:
            </p>
          )}
        </Reasons>
      </div>
    </li>
  );
}
