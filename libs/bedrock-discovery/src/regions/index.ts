/**
 * What is known of regions without asking AWS. Needs nothing of Node, Nest or the AWS SDK: it loads at once, as the help of
 * a command line should, and runs in a browser.
 */
export { GEOGRAPHIES, type Geography, GEOGRAPHY_LABELS, regionsOf } from './geographies.js';
export { nearestRegion } from './nearest-region.js';
export { BEDROCK_REGIONS, isRegionName, type Partition, type RegionName } from './partitions.js';
