import type { NodeType, Port, PortsFromParam } from "../contracts/catalogue";
import type { JsonObject } from "../contracts/api";
import type { NodeDoc } from "../contracts/document";

/** A port as drawn on one node. */
export interface DrawnPort {
  name: string;
  type: string;
  label: string;
  required: boolean;
  takes: Port["takes"];
  /** What the node says about it, such as a router's condition. */
  hint: string;
}

const ERROR_PORT: DrawnPort = { name: "error", type: "object", label: "error", required: false, takes: "single", hint: "" };

/** By which a node is a tool of an agent: it then stands beside the flow. */
export const TOOL = "tool";
const TOOL_PORT: DrawnPort = { name: TOOL, type: TOOL, label: "tool", required: false, takes: "single", hint: "" };

export interface NodePorts {
  inputs: DrawnPort[];
  outputs: DrawnPort[];
}

/** The ports of a drawn node, which follow from its type, its params, its error policy, and the exits of what is inside it. */
export function portsOf(node: Pick<NodeDoc, "params" | "policy">, type: NodeType | undefined, exits: readonly string[] = []): NodePorts {
  if (!type) return { inputs: [plain("in")], outputs: [plain("out")] };
  const inputs = type.inputs.map(drawn);
  const outputs = type.outputs.flatMap((entry) => (isFromParam(entry) ? fromParam(entry, { ...type.defaults, ...node.params }) : [drawn(entry)]));
  for (const name of exits) if (!findPort(outputs, name)) outputs.push(plain(name));
  if (node.policy.on_error === "port") outputs.push(ERROR_PORT);
  if (type.tool) outputs.push(TOOL_PORT);
  return { inputs, outputs };
}

export function findPort(ports: readonly DrawnPort[], name: string): DrawnPort | undefined {
  return ports.find((port) => port.name === name);
}

const plain = (name: string): DrawnPort => ({ name, type: "any", label: "", required: false, takes: "single", hint: "" });

const drawn = (port: Port): DrawnPort => ({ ...plain(port.name), ...port, hint: "" });

const isFromParam = (entry: Port | PortsFromParam): entry is PortsFromParam => "from_param" in entry;

function fromParam(entry: PortsFromParam, params: JsonObject): DrawnPort[] {
  const rows = params[entry.from_param];
  if (!Array.isArray(rows)) return [];
  const ports: DrawnPort[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    if (typeof row !== "object" || row === null || Array.isArray(row)) continue;
    const name = row[entry.field];
    if (typeof name !== "string" || !name || seen.has(name)) continue;
    seen.add(name);
    const hint = [row.when, row.description].find((text) => typeof text === "string" && text) ?? "";
    ports.push({ ...plain(name), type: entry.type, label: typeof row.label === "string" ? row.label : "", hint: String(hint) });
  }
  return ports;
}
