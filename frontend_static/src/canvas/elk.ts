import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

let elk: InstanceType<typeof ELK> | undefined;

/** Lay out a graph in a worker of its own, which is started when it is first needed. */
export function layOut(graph: ElkNode): Promise<ElkNode> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  return elk.layout(graph);
}

/** A graph that goes through all of the layouter: its code is read then, and soon compiled. */
const TRIAL: ElkNode = {
  id: "",
  layoutOptions: { "elk.algorithm": "layered" },
  children: ["a", "b", "c", "d"].map((id) => ({ id, width: 10, height: 10 })),
  edges: ["ab", "ac", "bd", "cd", "ad"].map((id) => ({ id, sources: [id.charAt(0)], targets: [id.charAt(1)] })),
};

/** Start it for somebody who is about to ask. */
export async function warmUp(): Promise<void> {
  if (!elk) await layOut(TRIAL);
}
