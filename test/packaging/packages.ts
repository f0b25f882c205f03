import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a program and rejects, with what it printed, if it fails. */
export const run = promisify(execFile);

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Folder of each published package, below the root. */
export const PACKAGES = ['libs/bedrock-discovery', 'libs/bedrock-simulator', 'libs/bedrock-discovery-cli'] as const;

/** Published is its code in a bundle, and what the compiler made only as declarations. */
export const BUNDLED = 'libs/bedrock-discovery';

/** Those that applications import. */
export const LIBRARIES = PACKAGES.filter((folder) => folder !== 'libs/bedrock-discovery-cli');

export interface Manifest {
  readonly name: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

export interface Tarball {
  readonly path: string;
  readonly files: readonly string[];
  /** What is downloaded, in bytes. */
  readonly packedBytes: number;
  /** What is installed, without dependencies, in bytes. */
  readonly unpackedBytes: number;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
  readonly size: number;
  readonly unpackedSize: number;
}

/** Packs what was built, as `npm publish` would. */
export async function pack(folder: string, destination: string): Promise<Tarball> {
  const flags = ['--json', '--silent', '--pack-destination', destination];
  const { stdout } = await run('npm', ['pack', ...flags], { cwd: join(ROOT, folder) });
  // npm 10 prints a list, later ones an object with a property per package.
  const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  if (packed === undefined) {
    throw new Error(`npm packed nothing: ${stdout}`);
  }
  return {
    path: join(destination, packed.filename),
    files: packed.files.map(({ path }) => path),
    packedBytes: packed.size,
    unpackedBytes: packed.unpackedSize,
  };
}
