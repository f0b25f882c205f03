import { hash } from 'node:crypto';
import type { RepeatedRequest } from '../aws/clients/repeated-request.js';
import { sharing, type Sharing } from '../util/sharing.js';

interface Answer {
  readonly digest: string;
  /** What was read in it, frozen. */
  readonly value: unknown;
  /** By which it was asked for, unless the last time was no success. */
  request?: RepeatedRequest | undefined;
}

/**
 * What one region last answered to each question of a listing, by its bytes: the same bytes are the same answer, and what was
 * read in them is handed out again itself, so that whoever follows can tell by identity that nothing has changed.
 */
export class AnswerMemory {
  readonly #answers = new Map<string, Answer>();
  /** What is shared by what is read now, with what other regions answer at the same time. */
  readonly #sharing: () => Sharing;
  #joined: { readonly pages: readonly object[]; readonly whole: unknown } | undefined;

  constructor(share: () => Sharing = sharing) {
    this.#sharing = share;
  }

  get share(): Sharing {
    return this.#sharing();
  }

  /** What was read in these bytes when they last answered the question; undefined where others did, or none. */
  find<T>(question: string, digest: string): T | undefined {
    const answer = this.#answers.get(question);
    return answer?.digest === digest ? (answer.value as T) : undefined;
  }

  /** What was read in the last answer to the question. */
  last<T>(question: string): T | undefined {
    return this.#answers.get(question)?.value as T | undefined;
  }

  /** Whether a question is asked by a request that was made before. */
  repeats(question: string): boolean {
    return this.#answers.get(question)?.request !== undefined;
  }

  /** The request that was last answered. It is forgotten until {@link keepRequest}. */
  takeRequest(question: string): RepeatedRequest | undefined {
    const answer = this.#answers.get(question);
    const request = answer?.request;
    if (answer !== undefined) {
      answer.request = undefined;
    }
    return request;
  }

  /** To be called when it was answered by a success. */
  keepRequest(question: string, request: RepeatedRequest | undefined): void {
    const answer = this.#answers.get(question);
    if (answer !== undefined) {
      answer.request = request;
    }
  }

  keep<T>(question: string, digest: string, value: T): T {
    this.#answers.set(question, { digest, value });
    return value;
  }

  /** What pages come to together; the same where each is the same as last time. */
  join<P extends object, T>(pages: readonly P[], join: (pages: readonly P[]) => T): T {
    const last = this.#joined;
    if (last?.pages.length === pages.length && pages.every((page, index) => page === last.pages[index])) {
      return last.whole as T;
    }
    const whole = join(pages);
    this.#joined = { pages, whole };
    for (const [question, { value }] of this.#answers) {
      if (!pages.includes(value as P)) {
        this.#answers.delete(question);
      }
    }
    return whole;
  }
}

export function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64');
}
