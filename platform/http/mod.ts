/**
 * The HTTP side of a service: an app with bounds and problem documents, pages, conditions, health.
 *
 * @module
 */

export { addBindingRoutes, type BindingControl } from "./binding_routes.ts";
export {
  assertIfMatch,
  type EntityTag,
  expectedVersions,
  formatETag,
  matchesIfMatch,
  matchesIfNoneMatch,
  parseETags,
} from "./conditional.ts";
export { addDeadLetterRoutes, type DeadLetterControl } from "./dead_letter_routes.ts";
export type { ApiInfo } from "./docs_routes.ts";
export {
  addHealthRoutes,
  type ComponentHealth,
  type HealthCheck,
  type HealthOptions,
} from "./health_routes.ts";
export { createHttpApp, type HttpAppOptions } from "./http_app.ts";
export type { HttpEnv } from "./http_env.ts";
export {
  type Commit,
  createIdempotencyKeys,
  IdempotencyHeaders,
  type IdempotencyKeys,
  idempotent,
} from "./idempotent.ts";
export {
  deadLetterAccess,
  OPERATIONS_READ,
  OPERATIONS_WRITE,
  operatorAccess,
} from "./operator_access.ts";
export {
  type Page,
  PageQuery,
  type PageRequest,
  pageResponse,
  pageSchema,
  parsePageRequest,
} from "./pages.ts";
export {
  type FieldError,
  HttpError,
  problem,
  PROBLEM_TYPE,
  type ProblemOptions,
} from "./problem.ts";
export { type ProblemResponse, problemResponses, ProblemSchema } from "./problem_schema.ts";
export { acceptCorrelationId, acceptTraceparent } from "./request_context.ts";
export type { ObserveRequest, RequestObservation } from "./request_observer.ts";
