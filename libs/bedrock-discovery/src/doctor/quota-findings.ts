import type { QuotaReport, ZeroQuota } from '../facts/quotas/model-quotas.js';
import { SDK } from '../facts/quotas/quota-lister.js';
import { groupBy } from '../util/group-by.js';
import { check, type DiagnosisCheck } from './diagnosis.js';

const TITLE = 'Quotas';
/** Models or regions beyond this number are counted and not named. */
const MAX_NAMED = 5;

/** What is known of quotas that keeps calls from being answered, and how to have them raised. */
export function quotaChecks(report: QuotaReport): readonly DiagnosisCheck[] {
  const zeros = [...groupBy(report.zeros, modelOf)].map(([modelId, ofModel]) => zeroCheck(modelId, ofModel));
  const exhausted = [...groupBy(report.exhausted, modelOf)].map(([modelId, ofModel]) =>
    exhaustedCheck(modelId, ofModel, report),
  );
  return [generalCheck(report), ...zeros, ...exhausted];
}

function generalCheck({ mode, isMissing, listedRegions, failures }: QuotaReport): DiagnosisCheck {
  const [failure] = failures;
  if (mode !== 'listed') {
    const how = mode === 'off' ? 'neither asked about nor learned' : 'learned from calls that are throttled';
    return check('quotas', 'ok', TITLE, `They are ${how}, as \`quotas.mode\` says.`);
  }
  if (isMissing) {
    const detail = `${SDK} is not installed, so that quotas cannot be listed.`;
    return check('quotas', 'unknown', TITLE, detail, `Install ${SDK}, or set \`quotas.mode\` to 'learned'.`);
  }
  const listed = `Service Quotas has listed those of ${listedRegions.length === 0 ? 'no region yet' : named(listedRegions)}.`;
  return failure === undefined
    ? check('quotas', listedRegions.length === 0 ? 'unknown' : 'ok', TITLE, listed)
    : check(
        'quotas',
        'warning',
        TITLE,
        `${listed} ${failures.length === 1 ? '1 region does' : `${failures.length} regions do`} not list theirs (${failure.kind}): ${failure.message}`,
        failure.remedy,
      );
}

function zeroCheck(modelId: string, zeros: readonly ZeroQuota[]): DiagnosisCheck {
  const regions = [...new Set(zeros.map(({ region }) => region))];
  const [first] = zeros;
  const adjustable = zeros.find((zero) => zero.adjustable);
  const remedy =
    adjustable === undefined
      ? `The quota cannot be adjusted: have AWS Support raise it in ${first?.region ?? ''} (quota code ${first?.code ?? ''}).`
      : `Have it raised in the Service Quotas console, or by \`aws service-quotas request-service-quota-increase ` +
        `--service-code bedrock --quota-code ${adjustable.code} --region ${adjustable.region} --desired-value …\`; AWS ` +
        'Support raises those of a day.';
  return check(
    `quotas:zero:${modelId}`,
    'warning',
    `${TITLE}: ${modelId}`,
    `A quota is 0 in ${named(regions)}, as new accounts have it: every such call is throttled, and waiting does not help.`,
    remedy,
  );
}

/** What a new account's first calls are answered with, whose quota nobody has listed. */
function exhaustedCheck(modelId: string, exhausted: QuotaReport['exhausted'], { mode }: QuotaReport): DiagnosisCheck {
  const regions = [...new Set(exhausted.map(({ region }) => region))];
  const used = exhausted.reduce((sum, { usedToday }) => sum + usedToday, 0);
  const look = `\`aws service-quotas list-service-quotas --service-code bedrock --region ${regions[0] ?? ''}\``;
  const tell = mode === 'listed' ? look : `${look}, or \`quotas.mode: 'listed'\`,`;
  return check(
    `quotas:day:${modelId}`,
    'warning',
    `${TITLE}: ${modelId}`,
    `Calls in ${named(regions)} were told that the tokens of the day are used up; this process has used about ` +
      `${Math.round(used).toLocaleString('en')} today. If the account has used as little, its quota is 0, as new accounts have it, ` +
      'and waiting does not help.',
    `See by ${tell} whether the quota is 0, and ask AWS Support to raise it. Else the day is over at midnight in UTC.`,
  );
}

const modelOf = ({ modelId }: { readonly modelId: string }): string => modelId;

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return more > 0 ? `${names.slice(0, MAX_NAMED).join(', ')} and ${more} more` : names.join(', ');
}
