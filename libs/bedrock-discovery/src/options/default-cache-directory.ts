import envPaths from 'env-paths';

/** The folder of the disk tier where `cache.directory` names none: below the platform's cache folder of this user. */
export function defaultCacheDirectory(): string {
  return envPaths('nestjs-bedrock-discovery', { suffix: '' }).cache;
}
