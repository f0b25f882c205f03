import type { Resolution } from 'nestjs-bedrock-discovery';
import type { AnswerProvenance } from 'explorer-web';

/** The routes to a model, with the same as a text for people, and what it rests on. */
export interface ExplainedResolution extends Omit<Resolution, 'explain'> {
  readonly text: string;
  readonly provenance: AnswerProvenance;
}
