/**
 * The organization service over HTTP: a request that ends in time, a few retries, a circuit breaker
 * and a bound on how many requests run at once.
 *
 * @module
 */

import type { Logger } from "@cauce/messaging";
import type { ServiceTokens } from "@cauce/platform/auth";
import {
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  handleWhen,
  isBulkheadRejectedError,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";
import type { Caller, OrganizationOrigin, OriginAnswer } from "../organization_origin.ts";
import { authorizedFetch, type Fetch } from "./authorized_fetch.ts";
import { OriginError, parseAnswer } from "./organization_answer.ts";
import { createRetryBudget } from "./retry_budget.ts";

/** Where the service is, and how much it is asked. */
export interface HttpOrganizationClientOptions {
  /** Without a slash at its end. */
  readonly url: string;
  /** For one look-up with its retry; shorter than a lease. */
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  readonly logger: Logger;
  /** This service's access tokens; none where the organization service wants none. */
  readonly tokens?: ServiceTokens | undefined;
}

/** Failures in a row until the service is left alone, and for how long. */
const FAILURES = 5;
const PAUSE_MS = 1000;
/** One request in ten may be repeated. */
const BUDGET = { ratio: 0.1, reserve: 10 };

/** Builds the client; it connects with its first request. */
export function httpOrganizationClient(options: HttpOrganizationClientOptions): OrganizationOrigin {
  const { url, timeoutMs, maxConcurrent, logger } = options;
  const fetch = authorizedFetch(options.tokens);
  const budget = createRetryBudget(BUDGET);
  const mayRetry = (error: unknown) =>
    error instanceof OriginError && error.retriable && budget.spend();
  const breaker = circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: PAUSE_MS,
  });
  breaker.onBreak(() => logger.warn("Stopped asking organization, which did not answer", { url }));
  breaker.onReset(() => logger.info("Asked organization again", { url }));
  const policy = wrap(
    timeout(timeoutMs, TimeoutStrategy.Aggressive),
    bulkhead(maxConcurrent, 4 * maxConcurrent),
    retry(handleWhen(mayRetry), { maxAttempts: 1 }),
    breaker,
    // Leaves time for the retry.
    timeout(timeoutMs / 2, TimeoutStrategy.Aggressive),
  );

  return {
    get isReachable() {
      return breaker.state !== CircuitState.Open;
    },
    find: (organizationId, caller) =>
      answerTo({ organizationId, caller }, (question) => ask(question)),
    async findIfChanged(organizationId, { version, caller }) {
      // One request finds out whether the service is back. Who has a value need not wait for it.
      if (breaker.state === CircuitState.HalfOpen) return "unavailable";
      const ask = (question: Question) => askIfChanged(question, version);
      return await answerTo({ organizationId, caller }, ask);
    },
  };

  async function answerTo<T>(
    question: Pick<Question, "organizationId" | "caller">,
    ask: (question: Question) => Promise<T>,
  ): Promise<T | OriginAnswer> {
    const { organizationId, caller: { correlationId } } = question;
    // Steps of a path, escaped or not: the request would go elsewhere, and no request can name it.
    if (/^\.\.?$/.test(organizationId)) return { state: "deleted", version: 0 };
    budget.earn();
    const address = `${url}/v1/organization/${encodeURIComponent(organizationId)}`;
    try {
      return await policy.execute(({ signal }) => ask({ ...question, address, signal, fetch }));
    } catch (error) {
      // One line tells that the breaker opened, and the metrics how many were turned away.
      const isTold = breaker.state === CircuitState.Open || isBulkheadRejectedError(error);
      const level = isTold ? "debug" : "warn";
      logger[level]("Failed to ask organization", { organizationId, correlationId, error });
      return "unavailable";
    }
  }
}

/** One request. */
interface Question {
  readonly address: string;
  readonly organizationId: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly fetch: Fetch;
}

async function ask(question: Question): Promise<OriginAnswer> {
  return parseAnswer(question.organizationId, await send(question));
}

async function askIfChanged(
  question: Question,
  version: number,
): Promise<OriginAnswer | "unchanged"> {
  const answer = await send(question, { "if-none-match": `"${version}"` });
  return answer.status === 304 ? "unchanged" : parseAnswer(question.organizationId, answer);
}

async function send(
  { address, caller, signal, fetch }: Question,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: string }> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(address, {
      headers: {
        accept: "application/json",
        "x-correlation-id": caller.correlationId,
        traceparent: caller.traceparent,
        ...headers,
      },
      redirect: "error",
      signal,
    });
    body = await response.text();
  } catch (cause) {
    throw new OriginError("no answer", { cause });
  }
  return { status: response.status, body };
}
