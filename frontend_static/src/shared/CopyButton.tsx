import { useEffect, useState } from "react";
import { asApiError } from "../api/client";
import { meGet } from "../api/me";
import { sharedCopy } from "../api/shared";
import { navigate } from "../app/router";
import { Button, toast } from "../ui";

/** Copies the workflow into the visitor's own space; whoever is not signed in does that first, and comes back. */
export function CopyButton({ token, password }: { token: string; password: string }) {
  const [isSignedIn, setSignedIn] = useState<boolean | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    meGet({ signal: controller.signal }).then(
      () => setSignedIn(true),
      () => !controller.signal.aborted && setSignedIn(false),
    );
    return () => controller.abort();
  }, []);
  const copy = async (): Promise<void> => {
    setBusy(true);
    try {
      const { id } = await sharedCopy(token, password);
      navigate(`/workflows/${encodeURIComponent(id)}`);
    } catch (thrown) {
      const error = asApiError(thrown);
      toast({ tone: "fail", text: error.status === 404 ? "This link does not work any more." : error.message });
      setBusy(false);
    }
  };
  if (isSignedIn === false) {
    return (
      <Button kind="primary" icon="copy" onClick={() => window.location.assign(`/accounts/login/?next=${encodeURIComponent(window.location.pathname)}`)}>
        Sign in to copy
      </Button>
    );
  }
  return (
    <Button kind="primary" icon="copy" disabled={isBusy || isSignedIn === null} onClick={() => void copy()}>
      {isBusy ? "Copying…" : "Copy to my workspace"}
    </Button>
  );
}
