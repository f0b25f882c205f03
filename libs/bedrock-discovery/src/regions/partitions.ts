/** A set of regions that share credentials. An identity reaches one partition only. */
export type Partition =
  'aws' | 'aws-us-gov' | 'aws-eusc' | 'aws-cn' | 'aws-iso' | 'aws-iso-b' | 'aws-iso-e' | 'aws-iso-f';

const REGIONS = {
  aws: [
    'af-south-1',
    'ap-east-2',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-6',
    'ap-southeast-7',
    'ca-central-1',
    'ca-west-1',
    'eu-central-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'il-central-1',
    'me-central-1',
    'me-south-1',
    'mx-central-1',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-eusc': ['eusc-de-east-1'],
  'aws-cn': [],
  'aws-iso': ['us-iso-east-1'],
  'aws-iso-b': ['us-isob-east-1'],
  'aws-iso-e': [],
  'aws-iso-f': ['us-isof-east-1', 'us-isof-south-1'],
} as const satisfies Readonly<Record<Partition, readonly string[]>>;

/**
 * The name of a region. An editor offers those that have Bedrock; new ones are used without being known.
 *
 * @publicApi
 */
export type RegionName = (typeof REGIONS)[Partition][number] | (string & {});

/**
 * Where Amazon Bedrock has endpoints, by partition: botocore's endpoint list of August 2026. Scanned where
 * `account:ListRegions` is not permitted.
 */
export const BEDROCK_REGIONS: Readonly<Record<Partition, readonly string[]>> = REGIONS;

/** Regions that an account may have enabled although Bedrock has no endpoint in them: asking costs a DNS failure. */
export const REGIONS_WITHOUT_BEDROCK: readonly string[] = ['ap-east-1'];

/** What else the SDK's list of partitions names, of November 2026: no endpoint of Bedrock was known in them. */
const OTHER_REGIONS = [
  'cn-north-1',
  'cn-northwest-1',
  'eu-isoe-west-1',
  'me-west-1',
  'sa-west-1',
  'us-iso-west-1',
  'us-isob-west-1',
] as const;

/**
 * Every region that this version knows, whether or not it has Bedrock. New ones are used without being known.
 *
 * @publicApi
 */
export const KNOWN_REGIONS: ReadonlySet<string> = new Set([
  ...Object.values(BEDROCK_REGIONS).flat(),
  ...REGIONS_WITHOUT_BEDROCK,
  ...OTHER_REGIONS,
]);

const PARTITION_BY_PREFIX: readonly (readonly [prefix: string, partition: Partition])[] = [
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['cn-', 'aws-cn'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
];

/** Where the services of a partition that have one endpoint only are asked, `account:ListRegions` among them. */
const DEFAULT_REGIONS: Readonly<Record<Partition, string>> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-cn': 'cn-north-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/** The partition of a region by its name; names of no known pattern belong to `aws`. */
export function partitionOf(region: string): Partition {
  return PARTITION_BY_PREFIX.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

export function defaultRegionOf(partition: Partition): string {
  return DEFAULT_REGIONS[partition];
}

const REGION_NAME = /^[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}$/;
const MAX_LENGTH = 32;

/**
 * Whether a text is formed like the name of a region, known or not: new ones appear without asking.
 *
 * @publicApi
 */
export function isRegionName(value: string): boolean {
  return value.length <= MAX_LENGTH && REGION_NAME.test(value);
}
