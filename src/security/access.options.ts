/** Who may reach the application, and how often it may be made to ask AWS. */
export interface AccessOptions {
  /**
   * Asked of whoever has AWS asked, as a bearer token or as the password of any user. Default: nobody is asked, which is
   * for loopback alone.
   */
  readonly token?: string;
  /** Names and addresses by which the application is reached beside those of this machine, without ports. Default: none. */
  readonly hosts?: readonly string[];
  /** How long AWS is not asked for the same again. Default: 30 seconds. */
  readonly refreshIntervalMs?: number;
}

/** Injection token of {@link AccessOptions}. */
export const ACCESS_OPTIONS = Symbol('access-options');
