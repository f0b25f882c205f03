import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [zip, unzip] = [promisify(gzip), promisify(gunzip)];

/** What no envelope begins with. */
const PACKED = 'gzip:';
/** Shorter texts grow by it. */
const WORTH_PACKING = 1_024;
/** Many times the largest region's list: who can write to a store must not fill the memory of those who read there. */
const MAX_BYTES = 64 * 1_024 * 1_024;

/** A text as it goes over the network: a tenth of what regions list, in characters that every store takes. */
export async function pack(text: string): Promise<string> {
  return text.length < WORTH_PACKING ? text : PACKED + (await zip(text)).toString('base64');
}

/** What was packed, or was never; `undefined` for what is damaged, or would be too large. */
export async function unpack(packed: string): Promise<string | undefined> {
  if (!packed.startsWith(PACKED)) {
    return packed;
  }
  try {
    const bytes = Buffer.from(packed.slice(PACKED.length), 'base64');
    return (await unzip(bytes, { maxOutputLength: MAX_BYTES })).toString();
  } catch {
    return undefined;
  }
}
