import { lazy, Suspense, useEffect, useState } from "react";
import { asApiError, isAbort, type ApiError } from "../api/client";
import { sharedOpen } from "../api/shared";
import type { SharedOut } from "../contracts/api";
import { Button, EmptyState, Skeleton } from "../ui";
import { PasswordForm } from "./PasswordForm";
import { SharedFrame } from "./SharedFrame";
import styles from "./shared.module.css";

const SharedRun = lazy(() => import("./SharedRun"));
const SharedGraph = lazy(() => import("./SharedGraph"));
const SharedReplay = lazy(() => import("./SharedReplay"));

type State = { kind: "opening" } | { kind: "locked" } | { kind: "failed"; error: ApiError } | { kind: "open"; shared: SharedOut; password: string };

/** What is behind a link, for somebody who may never have seen the product. */
export default function SharedPage({ token }: { token: string }) {
  const [state, setState] = useState<State>({ kind: "opening" });
  useEffect(() => {
    const controller = new AbortController();
    sharedOpen(token, "", { signal: controller.signal }).then(
      (shared) => setState({ kind: "open", shared, password: "" }),
      (thrown: unknown) => {
        if (isAbort(thrown)) return;
        const error = asApiError(thrown);
        setState(error.code === "password_required" ? { kind: "locked" } : { kind: "failed", error });
      },
    );
    return () => controller.abort();
  }, [token]);
  const title = state.kind === "open" ? state.shared.name : "Shared with you";
  useEffect(() => {
    document.title = `${title} – GraphApp`;
  }, [title]);

  if (state.kind === "locked") {
    return (
      <SharedFrame>
        <PasswordForm onTry={async (password) => setState({ kind: "open", shared: await sharedOpen(token, password), password })} />
      </SharedFrame>
    );
  }
  if (state.kind === "failed") return <Failed error={state.error} />;
  if (state.kind === "opening") return <Opening />;
  return (
    <Suspense fallback={<Opening />}>
      <Opened token={token} shared={state.shared} password={state.password} />
    </Suspense>
  );
}

function Opened({ token, shared, password }: { token: string; shared: SharedOut; password: string }) {
  switch (shared.right) {
    case "run":
      return <SharedRun token={token} shared={shared} />;
    case "replay":
      return <SharedReplay token={token} shared={shared} />;
    default:
      return <SharedGraph token={token} shared={shared} password={password} />;
  }
}

function Opening() {
  return (
    <SharedFrame>
      <div className={styles.opening} aria-busy="true" aria-label="Opening">
        <Skeleton width="60%" height={28} />
        <Skeleton width="85%" height={16} />
        <Skeleton width="100%" height={140} />
      </div>
    </SharedFrame>
  );
}

function Failed({ error }: { error: ApiError }) {
  const isGone = error.status === 404;
  return (
    <SharedFrame>
      <main>
        <h1 className="visually-hidden">Shared with you</h1>
        <EmptyState
          icon={isGone ? "search" : "cloud-off"}
          title={isGone ? "This link does not work" : "This could not be opened"}
          actions={!isGone && <Button onClick={() => window.location.reload()}>Try again</Button>}
        >
          {isGone ? "It may be mistyped, over, used up, or taken back. Ask whoever gave it to you for a new one." : error.message}
        </EmptyState>
      </main>
    </SharedFrame>
  );
}
