import type { Abilities, CapabilityDemands } from './model.types.js';

interface Demand {
  readonly isMade: (wanted: CapabilityDemands) => boolean;
  /** Of a demand that is made, whether it is met; undefined where that is not known. */
  readonly isMet: (known: Abilities, wanted: CapabilityDemands) => boolean | undefined;
  /** What is so where it is not met, after "The model …". */
  readonly lack: (known: Abilities, wanted: CapabilityDemands) => string;
  /** What is asked, after "whether the model …". */
  readonly question: (wanted: CapabilityDemands) => string;
}

const DEMANDS: readonly Demand[] = [
  atLeast('contextTokens', 'minContextTokens', 'a context window'),
  atLeast('maxOutputTokens', 'minOutputTokens', 'a longest answer'),
  ability('toolUse', 'takes tools', 'takes no tools'),
  ability('reasoning', 'reasons', 'does not reason'),
  ability('structuredOutput', 'answers by a schema', 'does not answer by a schema'),
];

const NOTHING: Abilities = {};

/** Whether anything is demanded: most callers demand nothing, and ask of many ways to invoke many models. */
export function demandsAbilities(wanted: CapabilityDemands): boolean {
  return (
    wanted.minContextTokens !== undefined ||
    wanted.minOutputTokens !== undefined ||
    wanted.toolUse === true ||
    wanted.reasoning === true ||
    wanted.structuredOutput === true
  );
}

/** What a model is known to lack of what is demanded, after "The model …"; undefined where it is known to lack nothing. */
export function lackOf(known: Abilities | undefined, wanted: CapabilityDemands): string | undefined {
  if (!demandsAbilities(wanted)) {
    return undefined;
  }
  const demand = DEMANDS.find(({ isMade, isMet }) => isMade(wanted) && isMet(known ?? NOTHING, wanted) === false);
  return demand && known && demand.lack(known, wanted);
}

/** What is demanded and not known, after "whether the model …". */
export function openQuestion(known: Abilities | undefined, wanted: CapabilityDemands): string | undefined {
  const isOpen = ({ isMade, isMet }: Demand): boolean =>
    isMade(wanted) && isMet(known ?? NOTHING, wanted) === undefined;
  return DEMANDS.find(isOpen)?.question(wanted);
}

function atLeast(
  name: 'contextTokens' | 'maxOutputTokens',
  demanded: 'minContextTokens' | 'minOutputTokens',
  words: string,
): Demand {
  return {
    isMade: (wanted) => wanted[demanded] !== undefined,
    isMet: (known, wanted) => {
      const held = known[name];
      return held === undefined ? undefined : held >= (wanted[demanded] ?? 0);
    },
    lack: (known, wanted) => `has ${words} of ${known[name]} tokens, less than ${wanted[demanded]}`,
    question: (wanted) => `has ${words} of ${wanted[demanded]} tokens`,
  };
}

function ability(name: 'toolUse' | 'reasoning' | 'structuredOutput', has: string, lacks: string): Demand {
  return {
    isMade: (wanted) => wanted[name] === true,
    isMet: (known) => known[name],
    lack: () => lacks,
    question: () => has,
  };
}
