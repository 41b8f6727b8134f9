/** Stands in for `@actions/exec`, which `@actions/core` needs for `platform.getDetails()` alone. See tsconfig.json. */
export function getExecOutput(): never {
  throw new Error('platform.getDetails() is not part of this bundle');
}
