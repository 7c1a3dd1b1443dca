/**
 * A question names the clerk who asks, but the truth must not hang on it: a clerk who was set without network and whom the gateway does not
 * know has every question of theirs refused, so that it is asked once more without them. Only for what may be repeated freely.
 */
export async function asClerk<Answer extends { readonly kind: string }>(
  staffId: string | null,
  ask: (staffId: string | null) => Promise<Answer>,
): Promise<Answer> {
  const answer = await ask(staffId);
  return answer.kind === 'refused' && staffId !== null ? ask(null) : answer;
}
