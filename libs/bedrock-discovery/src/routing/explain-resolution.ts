import type { Resolution } from './route.types.js';

/** Of one code, regions beyond this number are counted and not named. */
const MAX_NAMED = 6;

/** A resolution as text for people: the routes in order with their reasons, then what was left out, by reason. */
export function explainResolution({ modelId, routes, rejected, unknownRegions }: Omit<Resolution, 'explain'>): string {
  const lines = [headline(modelId, routes.length, unknownRegions.length)];
  routes.forEach(({ region, invocationId, reasons }, index) => {
    lines.push(`${index + 1}. ${region}  ${invocationId}`, ...reasons.map((reason) => `     ${reason}`));
  });
  if (rejected.length > 0) {
    lines.push(`Left out: ${rejected.length}`);
    const byReason = new Map<string, { code: string; invocationId: string; reason: string; regions: string[] }>();
    for (const { region, invocationId, code, reason } of rejected) {
      const key = `${code} ${invocationId} ${reason}`;
      const group = byReason.get(key) ?? { code, invocationId, reason, regions: [] };
      group.regions.push(region);
      byReason.set(key, group);
    }
    for (const { code, invocationId, reason, regions } of byReason.values()) {
      lines.push(`   ${invocationId} in ${named(regions)}: ${reason} (${code})`);
    }
  }
  if (unknownRegions.length > 0) {
    lines.push(`Not known: ${unknownRegions.length}`);
    for (const { region, failure, ageMs } of unknownRegions) {
      const age = ageMs === undefined ? '' : ` What it listed ${Math.round(ageMs / 60_000)} minutes ago is used.`;
      lines.push(
        failure === undefined
          ? `   ${region}: it has not answered yet.${age}`
          : `   ${region}: ${failure.kind}. ${failure.message} ${failure.remedy}${age}`,
      );
    }
  }
  return lines.join('\n');
}

function headline(modelId: string, routes: number, unknown: number): string {
  const found = routes === 0 ? 'no lawful route' : routes === 1 ? 'one route' : `${routes} routes, best first`;
  return `${modelId}: ${found}${unknown === 0 ? '' : `; ${unknown} regions are not fully known`}.`;
}

function named(regions: readonly string[]): string {
  const more = regions.length - MAX_NAMED;
  return more > 0 ? `${regions.slice(0, MAX_NAMED).join(', ')} and ${more} more` : regions.join(', ');
}
