import { lazy, Suspense, useEffect, type ReactNode } from "react";
import { loadOverlays, Toasts } from "../ui";
import styles from "./App.module.css";
import { AppBar } from "./AppBar";
import { ErrorBoundary } from "./ErrorBoundary";
import { NotFound } from "./NotFound";
import { usePlace } from "./router";

const HomePage = lazy(() => import("../home/HomePage").then((module) => ({ default: module.HomePage })));
const RunListPage = lazy(() => import("../runlist/RunListPage").then((module) => ({ default: module.RunListPage })));
const ApprovalsPage = lazy(() => import("../inbox/ApprovalsPage").then((module) => ({ default: module.ApprovalsPage })));
const FailuresPage = lazy(() => import("../failures/FailuresPage"));
const FailurePage = lazy(() => import("../failures/FailurePage"));
const SpendingPage = lazy(() => import("../spending/SpendingPage").then((module) => ({ default: module.SpendingPage })));
const EditorPage = lazy(() => import("./EditorPage"));
const HistoryPage = lazy(() => import("../history/HistoryPage"));
const TriggersPage = lazy(() => import("../triggers/TriggersPage"));
const ComparePage = lazy(() => import("../compare/ComparePage"));
const KnowledgePage = lazy(() => import("../knowledge/KnowledgePage"));
const BasePage = lazy(() => import("../knowledge/BasePage"));
const PassagePage = lazy(() => import("../knowledge/PassagePage"));
const TeamsPage = lazy(() => import("../teams/TeamsPage"));
const TeamPage = lazy(() => import("../teams/TeamPage"));
const ModelsPage = lazy(() => import("../settings/ModelsPage"));
const RunPage = lazy(() => import("./RunPage"));
const SharedPage = lazy(() => import("../shared/SharedPage"));

export function App() {
  const { path, query } = usePlace();
  useEffect(whenIdle, []);
  return (
    <>
      <ErrorBoundary key={path}>
        <Suspense fallback={<div className={styles.blank} />}>{pageFor(path, query)}</Suspense>
      </ErrorBoundary>
      <Toasts />
    </>
  );
}

/** No page needs menus and hints to open, but they are there before the first is asked for. */
function whenIdle(): void {
  window.setTimeout(() => void loadOverlays().catch(() => undefined), 1_000);
}

function pageFor(path: string, query: URLSearchParams): ReactNode {
  const [, first = "", second = "", rest] = path.replace(/\/+$/, "").split("/");
  if (first === "") return <WithBar><HomePage /></WithBar>;
  if (first === "runs" && second === "") return <WithBar><RunListPage /></WithBar>;
  if (first === "approvals" && second === "") return <WithBar><ApprovalsPage /></WithBar>;
  if (first === "failures" && second === "") return <WithBar><FailuresPage /></WithBar>;
  if (first === "failures" && rest === undefined) return <WithBar><FailurePage key={second} failureId={decodeURIComponent(second)} /></WithBar>;
  if (first === "spending" && second === "") return <WithBar><SpendingPage /></WithBar>;
  if (first === "teams" && rest === undefined) return <WithBar>{second === "" ? <TeamsPage /> : <TeamPage key={second} teamId={decodeURIComponent(second)} />}</WithBar>;
  if (first === "knowledge") return <WithBar>{knowledgePage(path, query)}</WithBar>;
  if (first === "settings" && (second === "" || second === "models")) return <WithBar><ModelsPage key={query.get("team")} teamId={query.get("team")} /></WithBar>;
  if (first === "workflows" && second !== "" && rest === undefined) return <EditorPage key={second} workflowId={decodeURIComponent(second)} />;
  if (first === "workflows" && rest === "history") return <HistoryPage key={second} workflowId={decodeURIComponent(second)} />;
  if (first === "workflows" && rest === "triggers") return <TriggersPage key={second} workflowId={decodeURIComponent(second)} />;
  if (first === "runs" && rest === "compare") return <ComparePage key={second} runId={decodeURIComponent(second)} before={query.get("with") ?? ""} />;
  if (first === "runs" && rest === undefined) return <RunPage key={second} runId={decodeURIComponent(second)} />;
  if (first === "s" && second !== "" && rest === undefined) return <SharedPage key={second} token={decodeURIComponent(second)} />;
  return <WithBar><NotFound /></WithBar>;
}

function knowledgePage(path: string, query: URLSearchParams): ReactNode {
  const [base = "", part, document = "", more] = path.replace(/\/+$/, "").split("/").slice(2).map(decodeURIComponent);
  if (base === "") return <KnowledgePage />;
  if (part === undefined) return <BasePage key={base} baseId={base} />;
  if (part === "documents" && document !== "" && more === undefined) return <PassagePage key={document} baseId={base} documentId={document} position={Number(query.get("passage") ?? 0) || 0} />;
  return <NotFound />;
}

function WithBar({ children }: { children: ReactNode }) {
  return (
    <div className={styles.page}>
      <AppBar />
      <div className={styles.scroll}>{children}</div>
    </div>
  );
}
