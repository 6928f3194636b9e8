/**
 * AWS's JSON protocol 1.1 over HTTP: the operation stands in a header, errors in `__type`.
 *
 * @module
 */

import { z } from "zod";
import { EcsError } from "../ecs/errors.ts";

/** What one operation does with its input. */
export type Operation = (input: unknown) => unknown;

/** The operations of the endpoint, by `Service.Operation` as the header names them. */
export type Operations = Readonly<Record<string, Operation>>;

const MEDIA_TYPE = "application/x-amz-json-1.1";

/** Returns a handler that calls the operation of a request. Signatures are not checked. */
export function jsonProtocol(operations: Operations): (request: Request) => Promise<Response> {
  return async (request) => {
    const target = request.headers.get("x-amz-target") ?? "";
    try {
      const operation = Object.hasOwn(operations, target) ? operations[target] : undefined;
      if (!operation) {
        throw new EcsError("UnknownOperationException", `ecs:local has no operation "${target}".`);
      }
      const text = await request.text();
      const output = operation(text === "" ? {} : JSON.parse(text));
      return answer(200, output ?? {});
    } catch (error) {
      if (error instanceof EcsError) {
        return answer(400, { __type: error.code, message: error.message });
      }
      if (error instanceof SyntaxError) {
        return answer(400, { __type: "SerializationException", message: error.message });
      }
      const message = error instanceof Error ? error.stack ?? error.message : String(error);
      return answer(500, { __type: "ServerException", message });
    }
  };
}

/** Returns the input as a schema wants it. Throws what the client must correct. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new EcsError("InvalidParameterException", problems.join("; "));
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": MEDIA_TYPE, "x-amzn-requestid": crypto.randomUUID() },
  });
}
