import { useEffect, useState } from "react";
import type * as Parts from "./Overlays";
import { toast } from "./toasts";

type Overlays = typeof Parts;

let loaded: Overlays | null = null;

/** Menus, popovers and hints open over a page that is already there: their code comes once the page rests, or with the first that is opened. */
export async function loadOverlays(): Promise<Overlays> {
  loaded ??= await import("./Overlays");
  return loaded;
}

/** The parts, as soon as they are there. Where they cannot be loaded, `onMissing` closes what was opened. */
export function useOverlays(isOpen: boolean, onMissing: () => void): Overlays | null {
  const [parts, setParts] = useState(loaded);
  useEffect(() => {
    if (!isOpen || parts) return;
    let isStale = false;
    const missing = (): void => {
      if (isStale) return;
      toast({ text: "This could not be loaded. Check the connection and try again.", tone: "fail" });
      onMissing();
    };
    loadOverlays().then((found) => isStale || setParts(found), missing);
    return () => {
      isStale = true;
    };
  }, [isOpen, parts, onMissing]);
  return parts;
}
