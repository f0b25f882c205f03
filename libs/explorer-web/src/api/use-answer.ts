import { useEffect, useState } from 'preact/hooks';
import type { Problem } from './answers.types.js';
import { AnswerError, getJson } from './http.js';

export type Answer<T> =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly last?: T }
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'failed'; readonly message: string; readonly problem?: Problem };

/**
 * What the application answers at a path; the former answer stays in `last` until the next one is there.
 *
 * @param path undefined asks nothing
 * @param version asks again where it differs
 */
export function useAnswer<T>(path: string | undefined, version: unknown): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ kind: 'none' });
  useEffect(() => {
    if (path === undefined) {
      setAnswer({ kind: 'none' });
      return undefined;
    }
    const controller = new AbortController();
    setAnswer((former) => ({
      kind: 'loading',
      ...(former.kind === 'answered' && { last: former.value }),
      ...(former.kind === 'loading' && former.last !== undefined && { last: former.last }),
    }));
    getJson<T>(path, controller.signal).then(
      (value) => setAnswer({ kind: 'answered', value }),
      (error: unknown) => {
        if (!controller.signal.aborted) {
          const problem = error instanceof AnswerError ? error.problem : undefined;
          setAnswer({ kind: 'failed', message: (error as Error).message, ...(problem && { problem }) });
        }
      },
    );
    return () => controller.abort();
  }, [path, version]);
  return answer;
}

/** The value that can be shown now, be it the former one. */
export function valueOf<T>(answer: Answer<T>): T | undefined {
  return answer.kind === 'answered' ? answer.value : answer.kind === 'loading' ? answer.last : undefined;
}
