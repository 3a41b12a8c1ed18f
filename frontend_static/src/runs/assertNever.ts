/** The end of an exhaustive `switch`: adding a member to the union makes the compiler list the places that must know it. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
