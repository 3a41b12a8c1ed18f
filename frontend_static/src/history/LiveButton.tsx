import { useState } from "react";
import { asApiError } from "../api/client";
import { versionRollBack } from "../api/workflows";
import { Badge, Button, toast } from "../ui";

interface LiveButtonProps {
  workflowId: string;
  number: number;
  live: number | null;
  onDone: () => void;
}

/** Rolls back in one click: an earlier version becomes the newest again, for all that follow the latest one. */
export function LiveButton({ workflowId, number, live, onDone }: LiveButtonProps) {
  const [isBusy, setBusy] = useState(false);
  if (number === live) return <Badge tone="ok">This version is live</Badge>;
  const rollBack = async (): Promise<void> => {
    setBusy(true);
    try {
      const made = await versionRollBack(workflowId, number);
      toast({ tone: "ok", text: `Version ${made.number} is live: what version ${number} was. The draft stays as it is.` });
      onDone();
    } catch (thrown) {
      toast({ tone: "fail", text: asApiError(thrown).message });
    }
    setBusy(false);
  };
  return (
    <Button icon="rocket" disabled={isBusy} onClick={() => void rollBack()}>
      {isBusy ? "Rolling back…" : `Make version ${number} live`}
    </Button>
  );
}
