/** An answer of AWS, or of a shared tier, that is not what its operation promises. Classified, never thrown to users. */
export class MalformedResponseError extends Error {
  override readonly name = 'MalformedResponseError';
}
