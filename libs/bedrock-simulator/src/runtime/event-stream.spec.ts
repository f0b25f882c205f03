import { describe, expect, it } from '@jest/globals';
import { encodeEvent, encodeStreamError } from './event-stream.js';

/** The layout of application/vnd.amazon.eventstream: lengths and a checksum, headers, payload, a checksum. */
function decode(frame: Buffer) {
  const [total, headerBytes] = [frame.readUInt32BE(0), frame.readUInt32BE(4)];
  const headers: Record<string, string> = {};
  let at = 12;
  while (at < 12 + headerBytes) {
    const name = frame.subarray(at + 1, at + 1 + frame.readUInt8(at)).toString();
    at += 1 + name.length;
    const [type, length] = [frame.readUInt8(at), frame.readUInt16BE(at + 1)];
    expect(type).toBe(7);
    headers[name] = frame.subarray(at + 3, at + 3 + length).toString();
    at += 3 + length;
  }
  return { total, headers, body: JSON.parse(frame.subarray(at, total - 4).toString()) as object };
}

describe('an event on the wire', () => {
  it('is framed with its type', () => {
    const frame = encodeEvent('messageStart', { role: 'assistant' });
    expect(decode(frame)).toEqual({
      total: frame.length,
      headers: { ':event-type': 'messageStart', ':content-type': 'application/json', ':message-type': 'event' },
      body: { role: 'assistant' },
    });
  });

  it('is told apart from an error, which says what the model said', () => {
    const { headers, body } = decode(encodeStreamError('modelStreamErrorException', 'It broke.'));
    expect(headers).toEqual({
      ':exception-type': 'modelStreamErrorException',
      ':content-type': 'application/json',
      ':message-type': 'exception',
    });
    expect(body).toEqual({ message: 'It broke.', originalStatusCode: 500, originalMessage: 'It broke.' });
  });
});
