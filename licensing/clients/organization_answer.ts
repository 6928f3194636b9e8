/**
 * What an answer of the organization service says.
 *
 * @module
 */

import { z } from "zod";
import type { OrganizationFact } from "../organization.ts";

/** The service gave no answer that can be used. */
export class OriginError extends Error {
  override readonly name = "OriginError";
  readonly retriable: boolean;

  constructor(state: string, options: ErrorOptions & { readonly retriable?: boolean } = {}) {
    super(`Cannot ask organization: ${state}`, options);
    this.retriable = options.retriable ?? true;
  }
}

/** What licensing needs of an organization; what else the service says is left out. */
const liveSchema = z.object({
  organizationId: z.string(),
  name: z.string(),
  contactName: z.string(),
  contactEmail: z.string(),
  contactPhone: z.string(),
  version: z.int().min(1),
});

/** A 404 without a version comes from something else at this address. */
const missingSchema = z.object({ version: z.int().min(0) });

/** Reads an answer. Throws an `OriginError` when it is none, or one about something else. */
export function parseAnswer(
  organizationId: string,
  { status, body }: { readonly status: number; readonly body: string },
): OrganizationFact {
  if (status === 200) {
    const { version, organizationId: answered, ...value } = parse(liveSchema, body);
    if (answered === organizationId) return { state: "live", version, value };
    throw new OriginError("the answer is about another organization", { retriable: false });
  }
  if (status === 404) return { state: "deleted", version: parse(missingSchema, body).version };
  throw new OriginError(`status ${status}`, { retriable: status >= 500 });
}

function parse<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    throw new OriginError("the answer has another form", { cause, retriable: false });
  }
}
