/**
 * Data retention modes, by how much may be kept of requests and answers, the least first. `none`: nothing. `default`: what the
 * model's own terms say, and AWS may keep it against abuse. `aws_review`: AWS may review it, and the model's provider does not
 * receive it. `provider_data_share`: the model's provider may receive it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html
 * @publicApi
 */
export const RETENTION_MODES = ['none', 'default', 'aws_review', 'provider_data_share'] as const;

/** One of {@link RETENTION_MODES}. @publicApi */
export type RetentionMode = (typeof RETENTION_MODES)[number];

/** Each in words. @publicApi */
export const RETENTION_WORDS: Readonly<Record<RetentionMode, string>> = {
  none: 'nothing is kept',
  default: 'what the model’s own terms say',
  aws_review: 'AWS may review it',
  provider_data_share: 'the model’s provider may receive it',
};

/** As an account sets it for a region; `inherit` where nothing is set. @publicApi */
export const RETENTION_SETTINGS = [...RETENTION_MODES, 'inherit'] as const;

/** One of {@link RETENTION_SETTINGS}. @publicApi */
export type RetentionSetting = (typeof RETENTION_SETTINGS)[number];

/**
 * The data retention mode that calls from a region are under. A project of the account may have another, which is not known
 * here.
 *
 * @publicApi
 */
export interface RouteRetention {
  /** What the account has set; absent where only a refused call has shown the mode. */
  readonly mode?: RetentionSetting;
  /** What is in force: `default` where the account has set nothing. */
  readonly effective: RetentionMode;
  /** AWS was asked for the account's setting, or a refused call has named the mode. */
  readonly source: 'account' | 'call';
  /** When AWS answered or the call was refused, ISO 8601. */
  readonly at: string;
}

/** A mode that a model does not allow. */
export interface RefusedMode {
  readonly mode: RetentionMode;
  /** How that is known, to be put after a comma. */
  readonly known: string;
}

/** What is known of data retention for calls of a model from a region. */
export interface KnownRetention {
  /** Absent where it is not known. */
  readonly inForce: RouteRetention | undefined;
  readonly refused: readonly RefusedMode[];
}

/** What a setting comes to where no project has another. */
export function effectiveMode(setting: RetentionSetting): RetentionMode {
  return setting === 'inherit' ? 'default' : setting;
}

/** Whether more may be kept under a mode than under another. */
export function retainsMore(mode: RetentionMode, than: RetentionMode): boolean {
  return RETENTION_MODES.indexOf(mode) > RETENTION_MODES.indexOf(than);
}

/** The mode in force in words, to be put after "The data retention mode in eu-west-1 is". */
export function inWords({ mode, effective, source }: RouteRetention): string {
  if (source === 'call') {
    return `${effective}, as a refused call has shown`;
  }
  return mode === 'inherit'
    ? `${effective}, since the account has set none`
    : `${effective}, as the account has set it`;
}
