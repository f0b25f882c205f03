/** The same object without the members that are undefined, so that spreading it keeps what is beneath. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
