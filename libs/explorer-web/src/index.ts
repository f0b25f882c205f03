export type { Knowledge, Matrix, MatrixModel, MatrixProfile, MatrixRegion, MatrixState } from './api/matrix.types.js';
