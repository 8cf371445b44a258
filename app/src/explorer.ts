/** Where a block explorer shows a transaction or an account; its root may have a path of its own. */
export function explorerLink(root: string, kind: "address" | "tx", id: string): string {
  return new URL(`${kind}/${id}`, root.endsWith("/") ? root : `${root}/`).href;
}
