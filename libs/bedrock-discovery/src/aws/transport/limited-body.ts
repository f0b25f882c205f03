import { Readable } from 'node:stream';

/** Far more than any error of AWS says. */
const MAX_ERROR_BYTES = 256 * 1024;

/** The body of an error, which ends early where it is longer than any error has to be; its connection ends with it. */
export function limitedBody(body: Readable): Readable {
  let left = MAX_ERROR_BYTES;
  let isCut = false;
  const limited = new Readable({
    read: () => void body.resume(),
    destroy: (error, done) => {
      body.destroy();
      done(error);
    },
  });
  body.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    if (part.length > 0 && !limited.push(part)) {
      body.pause();
    }
    if (part.length < chunk.length && !isCut) {
      isCut = true;
      limited.push(null);
      body.destroy();
    }
  });
  body.on('end', () => limited.push(null));
  body.on('error', (error) => isCut || limited.destroy(error));
  return limited;
}
