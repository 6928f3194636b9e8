/**
 * Bindings as an operator sees and steers them.
 *
 * @module
 */

import type { BindingCommand, BindingStatus } from "@cauce/messaging";
import type { Hono } from "hono";
import { z } from "zod";
import type { HttpEnv } from "./http_env.ts";
import { HttpError } from "./problem.ts";
import { fieldErrors } from "./validation.ts";

/** What the routes need of messaging. */
export interface BindingControl {
  bindings(): Promise<readonly BindingStatus[]>;
  control(name: string, command: BindingCommand): Promise<void>;
}

const Command = z.strictObject({
  state: z.enum(["started", "stopped", "paused", "resumed"]),
});

/** Adds `GET /bindings` and `POST /bindings/{name}`, which answers with the binding as it is then. */
export function addBindingRoutes(app: Hono<HttpEnv>, control: BindingControl): void {
  app.get("/bindings", async (c) => c.json({ items: await control.bindings() }, 200));

  app.post("/bindings/:name", async (c) => {
    const { name } = c.req.param();
    const body = Command.safeParse(await c.req.json());
    if (!body.success) {
      throw new HttpError(422, {
        detail: "The body is not valid",
        errors: fieldErrors(body.error.issues, true),
      });
    }
    if (!await findBinding(control, name)) {
      throw new HttpError(404, { detail: `There is no binding "${name}"` });
    }
    await control.control(name, body.data.state);
    c.var.logger.info("Changed binding", { binding: name, state: body.data.state });
    return c.json(await findBinding(control, name) ?? null, 200);
  });
}

async function findBinding(
  control: BindingControl,
  name: string,
): Promise<BindingStatus | undefined> {
  return (await control.bindings()).find((binding) => binding.name === name);
}
