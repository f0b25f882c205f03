/** What a request asks of a model, whatever its format, as far as the simulator looks at it. */
export interface ModelRequest {
  /** All texts of all messages, in their order. */
  readonly texts: readonly string[];
  /** Name of the tool that the model is to call in the place of an answer. */
  readonly tool?: string;
  /** Whether it brings tools, as far as that is looked at. */
  readonly bringsTools?: boolean;
  /** The longest answer that it allows, in tokens. */
  readonly maxTokens?: number;
  readonly requestMetadata?: Readonly<Record<string, string>>;
}

/** The first tool that a message names, if it names one. */
export function toolNamedIn(texts: readonly string[], tools: readonly unknown[]): string | undefined {
  const text = texts.join(' ');
  return tools.find((name): name is string => typeof name === 'string' && name !== '' && text.includes(name));
}

/** The object that a text is the JSON of; undefined for everything else. */
export function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The same value, if it is a number of tokens. */
export function tokensOrNone(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? value : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same value, if it is an object that holds nothing but texts. */
export function textsOrNone(value: unknown): Record<string, string> | undefined {
  const holds = isObject(value) && Object.values(value).every((each) => typeof each === 'string');
  return holds ? (value as Record<string, string>) : undefined;
}
