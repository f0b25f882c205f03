import { expect, it } from '@jest/globals';
import { Delays } from './delays.js';
import type { Peer } from './peer.js';
import { writeReply } from './reply-writer.js';

it('an endless body waits until the client has taken what was sent', () => {
  const written: { chunk: Buffer; onWritten: () => void }[] = [];
  const peer = {
    gone: false,
    writeHead: () => undefined,
    write: (chunk: Buffer, onWritten: () => void) => written.push({ chunk, onWritten }),
  };
  const reply = { status: 200, headers: {}, pieces: [Buffer.from('{}')], streamed: false, delayMs: 0 };
  writeReply(peer as unknown as Peer, reply, { kind: 'endless-body' }, new Delays());
  expect(written.map(({ chunk }) => chunk.toString())).toEqual(['{']);
  written[0]?.onWritten();
  expect(written.map(({ chunk }) => chunk.toString().trim())).toEqual(['{', '']);
  peer.gone = true;
  written[1]?.onWritten();
  expect(written).toHaveLength(2);
});
