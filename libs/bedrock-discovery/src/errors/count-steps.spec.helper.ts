/** Where a pattern matched, and what looking for it cost. */
export interface Search {
  /** Start and end of the first match; undefined if there is none. */
  readonly match: readonly [number, number] | undefined;
  /** Characters, assertions and alternatives that a backtracking engine tries until it is done. */
  readonly steps: number;
}

type Next = (at: number) => boolean;
type Node = (at: number, next: Next) => boolean;

/** No search takes so many that is linear. */
const MAX_STEPS = 5_000_000;

class TooManySteps extends Error {}

/**
 * Searches a text as a backtracking engine without any optimisation does, and counts its steps: time says what the machine
 * was doing, steps say what the pattern is. A global pattern is searched for until the end, as when replacing.
 */
export function countSteps({ source, flags }: Pick<RegExp, 'source' | 'flags'>, text: string): Search {
  const engine = new Engine(source, flags, text);
  let match: [number, number] | undefined;
  try {
    for (let start = 0; start <= text.length; start += 1) {
      let end = start;
      if (engine.root(start, (at) => ((end = at), true))) {
        match ??= [start, end];
        if (!flags.includes('g')) {
          break;
        }
        start = Math.max(start, end - 1);
      }
    }
  } catch (error) {
    if (error instanceof TooManySteps) {
      return { match, steps: Number.POSITIVE_INFINITY };
    }
    throw error;
  }
  return { match, steps: engine.steps };
}

/** Reads what patterns here are made of; what it does not know is an error. */
class Engine {
  readonly root: Node;
  steps = 0;
  #at = 0;

  constructor(
    private readonly source: string,
    private readonly flags: string,
    private readonly text: string,
  ) {
    this.root = this.#alternatives();
    if (this.#at < source.length) {
      throw new Error(`${source} cannot be read at ${this.#at}.`);
    }
  }

  #step(): void {
    this.steps += 1;
    if (this.steps > MAX_STEPS) {
      throw new TooManySteps();
    }
  }

  #takes(token: string): boolean {
    const isNext = this.source.startsWith(token, this.#at);
    this.#at += isNext ? token.length : 0;
    return isNext;
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    const found = new RegExp(pattern.source, 'sy');
    found.lastIndex = this.#at;
    const match = found.exec(this.source);
    this.#at += match?.[0].length ?? 0;
    return match;
  }

  #alternatives(): Node {
    const all = [this.#sequence()];
    while (this.#takes('|')) {
      all.push(this.#sequence());
    }
    return all.length === 1 && all[0] ? all[0] : (at, next) => all.some((one) => (this.#step(), one(at, next)));
  }

  #sequence(): Node {
    let whole: Node = (at, next) => next(at);
    while (this.#at < this.source.length && !/[|)]/.test(this.source.charAt(this.#at))) {
      const [before, part] = [whole, this.#quantified()];
      whole = (at, next) => before(at, (middle) => part(middle, next));
    }
    return whole;
  }

  #quantified(): Node {
    const { node, test } = this.#atom();
    const match = this.#take(/\*|\+|\?|\{(\d+)(,(\d*))?\}/);
    if (match === null) {
      return node;
    }
    if (this.#takes('?')) {
      throw new Error(`${this.source}: lazy quantifiers are not counted.`);
    }
    const [sign, least, range, most] = match;
    const min = least === undefined ? (sign === '+' ? 1 : 0) : Number(least);
    const given = range === undefined ? min : most === '' ? Infinity : Number(most);
    const max = least === undefined ? (sign === '?' ? 1 : Infinity) : given;
    return test === undefined ? this.#repeat(node, min, max) : this.#run(test, min, max);
  }

  #repeat(node: Node, min: number, max: number): Node {
    const from = (count: number, at: number, next: Next): boolean =>
      (count < max && node(at, (end) => end > at && from(count + 1, end, next))) || (count >= min && next(at));
    return (at, next) => from(0, at, next);
  }

  /** The same without recursion, for single characters. */
  #run(test: (character: string) => boolean, min: number, max: number): Node {
    return (at, next) => {
      let end = at;
      while (end < this.text.length && end - at < max && (this.#step(), test(this.text.charAt(end)))) {
        end += 1;
      }
      for (; end - at >= min; end -= 1) {
        this.#step();
        if (next(end)) {
          return true;
        }
      }
      return false;
    };
  }

  #atom(): { node: Node; test?: (character: string) => boolean } {
    const group = this.#take(/\((?:\?(?:[:=!]|<[=!]))?/)?.[0];
    if (group !== undefined) {
      const inner = this.#alternatives();
      if (!this.#takes(')')) {
        throw new Error(`${this.source}: a group does not end.`);
      }
      return { node: this.#group(group, inner) };
    }
    const anchor = this.#take(/\^|\$|\\b/)?.[0];
    if (anchor !== undefined) {
      return { node: (at, next) => (this.#step(), this.#holds(anchor, at)) && next(at) };
    }
    const one = this.#take(/\[(?:\\.|[^\]\\])*\]|\\.|[^*+?{}]/)?.[0];
    if (one === undefined || /^\\[1-9pkuxBc]/.test(one)) {
      throw new Error(`${this.source} cannot be read at ${this.#at}.`);
    }
    const character = new RegExp(`^${one}$`, this.flags.replace(/[gym]/g, ''));
    const test = (given: string): boolean => character.test(given);
    const node: Node = (at, next) =>
      (this.#step(), at < this.text.length && test(this.text.charAt(at))) && next(at + 1);
    return { node, test };
  }

  #group(kind: string, inner: Node): Node {
    const matches = (at: number, from: number): boolean => inner(from, (end) => !kind.startsWith('(?<') || end === at);
    switch (kind) {
      case '(?=':
        return (at, next) => matches(at, at) && next(at);
      case '(?!':
        return (at, next) => !matches(at, at) && next(at);
      case '(?<=':
        return (at, next) => at > 0 && matches(at, at - 1) && next(at);
      case '(?<!':
        return (at, next) => !(at > 0 && matches(at, at - 1)) && next(at);
      default:
        return inner;
    }
  }

  #holds(anchor: string, at: number): boolean {
    const isWord = (index: number): boolean => /\w/.test(this.text.charAt(index));
    switch (anchor) {
      case '^':
        return at === 0;
      case '$':
        return at === this.text.length;
      default:
        return isWord(at - 1) !== isWord(at);
    }
  }
}
