/**
 * What writers asked for, and what they were told.
 *
 * @module
 */

/** A change of an organization's name that was sent. */
export interface Attempt {
  /** Unique in the run. */
  readonly name: string;
  /** The version that was answered; undefined when no answer came. */
  readonly version: number | undefined;
}

/** One organization's writes, one after the other. */
export interface WrittenOrganization {
  readonly organizationId: string;
  readonly attempts: Attempt[];
  /** Whether a deletion was answered. */
  isDeleted: boolean;
}

/** A run's writes. */
export class Journal {
  readonly organizations: WrittenOrganization[] = [];
  /** Answers that no caller should get, whoever is killed. */
  readonly unexpected: string[] = [];
  #acknowledged = 0;
  #unanswered = 0;

  /** Writes that were answered. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Requests whose answer never came. */
  get unanswered(): number {
    return this.#unanswered;
  }

  created(organizationId: string, name: string): WrittenOrganization {
    const organization = { organizationId, attempts: [{ name, version: 1 }], isDeleted: false };
    this.organizations.push(organization);
    this.#acknowledged += 1;
    return organization;
  }

  changed(organization: WrittenOrganization, attempt: Attempt): void {
    organization.attempts.push(attempt);
    if (attempt.version !== undefined) this.#acknowledged += 1;
  }

  deleted(organization: WrittenOrganization): void {
    organization.isDeleted = true;
    this.#acknowledged += 1;
  }

  /** Notes a write that may have been made or not. */
  lost(): void {
    this.#unanswered += 1;
  }
}
