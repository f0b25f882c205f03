import type { FactRule } from '../path-fact.js';
import { inWords, retainsMore } from './retention.types.js';

/** Whether the model allows the data retention mode in force, and that keeps no more than is wanted. */
export const RETENTION_RULE: FactRule = {
  rejects: ({ retention }, { retention: most }, { region }) => {
    const inForce = retention?.inForce;
    if (inForce === undefined) {
      return undefined;
    }
    const mode = `The data retention mode in ${region} is ${inWords(inForce)}`;
    const refused = retention?.refused.find((each) => each.mode === inForce.effective);
    if (refused !== undefined) {
      return `${mode}: the model does not allow it, ${refused.known}.`;
    }
    return most !== undefined && retainsMore(inForce.effective, most)
      ? `${mode}: more may be kept than under ${most}.`
      : undefined;
  },
  misses: ({ retention }, { retention: most }, { region }) =>
    // Nothing keeps more than the mode that keeps most.
    most !== undefined && retainsMore('provider_data_share', most) && retention?.inForce === undefined
      ? `The data retention mode in ${region} is not known.`
      : undefined,
};
