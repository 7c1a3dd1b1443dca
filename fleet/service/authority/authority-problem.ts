/** A mistake of whoever calls: its words say what to do. */
export class AuthorityProblem extends Error {
  override readonly name = 'AuthorityProblem';
}
