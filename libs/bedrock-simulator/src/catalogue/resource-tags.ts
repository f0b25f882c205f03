/** Tags of what accounts own, by ARN. */
export class ResourceTags {
  readonly #tags = new Map<string, Map<string, string>>();

  /** @param onChange called after each change */
  constructor(private readonly onChange: () => void) {}

  of(arn: string): { readonly key: string; readonly value: string }[] {
    return [...(this.#tags.get(arn) ?? [])].map(([key, value]) => ({ key, value }));
  }

  add(arn: string, tags: readonly { readonly key: string; readonly value: string }[]): void {
    const all = this.#tags.get(arn) ?? new Map<string, string>();
    for (const { key, value } of tags) {
      all.set(key, value);
    }
    this.#tags.set(arn, all);
    this.onChange();
  }

  remove(arn: string, keys: readonly string[]): void {
    for (const key of keys) {
      this.#tags.get(arn)?.delete(key);
    }
    this.onChange();
  }
}
