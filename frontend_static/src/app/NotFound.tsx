import { EmptyState } from "../ui";
import { Link } from "./router";

export function NotFound() {
  return (
    <main>
      <EmptyState icon="search" title="There is no page here" actions={<Link href="/">Go to your workflows</Link>}>
        The address may be mistyped, or what was here has been deleted.
      </EmptyState>
    </main>
  );
}
