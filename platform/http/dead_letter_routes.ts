/**
 * Dead letters as an operator sees to them over HTTP.
 *
 * @module
 */

import {
  BrokerUnavailableError,
  DeadLetterStateError,
  InvalidMessageError,
  SendError,
} from "@cauce/messaging";
import {
  type DeadLetterOffice,
  type LetterFilter,
  type Operator,
  viewOf,
  viewOfShown,
} from "@cauce/messaging/dead-letters";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import {
  discardRoute,
  editRoute,
  listRoute,
  reasonsRoute,
  replayRoute,
  showRoute,
} from "./dead_letter_api.ts";
import { actorOf, type HttpEnv } from "./http_env.ts";
import { pageResponse, parsePageRequest } from "./pages.ts";
import { HttpError } from "./problem.ts";

/** What the routes need of messaging. */
export interface DeadLetterControl {
  /** The sinks whose dead letters can be seen to. */
  readonly bindings: readonly string[];
  /** `deadLetters` of messaging. */
  readonly open: (binding: string, operator: Operator) => DeadLetterOffice;
}

/** Adds `/dead-letters` and `/dead-letter-reasons`. */
export function addDeadLetterRoutes(app: OpenAPIHono<HttpEnv>, control: DeadLetterControl): void {
  const officeOf = (c: Context<HttpEnv>, binding: string | undefined) =>
    control.open(findBinding(control.bindings, binding), {
      by: actorOf(c),
      correlationId: c.var.correlationId,
    });

  app.openapi(listRoute, async (c) => {
    const query = c.req.valid("query");
    const { limit, after } = parsePageRequest(query);
    const office = officeOf(c, query.binding);
    const { items } = await orProblem(() =>
      office.list({ ...filterOf(query), limit: limit + 1, cursor: after })
    );
    const response = pageResponse(c, items.map(viewOf), { limit, idOf: ({ id }) => id });
    keepConditions(c, response);
    return response;
  });

  app.openapi(reasonsRoute, async (c) => {
    const query = c.req.valid("query");
    const office = officeOf(c, query.binding);
    const items = await orProblem(() => office.summarize(filterOf(query)));
    return c.json({ items: [...items] }, 200);
  });

  app.openapi(showRoute, async (c) => {
    const office = officeOf(c, c.req.valid("query").binding);
    const shown = await orProblem(() => office.show(c.req.valid("param").id));
    if (shown === undefined) throw missing();
    const view = viewOfShown(shown);
    return c.json({ ...view, acts: [...view.acts] }, 200);
  });

  app.openapi(editRoute, async (c) => {
    const office = officeOf(c, c.req.valid("query").binding);
    const { id } = c.req.valid("param");
    if (await orProblem(() => office.show(id)) === undefined) throw missing();
    const letter = await orProblem(() => office.edit(id, c.req.valid("json").payload));
    c.var.logger.info("Edited dead letter", { id });
    return c.json(viewOf(letter), 200);
  });

  app.openapi(replayRoute, async (c) => {
    const { binding, ratePerSecond, dryRun = false, ...rest } = c.req.valid("json");
    const office = officeOf(c, binding);
    const result = await orProblem(() =>
      office.replay({
        filter: filterOf(rest),
        dryRun,
        ratePerSecond,
        // Who does not wait for the answer wants no more of it.
        signal: c.req.raw.signal,
      })
    );
    c.var.logger.info("Replayed dead letters", { ...result });
    return c.json(result, 200);
  });

  app.openapi(discardRoute, async (c) => {
    const { binding, dryRun = false, ...rest } = c.req.valid("json");
    const office = officeOf(c, binding);
    const result = await orProblem(() => office.discard({ filter: filterOf(rest), dryRun }));
    c.var.logger.info("Discarded dead letters", { ...result });
    return c.json(result, 200);
  });
}

interface Conditions extends Omit<LetterFilter, "since"> {
  readonly since?: string | undefined;
}

function filterOf({ ids, reason, key, since }: Conditions): LetterFilter {
  return { ids, reason, key, since: since === undefined ? undefined : Date.parse(since) };
}

function findBinding(bindings: readonly string[], wanted: string | undefined): string {
  const [only] = bindings;
  if (wanted === undefined && only !== undefined && bindings.length === 1) return only;
  if (wanted === undefined) {
    throw new HttpError(422, {
      detail: "The request is not valid",
      errors: [{ parameter: "binding", detail: `must be one of ${bindings.join(", ")}` }],
    });
  }
  if (bindings.includes(wanted)) return wanted;
  throw new HttpError(404, { detail: `There is no sink with the binding "${wanted}"` });
}

/** The next page is asked for under the same conditions. */
function keepConditions(c: Context<HttpEnv>, response: Response): void {
  const link = response.headers.get("link");
  if (link === null) return;
  const [, next = ""] = /\?(.*)>/.exec(link) ?? [];
  const query = { ...c.req.query(), ...Object.fromEntries(new URLSearchParams(next)) };
  response.headers.set("link", `<${c.req.path}?${new URLSearchParams(query)}>; rel="next"`);
}

function missing(): HttpError {
  return new HttpError(404, { detail: "There is no such dead letter" });
}

async function orProblem<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toProblem(error);
  }
}

function toProblem(error: unknown): unknown {
  const options = { cause: error };
  if (error instanceof DeadLetterStateError) {
    return new HttpError(409, { detail: error.message }, options);
  }
  if (error instanceof InvalidMessageError) {
    const errors = [{ pointer: "/payload", detail: error.message }];
    return new HttpError(422, { detail: "The body is not valid", errors }, options);
  }
  if (error instanceof RangeError) {
    const errors = [{ parameter: "cursor", detail: "must be the next of an earlier page" }];
    return new HttpError(422, { detail: "The request is not valid", errors }, options);
  }
  if (error instanceof BrokerUnavailableError || error instanceof SendError) {
    const headers = { "retry-after": "1" };
    return new HttpError(503, { detail: "The broker is out of reach", headers }, options);
  }
  return error;
}
