import { lazy, Suspense, useEffect } from "react";
import { useEditor, useUi } from "../actions/editor";
import { recall, remember } from "../runpanel/remembered";

const Tour = lazy(() => import("./Tour").then((module) => ({ default: module.Tour })));
const SOON_MS = 900;

/** Shows the tour to whoever is here for the first time in this browser, and to whoever asks for it. */
export function TourHost() {
  const { ui, isReadOnly } = useEditor();
  const isTouring = useUi((state) => state.isTouring);
  useEffect(() => {
    if (isReadOnly || recall("tour") !== null || window.innerWidth <= 900) return;
    const timer = window.setTimeout(() => ui.setState({ isTouring: true }), SOON_MS);
    return () => window.clearTimeout(timer);
  }, [ui, isReadOnly]);
  const end = (): void => {
    remember("tour", "done");
    ui.setState({ isTouring: false });
  };
  return isTouring ? (
    <Suspense fallback={null}>
      <Tour onEnd={end} />
    </Suspense>
  ) : null;
}
