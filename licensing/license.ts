/**
 * What a license is, and what may be said about one.
 *
 * @module
 */

import { z } from "zod";

/** What a caller says about a license. */
export interface LicenseDetails {
  readonly description: string;
  readonly productName: string;
  readonly licenseType: string;
  readonly comment: string | null;
}

/** A license as it stands. `version` grows by one with every change. */
export interface License extends LicenseDetails {
  readonly licenseId: string;
  readonly organizationId: string;
  readonly version: number;
}

/** The whole body of POST and PUT. */
export const licenseDetailsSchema: z.ZodType<LicenseDetails> = z.strictObject({
  description: z.string().max(500),
  productName: z.string().min(1).max(200),
  licenseType: z.string().min(1).max(100),
  comment: z.string().max(1000).nullable().default(null),
});
