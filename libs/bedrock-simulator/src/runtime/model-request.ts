/** What a request asks of a model, whatever its format, as far as the simulator looks at it. */
export interface ModelRequest {
  /** All texts of all messages, in their order. */
  readonly texts: readonly string[];
  /** Those of the last message. */
  readonly lastTexts: readonly string[];
  /** The tools that it brings; undefined where it brings none. */
  readonly tools?: readonly ToolOffer[];
  /** Whether it wants a tool to be called: any, or the one of that name. */
  readonly mustCall?: true | string;
  /** JSON schema of the answer that it wants. */
  readonly answerSchema?: unknown;
  /** The longest answer that it allows, in tokens. */
  readonly maxTokens?: number;
  readonly requestMetadata?: Readonly<Record<string, string>>;
}

/** A tool that a request brings. */
export interface ToolOffer {
  readonly name: string;
  /** JSON schema of its input. */
  readonly schema?: unknown;
}

/** The tool that a model is to call in the place of an answer: the one that the request wants, or that its last message names. */
export function toolToCall({ tools = [], mustCall, lastTexts }: ModelRequest): ToolOffer | undefined {
  if (mustCall !== undefined) {
    return mustCall === true ? tools[0] : tools.find(({ name }) => name === mustCall);
  }
  const text = lastTexts.join(' ');
  return tools.find(({ name }) => name !== '' && text.includes(name));
}

/** The same value, if it is a number of tokens. */
export function tokensOrNone(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 1 ? value : undefined;
}
