import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

let elk: InstanceType<typeof ELK> | undefined;

/** Lay out a graph in a worker of its own, which is started when it is first needed. */
export function layOut(graph: ElkNode): Promise<ElkNode> {
  elk ??= new ELK({ workerFactory: () => new Worker(workerUrl) });
  return elk.layout(graph);
}
