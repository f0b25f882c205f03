export type { AnswerProvenance, ChangesAnswer, ListAnswer } from './api/answers.types.js';
export type {
  Knowledge,
  Matrix,
  MatrixModel,
  MatrixPrice,
  MatrixProfile,
  MatrixRegion,
  MatrixState,
} from './api/matrix.types.js';
export { previewOf } from './preview.js';
