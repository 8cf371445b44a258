import { expect } from "chai";
import { type Address, getAddress } from "viem";
import { type Json, testApp } from "../app.fixture.ts";
import { ChatBook } from "../chat/book.ts";
import type { ApiContext } from "../context.ts";
import { emptyContext } from "../world.fixture.ts";
import { chatRoutes } from "./chat.ts";

const ALICE: Address = getAddress("0x00000000000000000000000000000000000000aa");

describe("/v1/chat", () => {
  let context: ApiContext;
  before(async () => {
    context = await emptyContext();
  });

  const call = async (id: string, params: object = {}, account: Address | null = ALICE): Promise<Json> => {
    const route = chatRoutes.find((item) => item.id === id);
    return route!.call!(context, { params: { ...params }, caller: { account, tier: 0 } }).catch(
      (error: unknown) => error,
    );
  };

  it("gives a code to who is signed in, lists the chat that it linked, and unlinks it", async () => {
    const { data } = await call("createChatCode");
    expect(data.command).to.equal(`/link ${data.code}`);
    const book = new ChatBook(context.store.database, context.clock);
    expect(await book.link("telegram", "5", data.code)).to.deep.equal({ kind: "linked", account: ALICE });
    expect((await call("listChatLinks")).data.map(({ channel }: Json) => channel)).to.deep.equal(["telegram"]);
    expect((await call("deleteChatLink", { channel: "telegram" })).data.isLinked).to.equal(false);
    expect((await call("deleteChatLink", { channel: "telegram" })).code).to.equal("NOT_FOUND");
    expect((await call("deleteChatLink", { channel: "smoke" })).code).to.equal("REQUEST_INVALID");
  });

  it("gives nothing to strangers", async () => {
    for (const id of ["createChatCode", "listChatLinks"]) {
      expect((await call(id, {}, null)).code).to.equal("UNAUTHENTICATED");
    }
    const response = await testApp(context)("/v1/chat/codes", { method: "POST" });
    expect(response.status).to.equal(401);
  });
});
