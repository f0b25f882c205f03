import type { Resolution } from 'nestjs-bedrock-discovery';

/** The routes to a model, with the same as a text for people. */
export interface ExplainedResolution extends Omit<Resolution, 'explain'> {
  readonly text: string;
}
