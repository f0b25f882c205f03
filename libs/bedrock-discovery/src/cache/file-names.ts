import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { ENVELOPE_VERSION } from './envelope.js';

/** Names that are no file names on Windows, with or without an extension. */
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;
const PLAIN = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;
const HASHED = /-[0-9a-f]{16}$/;
const OURS =
  /-[0-9a-f]{16}\.v(\d+)\.json(?:(\.bad)|(\.lock)|(?:\.([0-9a-f]{8}-\d+)-[0-9a-f]{12}\.tmp)|(\.lock\.lock))?$/;
const HOST = hash(hostname()).slice(0, 8);

/** This process, among all that may share a folder: processes in containers share their process ids. */
export const OWN_WRITER = `${HOST}-${process.pid}`;

/**
 * The file of a key: readable, the same on file systems that ignore case, and never outside its folder. The format version is
 * part of the name, so that two versions of the library that share a folder do not touch each other's entries.
 */
export function entryFileName(key: string): string {
  return `${readable(key)}-${hash(key)}.v${ENVELOPE_VERSION}.json`;
}

/** A namespace as the name of a folder, or as a part of a key in a shared store. */
export function namespaceSegment(namespace: string): string {
  const plain = PLAIN.test(namespace) && !RESERVED.test(namespace) && !HASHED.test(namespace);
  return plain ? namespace : `${readable(namespace)}-${hash(namespace)}`;
}

export function setAsideFileName(file: string): string {
  return `${file}.bad`;
}

/** The file that a process makes to be the only one that changes another. */
export function lockFileName(file: string): string {
  return `${file}.lock`;
}

/** A name that no other write has. */
export function temporaryFileName(file: string): string {
  return `${file}.${OWN_WRITER}-${randomBytes(6).toString('hex')}.tmp`;
}

export interface FileWriter {
  /** Where that is a process of this host. */
  readonly pid?: number;
}

/** Who says so of itself with {@link OWN_WRITER}. */
export function writerIn(text: string): FileWriter {
  const [, host, pid] = /^([0-9a-f]{8})-(\d+)$/.exec(text) ?? [];
  return host === HOST ? { pid: Number(pid) } : {};
}

export type CacheFile =
  { kind: 'entry' } | { kind: 'set-aside' | 'other-version' | 'lock' } | ({ kind: 'temporary' } & FileWriter);

/** What a file in the folder is; `undefined` for a file that is not the cache's. */
export function classifyFile(file: string): CacheFile | undefined {
  const [match, version, bad, lock, writer, breaking] = OURS.exec(file) ?? [];
  if (match === undefined) {
    return undefined;
  }
  if (Number(version) !== ENVELOPE_VERSION) {
    return { kind: 'other-version' };
  }
  if (bad) {
    return { kind: 'set-aside' };
  }
  if (lock) {
    return { kind: 'lock' };
  }
  return writer === undefined && breaking === undefined
    ? { kind: 'entry' }
    : { kind: 'temporary', ...writerIn(writer ?? '') };
}

function readable(text: string): string {
  const slug = text.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '_');
  const name = slug.replace(/^\.+/, '').slice(0, 80);
  return RESERVED.test(name) ? `_${name}` : name;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
