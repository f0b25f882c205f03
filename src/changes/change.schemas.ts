import { changesByDay, DISCOVERY_CHANGE_TYPES, type DiscoveryChange } from 'nestjs-bedrock-discovery';
import { listOf } from '../lists/list.schemas.js';
import { about, list, named, object, oneOf, text, time } from '../openapi/schema.js';
import { REGION } from '../regions/region.schemas.js';

const IDENTITY = {
  id: text('Unique, and in the order of the changes when compared as text.'),
  at: time('When it was noticed.'),
  type: oneOf(DISCOVERY_CHANGE_TYPES),
};
const CONTENT = {
  modelId: text(),
  profileId: text(),
  arn: text('Of what the account owns.'),
  region: REGION,
  before: { description: 'What was listed before; the regions, where something is gone.' },
  after: { description: 'What is listed now; the regions, where something appeared.' },
};

export const CHANGE = named('Change', about(object(IDENTITY, CONTENT), 'A change of what Amazon Bedrock offers.'));

const RECORDED = { recordedSince: time('Since when changes are noticed; absent before the first scan.') };

export const CHANGE_LIST = listOf('ChangeList', CHANGE, RECORDED);

const SUBJECT = named(
  'ChangedSubject',
  about(
    object(
      {
        subject: text('Id of the model, which profiles that lead to it belong to; or of another profile, or an ARN.'),
        tone: oneOf(['gained', 'lost', 'moved'], 'Whether there is more than before, or less; `moved` for all else.'),
        words: text('All changes in few words.'),
        changes: list(object({ ...IDENTITY, words: text() }, CONTENT), 'Newest first.'),
      },
      { name: text('Of the model; absent where it is not known.') },
    ),
    'What became of a model, and of the profiles that lead to it, on one day.',
  ),
);

export const DAY_LIST = listOf(
  'DayOfChangesList',
  named(
    'DayOfChanges',
    object({ day: { type: 'string', format: 'date' }, subjects: list(SUBJECT, 'The one that changed last first.') }),
  ),
  RECORDED,
);

export const CHANGE_EXAMPLE: DiscoveryChange = {
  id: '1787400000000-00000',
  at: '2026-08-22T12:00:00.000Z',
  type: 'model-appeared',
  modelId: 'anthropic.claude-opus-5',
  after: ['eu-west-1', 'us-east-1'],
};

export const DAY_EXAMPLE = changesByDay([CHANGE_EXAMPLE], {
  modelNames: new Map([['anthropic.claude-opus-5', 'Claude Opus 5']]),
})[0];
