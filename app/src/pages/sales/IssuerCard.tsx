import { closeSale, fundSale } from "@gimbal/sdk";
import { isAddressEqual } from "viem";
import type { SaleState } from "../../data/sales.ts";
import { ActionButton } from "../../flow/ActionButton.tsx";
import { Card } from "../../ui/surfaces.tsx";
import { isOver, tokenWords } from "./saleForm.ts";

/** What only the issuer does: bring the tokens before the start, and be paid after the end. */
export function IssuerCard({ state }: { state: SaleState }) {
  const { address, sale, saleToken, account } = state;
  const { terms, status } = sale;
  if (account === undefined || !isAddressEqual(terms.issuer, account)) return null;
  const offered = tokenWords(terms.saleAmount, saleToken).short;
  const symbolOf = () => saleToken.symbol;
  const isClosable = isOver(status) && status !== "lapsed";
  if (status !== "announced" && !isClosable) return null;
  return (
    <Card title="For the issuer">
      {status === "announced" ? (
        <ActionButton
          action={{
            ...{ key: ["fundSale", address], verb: `Bring ${offered}`, title: `Bring ${offered} to the sale` },
            ...{ fault: undefined, symbolOf },
            prepare: ({ client, account: owner }) => fundSale(client, { sale: address, account: owner }),
          }}
        />
      ) : (
        <ActionButton
          variant="secondary"
          action={{
            ...{ key: ["closeSale", address], verb: "Close the sale", title: `Close the sale of ${saleToken.symbol}` },
            ...{ fault: undefined, symbolOf },
            prepare: ({ client, account: owner }) => closeSale(client, { sale: address, account: owner }),
          }}
        />
      )}
      <p className="mt-3 text-sm text-muted">
        Closing pays you what was accepted less the fee, and sends back what was not sold. Anyone may do it, once.
      </p>
    </Card>
  );
}
