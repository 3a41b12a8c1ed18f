import type { CatalogueContract, NodeType, ParamSchema, UiHints } from "../contracts/catalogue";

/** The node types, found by name and version. */
export class Catalogue {
  private readonly byKey = new Map<string, NodeType>();
  private readonly newest = new Map<string, NodeType>();

  constructor(readonly contract: CatalogueContract) {
    for (const type of contract.node_types) {
      this.byKey.set(`${type.name}@${type.version}`, type);
      const known = this.newest.get(type.name);
      if (!known || known.version < type.version) this.newest.set(type.name, type);
    }
  }

  /** The type of a drawn node; the newest version stands in where the drawn one is not known. */
  typeOf(node: { type: string; type_version: number }): NodeType | undefined {
    return this.byKey.get(`${node.type}@${node.type_version}`) ?? this.newest.get(node.type);
  }

  latest(name: string): NodeType | undefined {
    return this.newest.get(name);
  }

  /** The newest version of each type, in palette order. */
  palette(): NodeType[] {
    return [...this.newest.values()];
  }

  assignable(source: string, target: string): boolean {
    if (source === target || target === "any" || source === "any") return this.listed(source, target) ?? source !== "tool";
    return this.listed(source, target) ?? false;
  }

  /** The node type that turns one port type into another. */
  converter(source: string, target: string): NodeType | undefined {
    const name = this.contract.converters[`${source}>${target}`];
    return name ? this.newest.get(name) : undefined;
  }

  private listed(source: string, target: string): boolean | undefined {
    return this.contract.assignable[source]?.includes(target);
  }
}

/** Follows a `$ref` inside a params schema. */
export function resolveSchema(schema: ParamSchema, root: ParamSchema): ParamSchema {
  if (schema.$ref === undefined) return schema;
  const found = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
  return found ? { ...resolveSchema(found, root), ...withoutRef(schema) } : schema;
}

function withoutRef({ $ref: _ref, ...rest }: ParamSchema): ParamSchema {
  return rest;
}

/** The hints of a param: its own, or those of the one alternative that is not null. */
export function uiOf(schema: ParamSchema, root: ParamSchema): UiHints {
  const own = resolveSchema(schema, root);
  if (own["x-ui"]) return own["x-ui"];
  for (const option of own.anyOf ?? own.oneOf ?? []) {
    const hints = resolveSchema(option, root)["x-ui"];
    if (hints) return hints;
  }
  return {};
}

const LONG_KINDS = new Set(["long_template", "python"]);

/** Whether a param is kept as shared text, so that two people can type in it. */
export function isLongText(type: NodeType | undefined, param: string): boolean {
  const root = type?.params_schema;
  const schema = root?.properties?.[param];
  return root !== undefined && schema !== undefined && LONG_KINDS.has(uiOf(schema, root).kind ?? "");
}
