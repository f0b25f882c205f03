/** What an AWS service answers when it refuses a request. */
export class AwsError extends Error {
  override readonly name: string;

  /**
   * @param name the exception, as in `x-amzn-errortype`
   * @param status HTTP status
   * @param messageKey real answers of an authorisation layer spell it `Message`
   * @param members what the body says besides the message
   */
  constructor(
    name: string,
    readonly status: number,
    message: string,
    readonly messageKey: 'message' | 'Message' = 'message',
    readonly headers: Readonly<Record<string, string>> = {},
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = name;
  }
}

/** Both for a wrong key and for a region that the account has not opted in to: a caller cannot tell them apart. */
export function unrecognizedClient(): AwsError {
  return new AwsError('UnrecognizedClientException', 403, 'The security token included in the request is invalid.');
}

export function expiredToken(): AwsError {
  return new AwsError('ExpiredTokenException', 403, 'The security token included in the request is expired');
}

export function invalidSignature(message: string): AwsError {
  return new AwsError('InvalidSignatureException', 403, message);
}

export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', 400, message);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 404, message);
}

export function unknownOperation(message: string): AwsError {
  return new AwsError('UnknownOperationException', 404, message);
}
