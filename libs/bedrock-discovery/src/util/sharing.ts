/** Gives the first of the values that are equal as JSON, none of which may be changed. */
export type Sharing = <T extends object | string>(value: T) => T;

/** For the parts of answers: of the thousands in them few differ, and together they take most of the memory. */
export function sharing(): Sharing {
  const texts = new Map<string, unknown>();
  const others = new Map<string, unknown>();
  return <T>(value: T): T => {
    const isText = typeof value === 'string';
    const values = isText ? texts : others;
    const key = isText ? value : JSON.stringify(value);
    const known = values.get(key);
    if (known === undefined) {
      values.set(key, value);
      return value;
    }
    return known as T;
  };
}

/** What is shared by all that is read at the same time, and forgotten once nobody reads any more. */
export class SharedParts {
  #share = sharing();
  #readers = 0;

  get share(): Sharing {
    return this.#share;
  }

  /** To be called by who begins to read; the returned function, once, at the end. */
  enter(): () => void {
    this.#readers += 1;
    return () => {
      this.#readers -= 1;
      if (this.#readers === 0) {
        this.#share = sharing();
      }
    };
  }
}
