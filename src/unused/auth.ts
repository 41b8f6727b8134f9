/** Stands in for http-client's authentication, which `@actions/core` needs for `getIDToken()` alone. See tsconfig.json. */
export class BearerCredentialHandler {
  constructor() {
    throw new Error('getIDToken() is not part of this bundle');
  }
}
