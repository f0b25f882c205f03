/** How long one attempt took at the transport. */
export interface AttemptTiming {
  /**
   * From the request flushed to a connected socket, handshakes done, to the arrival of the response headers, in
   * milliseconds. Over HTTP/2, where the connection cannot be observed, from the beginning of the attempt.
   */
  readonly latencyMs: number;
  /** The connection was made for this attempt: the far side may have been slower for it. */
  readonly cold: boolean;
  /** The event loop of this process did not lag when the response came in. */
  readonly reliable: boolean;
}

const timings = new WeakMap<object, AttemptTiming>();

/** The timing of the attempt that a response of the SDK's request handler belongs to; such as an error's `$response`. */
export function timingOf(httpResponse: object): AttemptTiming | undefined {
  return timings.get(httpResponse);
}

export function recordTiming(httpResponse: object, timing: AttemptTiming): void {
  timings.set(httpResponse, timing);
}
