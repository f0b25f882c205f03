import type { SurveyedRegion } from '../facts/retention/retention-modes.js';
import { leastAllowedMode } from '../facts/retention/strict-models.js';
import { check, type DiagnosedRetention, type DiagnosisCheck } from './diagnosis.js';

const TITLE = 'Data retention';
/** What goes before the command that changes a mode. */
const GOVERNANCE =
  'A change concerns all that the account sends in that region, to any model, and the wider modes let AWS or the model’s ' +
  'provider keep it: have whoever answers for data protection decide, and see whether a policy of the organisation limits ' +
  '`bedrock:PutAccountDataRetention`. ';

/** Which regions have which data retention mode, and what that blocks. Nothing where no model is listed that refuses one. */
export function retentionFindings(
  surveyed: readonly SurveyedRegion[],
  isAsked: boolean,
): { readonly retention: readonly DiagnosedRetention[]; readonly checks: readonly DiagnosisCheck[] } {
  const retention = surveyed.map(({ region, inForce, blocked }): DiagnosedRetention => ({
    region,
    ...(inForce && { inForce }),
    blocks: blocked.map(({ modelId }) => modelId),
  }));
  const known = [...new Set(surveyed.map(modeOf))].filter((mode) => mode !== undefined);
  const byMode = known.map((mode) =>
    modeCheck(
      mode,
      surveyed.filter((each) => modeOf(each) === mode),
    ),
  );
  const unknown = surveyed.filter(({ inForce }) => inForce === undefined);
  return { retention, checks: [...byMode, ...unknownChecks(unknown, isAsked)] };
}

function modeCheck(mode: string, regions: readonly SurveyedRegion[]): DiagnosisCheck {
  const blocked = regions.flatMap((each) => each.blocked);
  const models = [...new Set(blocked.map(({ modelId }) => modelId))];
  const words = mode === 'inherit' ? 'inherit, which comes to default,' : mode;
  const detail = `The mode is ${words} in ${namesOf(regions)}. `;
  if (models.length === 0) {
    return check(`retention:${mode}`, 'ok', TITLE, `${detail}It blocks no model that is known to refuse modes.`);
  }
  // What nobody has called is as it should be: a fresh account has no mode, and such models are closed to it.
  const status = blocked.some(({ seen }) => seen) ? 'warning' : 'ok';
  return check(
    `retention:${mode}`,
    status,
    TITLE,
    `${detail}There it blocks ${models.join(', ')}.`,
    `Only where these models are wanted: ${GOVERNANCE}${commandsFor(regions)}`,
  );
}

/** For each blocked model the command for the first of the regions, with the mode that keeps least of those it allows. */
function commandsFor(regions: readonly SurveyedRegion[]): string {
  const models = [...new Set(regions.flatMap(({ blocked }) => blocked.map(({ modelId }) => modelId)))];
  return models
    .map((modelId) => {
      const mode = leastAllowedMode(modelId) ?? 'MODE';
      const allowed = mode === 'MODE' ? ', with a mode that the model allows' : '';
      const first = regions.find(({ blocked }) => blocked.some((each) => each.modelId === modelId))?.region ?? '';
      return `For ${modelId}: \`aws bedrock put-account-data-retention --mode ${mode} --region ${first}\`${allowed}.`;
    })
    .concat(regions.length > 1 ? ['Every region has a mode of its own.'] : [])
    .join(' ');
}

function unknownChecks(unknown: readonly SurveyedRegion[], isAsked: boolean): readonly DiagnosisCheck[] {
  if (unknown.length === 0) {
    return [];
  }
  const [failure] = unknown.flatMap((each) => each.failure ?? []);
  const detail = `The mode is not known in ${namesOf(unknown)}`;
  const [why, remedy] = isAsked
    ? [failure === undefined ? '.' : ` (${failure.kind}): ${failure.message}`, failure?.remedy]
    : [": with retention.mode 'off' AWS is not asked.", "Set retention.mode to 'lazy' to have it asked."];
  return [check('retention:unknown', 'unknown', TITLE, `${detail}${why}`, remedy)];
}

function modeOf({ inForce }: SurveyedRegion): string | undefined {
  return inForce?.mode === 'inherit' ? 'inherit' : inForce?.effective;
}

function namesOf(regions: readonly SurveyedRegion[]): string {
  return regions.map(({ region }) => region).join(', ');
}
