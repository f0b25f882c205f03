import { validationError } from '../protocol/aws-error.js';
import { checkedEnum } from '../operations/constraints.js';
import { isObject } from '../settings/objects.js';
import { randomShare } from '../settings/random-share.js';
import { type InvokeFormat, missing, requestOf, textIn } from './invoke-format.js';
import type { ModelAnswer } from './model-runner.js';

/** A grey pixel, as PNG. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

const TITAN_DIMENSIONS = { v1: [1536], v2: [1024, 512, 256], image: [1024, 384, 256] } as const;
const COHERE_DIMENSIONS = { v3: [1024], v4: [1536, 1024, 512, 256] } as const;
const COHERE_INPUT_TYPES = ['search_document', 'search_query', 'classification', 'clustering', 'image'];

/** Amazon Titan Text Embeddings and Multimodal Embeddings. */
export function titanEmbeddings(version: keyof typeof TITAN_DIMENSIONS): InvokeFormat {
  return {
    read: ({ inputText, inputImage, dimensions, embeddingConfig }) => {
      const text = typeof inputText === 'string' ? inputText : '';
      if (text === '' && !(version === 'image' && typeof inputImage === 'string')) {
        throw missing('inputText');
      }
      const { outputEmbeddingLength } = isObject(embeddingConfig) ? embeddingConfig : {};
      checkDimensions(version === 'image' ? outputEmbeddingLength : dimensions, TITAN_DIMENSIONS[version]);
      return requestOf([text]);
    },
    answer: (answer, { dimensions, embeddingConfig, embeddingTypes }) => {
      const { outputEmbeddingLength } = isObject(embeddingConfig) ? embeddingConfig : {};
      const [length] = TITAN_DIMENSIONS[version];
      const wanted = version === 'image' ? outputEmbeddingLength : dimensions;
      const [embedding = []] = vectorsOf(answer, typeof wanted === 'number' ? wanted : length);
      const binary = Array.isArray(embeddingTypes) && embeddingTypes.includes('binary');
      const byType = { float: embedding, ...(binary && { binary: embedding.map((each) => (each > 0 ? 1 : 0)) }) };
      return {
        embedding,
        ...(version === 'v2' && { embeddingsByType: byType }),
        inputTextTokenCount: answer.inputTokens,
      };
    },
  };
}

/** Cohere Embed. */
export function cohereEmbeddings(version: keyof typeof COHERE_DIMENSIONS): InvokeFormat {
  return {
    read: ({ texts, images, input_type: inputType, output_dimension: dimension }) => {
      const given = Array.isArray(texts) ? texts.filter((text): text is string => typeof text === 'string') : [];
      if (given.length === 0 && !Array.isArray(images)) {
        throw missing('texts');
      }
      if (typeof inputType !== 'string') {
        throw missing('input_type');
      }
      checkedEnum(inputType, 'input_type', COHERE_INPUT_TYPES);
      checkDimensions(dimension, COHERE_DIMENSIONS[version]);
      return requestOf(given);
    },
    answer: (answer, { embedding_types: types, output_dimension: dimension }) => {
      const [length] = COHERE_DIMENSIONS[version];
      const vectors = vectorsOf(answer, typeof dimension === 'number' ? dimension : length);
      const byType = Array.isArray(types);
      return {
        id: answer.id,
        texts: answer.request.texts,
        embeddings: byType ? Object.fromEntries(types.map((type) => [String(type), vectors])) : vectors,
        response_type: byType ? 'embeddings_by_type' : 'embeddings_floats',
      };
    },
  };
}

/** Amazon Titan Image Generator and Nova Canvas: an image of one pixel. */
export const amazonImages: InvokeFormat = {
  read: ({ taskType, textToImageParams }) => {
    const { text } = isObject(textToImageParams) ? textToImageParams : {};
    if (typeof taskType !== 'string') {
      throw missing('taskType');
    }
    return requestOf(typeof text === 'string' ? [text] : []);
  },
  answer: (_, { imageGenerationConfig }) => {
    const { numberOfImages } = isObject(imageGenerationConfig) ? imageGenerationConfig : {};
    return {
      images: Array.from({ length: typeof numberOfImages === 'number' ? numberOfImages : 1 }, () => PIXEL),
      error: null,
    };
  },
};

/** Stability: an image of one pixel. */
export const stabilityImages: InvokeFormat = {
  read: (body) => requestOf([textIn(body, 'prompt')]),
  answer: () => ({ seeds: [0], finish_reasons: [null], images: [PIXEL] }),
};

/** A vector of unit length for each text, or the script's: the same text has the same one. */
function vectorsOf({ embedding, request, modelId }: ModelAnswer, length: number): (readonly number[])[] {
  const texts = request.texts.length === 0 ? [''] : request.texts;
  return texts.map((text) => {
    if (embedding !== undefined) {
      return embedding;
    }
    const raw = Array.from({ length }, (_, index) => randomShare(modelId, text, index) - 0.5);
    const norm = Math.hypot(...raw);
    return raw.map((each) => each / norm);
  });
}

function checkDimensions(given: unknown, accepted: readonly number[]): void {
  if (given !== undefined && !accepted.includes(given as number)) {
    throw validationError(
      `Malformed input request: ${JSON.stringify(given)} is not a valid enum value, please reformat your input and try again.`,
    );
  }
}
