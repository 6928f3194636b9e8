/**
 * What our rules read of a CloudFormation template. cfn-lint checks the rest.
 *
 * @module
 */

/** A template with its short forms written out, as far as the rules look at it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, { readonly Export?: { readonly Name?: unknown } }>>;
}

/** One resource of it. Nothing in it has been checked. */
export interface Resource {
  readonly Type?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}
