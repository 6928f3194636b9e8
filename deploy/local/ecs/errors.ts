/**
 * Errors as the endpoint sends them.
 *
 * @module
 */

/** A request that cannot be done, under the name that AWS gives such errors. */
export class EcsError extends Error {
  override readonly name = "EcsError";

  constructor(readonly code: EcsErrorCode, message: string) {
    super(message);
  }
}

/** Names of errors that clients know. */
export type EcsErrorCode =
  | "ClientException"
  | "InvalidParameterException"
  | "ServiceNotFoundException"
  | "ServiceNotActiveException"
  | "ClusterNotFoundException"
  | "ServiceDeploymentNotFoundException"
  | "ObjectNotFoundException"
  | "ResourceNotFound"
  | "ValidationException"
  | "UnknownOperationException";
