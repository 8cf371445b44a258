import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useConnection } from "wagmi";
import { useChainClient, useNetwork } from "../data/network.tsx";
import { sentenceOf } from "../flow/sentence.ts";

/** The line that marks a chain of this machine, and what fills a wallet there. Shown nowhere else. */
export function LocalMoney({ onConnect }: { onConnect: () => void }) {
  const network = useNetwork();
  const { address } = useConnection();
  const client = useChainClient();
  const queries = useQueryClient();
  const giving = useMutation({
    mutationFn: async () => {
      if (client === undefined || address === undefined) throw new Error("No wallet is connected.");
      const { giveLocalMoney } = await import("../wallet/localMoney.ts");
      return giveLocalMoney(client, network, address);
    },
    onSuccess: async (given) => {
      toast.success("Made-up money is there", { description: given.join(", ") });
      await queries.invalidateQueries();
    },
    onError: (error) => {
      const description = error.name === "LocalMoneyError" ? error.message : sentenceOf(error);
      toast.error("No money was given", { description });
    },
  });
  if (!network.isLocal) return null;
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 bg-warn-surface px-4 text-xs">
      <p className="py-1">
        Money here is made up<span className="max-sm:hidden">: this is a chain of this machine</span>.
      </p>
      <button
        type="button"
        className="min-h-11 font-medium underline disabled:no-underline sm:min-h-8"
        disabled={giving.isPending}
        onClick={() => (address === undefined ? onConnect() : giving.mutate())}
      >
        {giving.isPending ? "Sending" : "Give me local money"}
      </button>
    </div>
  );
}
