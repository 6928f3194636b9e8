/**
 * Who a request comes from, as its access token says.
 *
 * @module
 */

/** Whom an access token speaks for, and what it allows. */
export interface Principal {
  /** The person or program, for logs and the audit trail: printable, at most 255 characters. */
  readonly subject: string;
  /** What the token was given for. */
  readonly scopes: ReadonlySet<string>;
  /** The tenant. Undefined for one that belongs to none. */
  readonly organizationId: string | undefined;
}
