const WHOLE = 10_000;

/** Who gets which part of every fee {bps}, as the vault splits it. */
export function splitOf(protocolFee: number, royalty: number, hasCreator: boolean) {
  const creatorSide = WHOLE - protocolFee;
  const author = (creatorSide * royalty) / WHOLE;
  const creator = hasCreator ? creatorSide - author : 0;
  return { protocol: WHOLE - author - creator, author, creator };
}
