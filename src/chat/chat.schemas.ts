import { about, list, named, object, text, type Schema } from '../openapi/schema.js';
import { REGION } from '../regions/region.schemas.js';
import { ROUTE } from '../routes/route.schemas.js';

/** Members of a request, of which two are required. */
export const CHAT_REQUEST = (properties: Readonly<Record<string, Schema>>): Schema =>
  named('ChatRequest', { type: 'object', properties, required: ['model', 'message'], additionalProperties: false });

const PLACE = { region: REGION, invocationId: text() };

/** What the data of each event holds, by the event's name. */
export const CHAT_EVENTS: Readonly<Record<string, Schema>> = {
  route: named(
    'ChatRoute',
    object(
      { route: ROUTE, triedBefore: list(object(PLACE), 'Routes that were tried before, in vain.') },
      { fallback: about(object({ from: REGION, reason: text() }), 'Why it is not the initial region that answers.') },
    ),
  ),
  text: named('ChatText', object({ text: text('A piece of the answer.') })),
  end: named('ChatEnd', object({}, { stopReason: text(), usage: { type: 'object' } })),
};

export const CHAT_STREAM: Schema = {
  type: 'string',
  description: `Server-sent events: \`route\`, then \`text\` piece by piece, then \`end\`; \`error\` with a problem document where the answer breaks off.`,
};

export const CHAT_EXAMPLE = 'event: text\ndata: {"text":"Hello"}\n\nevent: end\ndata: {"stopReason":"end_turn"}\n\n';
