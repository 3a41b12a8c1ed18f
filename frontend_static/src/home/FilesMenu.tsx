import { lazy, Suspense, useState } from "react";
import { exportFile } from "../api/files";
import { IconButton, Menu } from "../ui";

const ImportDialog = lazy(() => import("./ImportDialog"));

/** Workflows from a file, and all of one's own to one. */
export function FilesMenu({ onImported }: { onImported: () => void }) {
  const [isImporting, setImporting] = useState(false);
  const entries = [
    { id: "import", label: "Import from a file…", icon: "upload", perform: () => setImporting(true) },
    { id: "export", label: "Export all of yours", icon: "download", perform: () => window.location.assign(exportFile()) },
  ];
  return (
    <>
      <Menu entries={entries} align="end">
        <IconButton kind="secondary" icon="ellipsis" label="Import and export" />
      </Menu>
      {isImporting && (
        <Suspense fallback={null}>
          <ImportDialog onDone={onImported} onClose={() => setImporting(false)} />
        </Suspense>
      )}
    </>
  );
}
