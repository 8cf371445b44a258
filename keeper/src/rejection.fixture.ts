/** What a promise was broken with. Throws when it was kept. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ kept: true as const }),
    (error: unknown) => ({ kept: false as const, error }),
  );
  if (outcome.kept) throw new Error("expected a rejection");
  return outcome.error;
}
