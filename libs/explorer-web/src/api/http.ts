import type { Problem } from './answers.types.js';

/** The application could not be asked, or answered with a problem. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';

  constructor(
    message: string,
    /** Absent where there was no answer at all. */
    readonly problem?: Problem,
  ) {
    super(message);
  }
}

/** @throws AnswerError in words for people; the signal's reason if it was aborted */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return JSON.parse(await getText(path, signal)) as T;
}

/** As it came, so that what is the same as before need not be read. */
export function getText(path: string, signal?: AbortSignal): Promise<string> {
  return ask(path, { signal: signal ?? null, cache: 'no-cache' });
}

export async function post(path: string): Promise<void> {
  await ask(path, { method: 'POST' });
}

async function ask(path: string, init: RequestInit): Promise<string> {
  const response = await fetch(path, { ...init, headers: { Accept: 'application/json' } }).catch((error: unknown) => {
    if (init.signal?.aborted === true) {
      throw error;
    }
    throw new AnswerError('The application does not answer. Is it still running?');
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
    throw new AnswerError(problem?.detail ?? `The application answered ${response.status}.`, problem);
  }
  return response.text();
}

/** For the path of an id, which may hold `:` and `/`. */
export function idInPath(id: string): string {
  return encodeURIComponent(id);
}
