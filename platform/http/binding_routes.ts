/**
 * Bindings as an operator sees and steers them.
 *
 * @module
 */

import {
  type BindingCommand,
  type BindingHealth,
  BindingStateError,
  type BindingStatus,
  BrokerUnavailableError,
  MissingFeatureError,
  type ReplayOptions,
  SeekError,
  type StartPosition,
} from "@cauce/messaging";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { redactText } from "../redact.ts";
import { listBindingsRoute, steerBindingRoute, type Steering } from "./binding_api.ts";
import { actorOf, type HttpEnv } from "./http_env.ts";
import { HttpError } from "./problem.ts";

/** What the routes need of messaging. */
export interface BindingControl {
  /** One row for each binding. */
  bindings(): Promise<readonly BindingStatus[]>;
  /** The same in short, known at once. */
  health(): readonly BindingHealth[];
  /** Starts, stops, pauses or resumes. */
  control(name: string, command: BindingCommand): Promise<void>;
  /** Lets a sink's group go on from another place. */
  replay(name: string, from: StartPosition, options?: ReplayOptions): Promise<void>;
}

/** Less than a load balancer's patience. */
const REPLAY_DEADLINE_MS = 30_000;

/** Adds `GET /bindings` and `POST /bindings/{name}`, which answers with the binding as it is then. */
export function addBindingRoutes(app: OpenAPIHono<HttpEnv>, control: BindingControl): void {
  app.openapi(
    listBindingsRoute,
    async (c) => c.json({ items: (await control.bindings()).map(toRow) }, 200),
  );

  app.openapi(steerBindingRoute, async (c) => {
    const { name } = c.req.valid("param");
    const steering = c.req.valid("json");
    if (control.health().every((binding) => binding.name !== name)) throw missing(name);
    await steer(control, { name, steering, gone: c.req.raw.signal });
    c.var.logger.info("Changed binding", { binding: name, by: actorOf(c), ...steering });
    const binding = (await control.bindings()).find((one) => one.name === name);
    if (binding === undefined) throw missing(name);
    return c.json(toRow(binding), 200);
  });
}

async function steer(
  control: BindingControl,
  { name, steering, gone }: { name: string; steering: Steering; gone: AbortSignal },
): Promise<void> {
  const { state, replayFrom } = steering;
  try {
    if (state !== undefined) await control.control(name, state);
    if (replayFrom === undefined) return;
    // Who does not wait for the answer wants no more of it.
    const signal = AbortSignal.any([gone, AbortSignal.timeout(REPLAY_DEADLINE_MS)]);
    await control.replay(name, toPosition(replayFrom), { signal });
  } catch (error) {
    throw toProblem(error);
  }
}

function toPosition(from: NonNullable<Steering["replayFrom"]>): StartPosition {
  if (typeof from === "string") return from;
  const { time, offsets = {} } = from;
  if (time !== undefined) return { time: Date.parse(time) };
  return {
    offsets: new Map(
      Object.entries(offsets).map(([partition, offset]) => [Number(partition), offset]),
    ),
  };
}

function toRow({ partitions, error, ...status }: BindingStatus) {
  return {
    ...status,
    error: error === null ? null : redactText(error),
    partitions: [...partitions],
  };
}

function missing(name: string): HttpError {
  return new HttpError(404, { detail: `There is no binding "${name}"` });
}

function toProblem(error: unknown): unknown {
  const options = { cause: error };
  if (error instanceof BindingStateError || error instanceof MissingFeatureError) {
    return new HttpError(409, { detail: error.message }, options);
  }
  if (error instanceof RangeError) {
    const errors = [{ pointer: "/replayFrom", detail: error.message }];
    return new HttpError(422, { detail: "The body is not valid", errors }, options);
  }
  if (error instanceof SeekError || error instanceof BrokerUnavailableError) {
    const headers = { "retry-after": "1" };
    return new HttpError(503, { detail: error.message, headers }, options);
  }
  return error;
}
