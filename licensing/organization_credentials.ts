/**
 * The settings by which licensing gets an access token for the organization service.
 *
 * @module
 */

import { secureUrl } from "@cauce/platform";
import { z } from "zod";

/** What licensing may do there: read any organization, since tenants are checked here. */
export const ORGANIZATION_SCOPE = "organizations:read";

/** Under their environment names. */
export const organizationCredentials = {
  ORGANIZATION_TOKEN_URL: secureUrl().optional().describe(
    "Where this service gets an access token for the organization service, by client credentials. " +
      "Required with AUTH=jwt",
  ),
  ORGANIZATION_CLIENT_ID: z.string().max(1000).optional().describe(
    "Who this service is there. Required with AUTH=jwt",
  ),
  ORGANIZATION_CLIENT_SECRET: z.string().max(8192).optional().meta({
    description: "Its secret there. Required with AUTH=jwt",
    secret: true,
  }),
} as const;

/** Why each is needed with `AUTH=jwt`. */
export const whyCredentials = {
  ORGANIZATION_TOKEN_URL:
    "where the issuer gives out tokens, for example https://issuer.example/token",
  ORGANIZATION_CLIENT_ID: "the organization service wants an access token of this service",
  ORGANIZATION_CLIENT_SECRET: "the organization service wants an access token of this service",
} as const;
