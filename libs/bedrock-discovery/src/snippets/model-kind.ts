/** What a model takes and gives, as AWS lists it. @publicApi */
export interface SnippetModel {
  /** Such as `TEXT` and `IMAGE`. */
  readonly inputModalities: readonly string[];
  /** Such as `TEXT` and `EMBEDDING`. */
  readonly outputModalities: readonly string[];
}

/** What a model is called with. */
export type ModelKind = 'chat' | 'embedding' | 'image' | 'speech' | 'other';

export function kindOf(modelId: string, { inputModalities, outputModalities }: SnippetModel): ModelKind {
  if (outputModalities.includes('EMBEDDING')) {
    return 'embedding';
  }
  if (inputModalities.includes('SPEECH') || outputModalities.includes('SPEECH')) {
    return 'speech';
  }
  if (outputModalities.includes('IMAGE')) {
    return 'image';
  }
  return outputModalities.includes('TEXT') && !modelId.includes('rerank') ? 'chat' : 'other';
}

/** A small request in the format of the model's provider. */
export function bodyFor(modelId: string, kind: ModelKind): object {
  if (kind === 'embedding') {
    if (modelId.includes('cohere.')) {
      return { texts: ['Hello'], input_type: 'search_document' };
    }
    if (modelId.includes('twelvelabs.')) {
      return { inputType: 'text', inputText: 'Hello' };
    }
    return modelId.includes('nova-2-multimodal')
      ? {
          taskType: 'SINGLE_EMBEDDING',
          singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', text: { truncationMode: 'END', value: 'Hello' } },
        }
      : { inputText: 'Hello' };
  }
  if (kind === 'image') {
    return modelId.includes('amazon.')
      ? { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'A quiet harbour' } }
      : { prompt: 'A quiet harbour' };
  }
  if (modelId.includes('rerank')) {
    const query = { query: 'capital of France', documents: ['Paris is a city.', 'Rain falls.'] };
    return modelId.includes('cohere.') ? { ...query, api_version: 2 } : query;
  }
  return { prompt: 'Hello' };
}
