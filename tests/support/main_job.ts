/**
 * The main job, as a user does it by curl: an organization changes, and every licensing service
 * shows the change.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { request } from "./http.ts";
import { until } from "./until.ts";

/** Where the services are. */
export interface Addresses {
  readonly organization: string;
  readonly licensing: readonly string[];
}

/** An organization with one license, cached by every licensing service. */
export interface CachedLicense {
  readonly organizationId: string;
  readonly organizationUrl: string;
  /** The same license at every licensing service. */
  readonly licenseUrls: readonly string[];
}

/** The whole body of an organization with a name. */
export function organizationNamed(name: string): Record<string, string> {
  return {
    name,
    contactName: "Ada Lovelace",
    contactEmail: "ada@example.com",
    contactPhone: "+44 20 5550 0100",
  };
}

/** Creates an organization and a license and reads it until every licensing service answers from its cache. */
export async function createCachedLicense(
  { organization, licensing }: Addresses,
  name: string,
): Promise<CachedLicense> {
  const created = await request("POST", `${organization}/v1/organization`, {
    body: organizationNamed(name),
  });
  strictEqual(created.status, 201, JSON.stringify(created.body));
  const { organizationId } = created.body;
  const path = `/v1/organization/${organizationId}/license`;
  const license = await request("POST", `${licensing[0]}${path}`, {
    body: { description: "the course", productName: "Ostock", licenseType: "complete" },
  });
  strictEqual(license.status, 201, JSON.stringify(license.body));
  const licenseUrls = licensing.map((url) => `${url}${path}/${license.body.licenseId}`);
  for (const url of licenseUrls) {
    // The event of the creation may still be on its way and fence the first fill.
    await until(async () => {
      const { headers } = await request("GET", url);
      return headers.get("cache-status") === "organization; hit";
    }, `a hit at ${url}`);
  }
  return {
    organizationId,
    organizationUrl: `${organization}/v1/organization/${organizationId}`,
    licenseUrls,
  };
}

/** Gives the organization another name. */
export async function rename(license: CachedLicense, name: string): Promise<void> {
  const { status, body } = await request("PUT", license.organizationUrl, {
    body: organizationNamed(name),
  });
  strictEqual(status, 200, JSON.stringify(body));
}

/** Waits until every licensing service shows the organization's name. */
export async function showsEverywhere(
  license: CachedLicense,
  name: string,
  timeoutMs = 10_000,
): Promise<void> {
  for (const url of license.licenseUrls) {
    await until(
      async () => (await request("GET", url)).body.organization?.name === name,
      `"${name}" at ${url}`,
      { timeoutMs },
    );
  }
}
