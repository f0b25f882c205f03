/** Holds what nobody is to see: neither `util.inspect` nor JSON nor a walk over properties shows it. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** A method, since `util.inspect` may call getters. */
  reveal(): T {
    return this.#value;
  }
}
