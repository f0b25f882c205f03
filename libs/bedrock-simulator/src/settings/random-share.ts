/**
 * A number in [0, 1) that depends on nothing but the given keys, so that what is random by seed stays the same
 * whatever the order in which concurrent requests arrive.
 */
export function randomShare(...keys: readonly (string | number)[]): number {
  return randomBits(...keys) / 2 ** 32;
}

/** 32 bits that depend on nothing but the given keys (FNV-1a, then murmur3's finaliser). */
export function randomBits(...keys: readonly (string | number)[]): number {
  const text = keys.join('\u0000');
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
