import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { type Address, toHex } from "viem";
import { BacktestPanel } from "../create/BacktestPanel.tsx";
import { BasketStep } from "../create/BasketStep.tsx";
import { CreateStep } from "../create/CreateStep.tsx";
import { changeDraft, type Draft, dropDraft, EMPTY_DRAFT, loadDraft, STEPS, saveDraft } from "../create/draft.ts";
import { basketFault, termsFaults } from "../create/faults.ts";
import { PreviewStep } from "../create/PreviewStep.tsx";
import { TermsStep } from "../create/TermsStep.tsx";
import { useAssets } from "../data/assets.ts";
import { useNetwork } from "../data/network.tsx";
import { Button } from "../ui/controls.tsx";
import { Card, Empty, PageTitle } from "../ui/surfaces.tsx";

const SALT_BYTES = 32;
const [BASKET, TERMS, PREVIEW, CREATE] = [0, 1, 2, 3];

const newDraft = (): Draft => ({ ...EMPTY_DRAFT, salt: toHex(crypto.getRandomValues(new Uint8Array(SALT_BYTES))) });

/** An index without code: basket, terms, preview with backtest, creation. A reload loses nothing. */
export function CreatePage() {
  const { chainId } = useNetwork();
  return <Wizard key={chainId} chainId={chainId} />;
}

function Wizard({ chainId }: { chainId: number }) {
  const [draft, setDraft] = useState<Draft>(() => {
    const kept = loadDraft(localStorage, chainId);
    return kept.salt === "" ? newDraft() : kept;
  });
  const [created, setCreated] = useState<{ vault: Address; symbol: string }>();
  const { data: assets } = useAssets();
  useEffect(() => saveDraft(localStorage, chainId, draft), [chainId, draft]);
  const isUntouched = draft.stables.length === 0 && draft.rows.length === 0 && draft.step === BASKET;
  useEffect(() => {
    // Whoever has no stable token in the basket gets the listed ones proposed, as the command line does.
    const usual = (assets ?? []).filter(({ symbol, isStable }) => isStable && ["USDC", "USDT"].includes(symbol));
    if (isUntouched && usual.length > 0) setDraft((now) => ({ ...now, stables: usual.map(({ token }) => token) }));
  }, [assets, isUntouched]);

  const change = useCallback((part: Partial<Draft>) => setDraft((now) => changeDraft(now, part)), []);
  const startAgain = () => {
    dropDraft(localStorage, chainId);
    setCreated(undefined);
    setDraft(newDraft());
  };
  if (created !== undefined) return <Created {...created} onAgain={startAgain} />;

  const basket = basketFault(draft);
  const terms = Object.values(termsFaults(draft));
  const faults = [...(basket === undefined ? [] : [basket]), ...terms];
  const here = draft.step === BASKET ? basket : draft.step === TERMS ? terms[0] : undefined;
  return (
    <div className="flex flex-col gap-4">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <PageTitle>Create an index</PageTitle>
        <Button variant="quiet" onClick={startAgain}>
          Start again
        </Button>
      </header>
      <Progress draft={draft} change={change} />
      {draft.step === BASKET && <BasketStep draft={draft} change={change} />}
      {draft.step === TERMS && <TermsStep draft={draft} change={change} />}
      {draft.step === PREVIEW && (
        <>
          <PreviewStep draft={draft} faults={faults} />
          <BacktestPanel draft={draft} fault={faults[0]} />
        </>
      )}
      {draft.step === CREATE && (
        <CreateStep
          draft={draft}
          faults={faults}
          change={change}
          onCreated={(vault) => {
            dropDraft(localStorage, chainId);
            setCreated({ vault, symbol: draft.symbol });
          }}
        />
      )}
      <div className="flex justify-between gap-2">
        <Button disabled={draft.step === BASKET} onClick={() => change({ step: draft.step - 1 })}>
          Back
        </Button>
        {draft.step < CREATE && (
          <Button variant="primary" disabled={here !== undefined} onClick={() => change({ step: draft.step + 1 })}>
            {here ?? `Next: ${STEPS[draft.step + 1]}`}
          </Button>
        )}
      </div>
    </div>
  );
}

function Progress({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  return (
    <nav aria-label="Steps">
      <ol className="grid grid-cols-2 gap-1 sm:grid-cols-4">
        {STEPS.map((title, i) => (
          <li key={title}>
            <Button
              variant={i === draft.step ? "secondary" : "quiet"}
              className="w-full"
              aria-current={i === draft.step ? "step" : undefined}
              disabled={i > draft.step}
              onClick={() => change({ step: i })}
            >
              {i + 1}. {title}
            </Button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Created({ vault, symbol, onAgain }: { vault: Address; symbol: string; onAgain: () => void }) {
  return (
    <Card>
      <Empty title={`${symbol} is created`}>
        <p className="mb-3 font-mono break-all">{vault}</p>
        <p className="mb-4">
          Anyone can buy it from now on. Its first decision may be signed as soon as its signers want.
        </p>
        <div className="flex flex-wrap justify-center gap-2">
          <Link
            to="/index/$address"
            params={{ address: vault }}
            className="inline-flex min-h-11 items-center rounded-lg bg-accent px-4 text-accent-text"
          >
            Open the index
          </Link>
          <Button onClick={onAgain}>Create another one</Button>
        </div>
      </Empty>
    </Card>
  );
}
