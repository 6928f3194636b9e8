/**
 * Licenses in SQLite or PostgreSQL.
 *
 * @module
 */

import type { Queryable } from "@cauce/platform/database";
import type { License } from "../license.ts";
import type { ExpectedVersions, LicenseStore } from "../license_store.ts";

interface Row {
  readonly organization_id: string;
  readonly license_id: string;
  readonly description: string;
  readonly product_name: string;
  readonly license_type: string;
  readonly comment: string | null;
  readonly version: number;
}

const COLUMNS =
  "organization_id, license_id, description, product_name, license_type, comment, version";

/** The store over a database whose migrations have run, or inside one of its transactions. */
export function sqlLicenseStore(database: Queryable): LicenseStore {
  return {
    async find({ organizationId, licenseId }) {
      const [row] = await database.query<Row>(
        `SELECT ${COLUMNS} FROM license WHERE organization_id = $1 AND license_id = $2`,
        [organizationId, licenseId],
      );
      return row && toLicense(row);
    },

    async list(organizationId, { limit, after }) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM license WHERE organization_id = $1 AND license_id > $2
         ORDER BY license_id LIMIT $3`,
        [organizationId, after ?? "", limit],
      );
      return rows.map(toLicense);
    },

    async insert(license) {
      const rows = await database.query(
        `INSERT INTO license (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (organization_id, license_id) DO NOTHING RETURNING version`,
        [
          license.organizationId,
          license.licenseId,
          license.description,
          license.productName,
          license.licenseType,
          license.comment,
          license.version,
        ],
      );
      return rows.length > 0;
    },

    async replace({ organizationId, licenseId }, details, { expected } = {}) {
      const [row] = await database.query<Row>(
        `UPDATE license SET description = $3, product_name = $4, license_type = $5, comment = $6,
           version = version + 1
         WHERE organization_id = $1 AND license_id = $2 ${andVersion(expected, 7)}
         RETURNING ${COLUMNS}`,
        [
          organizationId,
          licenseId,
          details.description,
          details.productName,
          details.licenseType,
          details.comment,
          ...expected ?? [],
        ],
      );
      return row && toLicense(row);
    },

    async remove({ organizationId, licenseId }, { expected } = {}) {
      const rows = await database.query(
        `DELETE FROM license
         WHERE organization_id = $1 AND license_id = $2 ${andVersion(expected, 3)}
         RETURNING version`,
        [organizationId, licenseId, ...expected ?? []],
      );
      return rows.length > 0;
    },
  };
}

function andVersion(expected: ExpectedVersions, first: number): string {
  if (expected === undefined) return "";
  // PostgreSQL has no list of nothing.
  if (expected.length === 0) return "AND 1 = 0";
  return `AND version IN (${expected.map((_, index) => `$${first + index}`).join(", ")})`;
}

function toLicense(row: Row): License {
  return {
    licenseId: row.license_id,
    organizationId: row.organization_id,
    description: row.description,
    productName: row.product_name,
    licenseType: row.license_type,
    comment: row.comment,
    version: row.version,
  };
}
