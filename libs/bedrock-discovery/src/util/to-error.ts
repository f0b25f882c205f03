/**
 * The same error as an instance of this module's `Error`. Where code runs in a realm of its own, as under Jest, Node's
 * errors are not, and the SDK would replace them by others that have lost their code and name.
 */
export function toError(error: unknown): Error {
  if (error instanceof Error) {
    return error;
  }
  const message = (error as { message?: unknown } | null | undefined)?.message;
  const own = new Error(typeof message === 'string' ? message : String(error), { cause: error });
  if (typeof error === 'object' && error !== null) {
    for (const key of ['name', 'code', 'syscall', 'errno', 'reason']) {
      const value = (error as Record<string, unknown>)[key];
      if (value !== undefined) {
        Object.defineProperty(own, key, { value, configurable: true, writable: true });
      }
    }
  }
  return own;
}
