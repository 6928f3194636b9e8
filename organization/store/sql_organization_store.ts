/**
 * Organizations in SQLite or PostgreSQL.
 *
 * @module
 */

import type { Database, Queryable, Transaction } from "@cauce/platform/database";
import type { Organization, OrganizationState } from "../organization.ts";
import type {
  ExpectedVersions,
  OrganizationStore,
  OrganizationWrites,
} from "../organization_store.ts";
import { insertOutboxEvent } from "./sql_outbox.ts";

interface Row {
  readonly organization_id: string;
  readonly name: string;
  readonly contact_name: string;
  readonly contact_email: string;
  readonly contact_phone: string;
  readonly version: number;
  readonly deleted_at: number | null;
}

const COLUMNS =
  "organization_id, name, contact_name, contact_email, contact_phone, version, deleted_at";

/** The store over one database, whose migrations have run. */
export function sqlOrganizationStore(database: Database): OrganizationStore {
  return {
    find: (organizationId) => find(database, organizationId),

    async list({ limit, after }) {
      const rows = await database.query<Row>(
        `SELECT ${COLUMNS} FROM organization
         WHERE deleted_at IS NULL AND organization_id > $1
         ORDER BY organization_id LIMIT $2`,
        [after ?? "", limit],
      );
      return rows.map(toOrganization);
    },

    write: (work) => database.transaction((transaction) => work(sqlWrites(transaction))),
    writesIn: sqlWrites,
  };
}

function sqlWrites(transaction: Transaction): OrganizationWrites {
  return {
    find: (organizationId) => find(transaction, organizationId),

    async insert(organization) {
      const rows = await transaction.query(
        `INSERT INTO organization
           (organization_id, name, contact_name, contact_email, contact_phone, version)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (organization_id) DO NOTHING RETURNING version`,
        [
          organization.organizationId,
          organization.name,
          organization.contactName,
          organization.contactEmail,
          organization.contactPhone,
          organization.version,
        ],
      );
      return rows.length > 0;
    },

    async update(organizationId, changes, { expected } = {}) {
      const [row] = await transaction.query<Row>(
        `UPDATE organization SET
           name = COALESCE($2, name), contact_name = COALESCE($3, contact_name),
           contact_email = COALESCE($4, contact_email),
           contact_phone = COALESCE($5, contact_phone), version = version + 1
         WHERE organization_id = $1 AND deleted_at IS NULL ${andVersion(expected, 6)}
         RETURNING ${COLUMNS}`,
        [
          organizationId,
          changes.name ?? null,
          changes.contactName ?? null,
          changes.contactEmail ?? null,
          changes.contactPhone ?? null,
          ...expected ?? [],
        ],
      );
      return row && toOrganization(row);
    },

    // What was said about the organization goes; the id and the version stay.
    async remove(organizationId, { at, expected }) {
      const [row] = await transaction.query<Row>(
        `UPDATE organization SET
           name = '', contact_name = '', contact_email = '', contact_phone = '',
           version = version + 1, deleted_at = $2
         WHERE organization_id = $1 AND deleted_at IS NULL ${andVersion(expected, 3)}
         RETURNING ${COLUMNS}`,
        [organizationId, at, ...expected ?? []],
      );
      return row?.version;
    },

    record: (event) => insertOutboxEvent(transaction, event),
  };
}

async function find(database: Queryable, organizationId: string): Promise<OrganizationState> {
  const [row] = await database.query<Row>(
    `SELECT ${COLUMNS} FROM organization WHERE organization_id = $1`,
    [organizationId],
  );
  if (row === undefined) return { state: "unknown" };
  if (row.deleted_at !== null) return { state: "deleted", version: row.version };
  return { state: "live", organization: toOrganization(row) };
}

function andVersion(expected: ExpectedVersions, first: number): string {
  if (expected === undefined) return "";
  // PostgreSQL has no list of nothing.
  if (expected.length === 0) return "AND 1 = 0";
  return `AND version IN (${expected.map((_, index) => `$${first + index}`).join(", ")})`;
}

function toOrganization(row: Row): Organization {
  return {
    organizationId: row.organization_id,
    name: row.name,
    contactName: row.contact_name,
    contactEmail: row.contact_email,
    contactPhone: row.contact_phone,
    version: row.version,
  };
}
