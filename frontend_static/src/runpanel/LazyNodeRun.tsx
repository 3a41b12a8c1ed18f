import { lazy, Suspense } from "react";

const NodeRunDetail = lazy(() => import("./NodeRunDetail").then((module) => ({ default: module.NodeRunDetail })));

/** What one node did in the open run; loaded when a node is first looked at. */
export function LazyNodeRun({ nodeKey }: { nodeKey: string }) {
  return (
    <Suspense fallback={null}>
      <NodeRunDetail nodeKey={nodeKey} />
    </Suspense>
  );
}
