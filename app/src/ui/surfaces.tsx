import { type ReactNode, useEffect } from "react";
import type { Shown } from "../format.ts";

/** What a page is called: its first heading, and the name of its tab. */
export function PageTitle({ children }: { children: string | readonly string[] }) {
  const words = typeof children === "string" ? children : children.join("");
  useEffect(() => {
    document.title = `${words} · Gimbal`;
  }, [words]);
  return <h1 className="min-w-0 text-2xl font-semibold wrap-break-word">{words}</h1>;
}

/** A part of a page with its heading. */
export function Card({ title, aside, children }: { title?: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="min-w-0 rounded-xl border border-line bg-surface p-4 sm:p-5">
      {title !== undefined && (
        <header className="mb-3 flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-base font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

/** A figure: short on the screen, exact for whoever points at it or listens. */
export function Figure({ shown, tone }: { shown: Shown; tone?: "gain" | "loss" | "muted" | undefined }) {
  const colour = tone === "gain" ? "text-gain" : tone === "loss" ? "text-loss" : tone === "muted" ? "text-muted" : "";
  return (
    <span className={`tabular-nums whitespace-nowrap ${colour}`} title={shown.exact}>
      {shown.short}
    </span>
  );
}

/** Something good or bad to know, and what to do about it. */
export function Notice({ tone = "info", children }: { tone?: "info" | "warn"; children: ReactNode }) {
  const look = tone === "warn" ? "border-warn bg-warn-surface text-text" : "border-line bg-raised text-text";
  return (
    <div role={tone === "warn" ? "alert" : "status"} className={`rounded-lg border px-4 py-3 text-sm ${look}`}>
      {children}
    </div>
  );
}

/** Nothing is here yet: why, and what to do. `isPage`: nothing else stands on the page. */
export function Empty({ title, isPage, children }: { title: string; isPage?: boolean; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      {isPage ? <PageTitle>{title}</PageTitle> : <p className="font-medium">{title}</p>}
      <div className="max-w-md text-sm text-muted">{children}</div>
    </div>
  );
}

/** Where something will stand, while it is on its way. */
export function Skeleton({ className = "h-5 w-24" }: { className?: string }) {
  return <span aria-hidden="true" className={`inline-block animate-pulse rounded bg-raised ${className}`} />;
}
