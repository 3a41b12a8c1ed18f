import type { Json, StartField } from "../contracts/api";

/** A body with the workflow's own fields. */
export function sampleBody(fields: readonly StartField[]): string {
  const shown = fields.filter(({ name }) => !["body", "headers", "query"].includes(name));
  return JSON.stringify(Object.fromEntries(shown.map((field) => [field.name, sampleOf(field)])));
}

function sampleOf(field: StartField): Json {
  if (field.default !== undefined && field.default !== null) return field.default;
  switch (field.type) {
    case "number":
      return 1;
    case "boolean":
      return true;
    case "choice":
      return field.choices?.[0] ?? "";
    case "object":
      return {};
    case "list":
      return [];
    default:
      return "…";
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Commands for a shell that call a webhook as it asks. The key is told once, so it may have to be filled in. */
export function curlOf(address: string, auth: "hmac" | "bearer" | "none", body: string, secret: string): string {
  const type = "-H 'Content-Type: application/json'";
  if (auth === "none") return [`curl -X POST ${address} \\`, `  ${type} \\`, `  -d ${quoted(body)}`].join("\n");
  const key = secret || (auth === "hmac" ? "whsec_…" : "…");
  if (auth === "bearer") return [`curl -X POST ${address} \\`, `  -H 'Authorization: Bearer ${key}' \\`, `  ${type} \\`, `  -d ${quoted(body)}`].join("\n");
  return [
    `SECRET=${quoted(key)}`,
    `BODY=${quoted(body)}`,
    "ID=msg_$(openssl rand -hex 8); AT=$(date +%s)",
    `KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -vtx1 | tr -d ' \\n')`,
    `SIGNATURE=$(printf %s "$ID.$AT.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | base64)`,
    `curl -X POST ${address} \\`,
    `  ${type} -H "webhook-id: $ID" -H "webhook-timestamp: $AT" \\`,
    `  -H "webhook-signature: v1,$SIGNATURE" -d "$BODY"`,
  ].join("\n");
}
