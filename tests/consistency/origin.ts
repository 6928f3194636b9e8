/**
 * What the organization services say.
 *
 * @module
 */

import { request } from "../support/http.ts";
import type { SettledEvent } from "./history.ts";

/** One organization as its origin has it. */
export type OriginState = Pick<SettledEvent, "version" | "state" | "name">;

const TIMEOUT_MS = 5000;

/** Asks one service after the other; undefined when none answers. */
export async function findAtOrigin(
  organizations: readonly string[],
  organizationId: string,
): Promise<OriginState | undefined> {
  for (const url of organizations) {
    const answer = await request("GET", `${url}/v1/organization/${organizationId}`, {
      timeoutMs: TIMEOUT_MS,
    }).catch(() => undefined);
    if (answer?.status === 200) {
      const { version, name } = answer.body;
      return { state: "live", version, name };
    }
    if (answer?.status === 404 && typeof answer.body.version === "number") {
      return { state: "deleted", version: answer.body.version, name: undefined };
    }
  }
  return undefined;
}
