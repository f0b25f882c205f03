import type { Diagnosis, DiagnosisCheck } from './diagnosis.js';

const WIDTH = 'warning'.length;

/**
 * A diagnosis as text for people: each finding on a line with what to do beneath it, then the regions, then the policies
 * that were asked for.
 *
 * @publicApi
 */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  const { at, status, checks, regions, policies, versions } = diagnosis;
  const { library, node, sdk } = versions;
  const sections = [
    [`nestjs-bedrock-discovery ${library}, Node ${node}, AWS SDK ${sdk}, ${at}: ${status}`],
    checks.flatMap(linesOf),
    regions.map(({ region, latencyMs, outcome }) => {
      const latency = latencyMs === undefined ? '' : ` (${Math.round(latencyMs)} ms)`;
      return `${region}${latency}\n  models    ${outcome.models}\n  profiles  ${outcome.profiles}`;
    }),
    ...policySections(policies),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function linesOf({ status, title, detail, remedy }: DiagnosisCheck): string[] {
  const line = `${status.padEnd(WIDTH)}  ${title}: ${detail}`;
  return remedy === undefined ? [line] : [line, `${' '.repeat(WIDTH)}  → ${remedy}`];
}

function policySections({ invocation, residency }: Diagnosis['policies']): string[][] {
  const asked = [
    ['Policy that the route needs', invocation],
    ['Policy that enforces the residency', residency],
  ] as const;
  return asked.flatMap(([title, policy]) =>
    policy === undefined ? [] : [[`${title}:`, JSON.stringify(policy, undefined, 2)]],
  );
}
