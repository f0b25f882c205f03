import { parseObject } from '../settings/objects.js';

/** The body of a request, which many look at, and which is read as JSON once. */
export class RequestBody {
  #text: string | undefined;
  #object: { readonly value: Record<string, unknown> | undefined } | undefined;

  constructor(readonly bytes: Buffer) {}

  get text(): string {
    this.#text ??= this.bytes.toString();
    return this.#text;
  }

  /** Undefined for all that is no object of JSON. */
  get object(): Record<string, unknown> | undefined {
    this.#object ??= { value: parseObject(this.text) };
    return this.#object.value;
  }

  /** As {@link object}, where nothing stands for an empty one. */
  get objectOrEmpty(): Record<string, unknown> | undefined {
    return this.bytes.length === 0 ? {} : this.object;
  }
}
