/**
 * Errors as RFC 9457 problem details: the one place that builds them.
 *
 * @module
 */

/** One thing that is wrong with the request. */
export interface FieldError {
  /** JSON pointer into the body: `/name`. */
  readonly pointer?: string;
  /** The query parameter or header, where it is not the body. */
  readonly parameter?: string;
  /** What is wrong, for a person. */
  readonly detail: string;
}

/** What a problem says beyond its status. */
export interface ProblemOptions {
  /** Short and the same for every occurrence. Without it, the status's own words. */
  readonly title?: string;
  /** About this occurrence, for a person. */
  readonly detail?: string;
  /** Every field that is wrong. */
  readonly errors?: readonly FieldError[];
  /** More members of the document, for a program. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Of the answer: `retry-after`, for example. */
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  507: "Insufficient Storage",
};

/** The media type of every error. */
export const PROBLEM_TYPE = "application/problem+json";

/** Builds the answer. `Cache-Control: no-store`, for an error must not outlive its cause. */
export function problem(status: number, options: ProblemOptions = {}): Response {
  const { title, detail, errors, extensions, headers } = options;
  const body = {
    ...extensions,
    type: "about:blank",
    title: title ?? TITLES[status] ?? "Error",
    status,
    ...(detail !== undefined && { detail }),
    ...(errors !== undefined && { errors }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "cache-control": "no-store", ...headers, "content-type": PROBLEM_TYPE },
  });
}

/** Ends a request with a problem, from wherever it is thrown. */
export class HttpError extends Error {
  /** How callers and logs know it. */
  override readonly name = "HttpError";

  /** The message is the problem's detail, or else its title. */
  constructor(
    readonly status: number,
    readonly problem: ProblemOptions = {},
    options?: ErrorOptions,
  ) {
    super(problem.detail ?? problem.title ?? TITLES[status] ?? `HTTP ${status}`, options);
  }

  /** The answer to send. */
  toResponse(): Response {
    return problem(this.status, this.problem);
  }
}
