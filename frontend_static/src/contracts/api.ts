/**
 * The shapes of the HTTP API, from the generated `openapi.ts`. Where the server says no more than "an object", the part that
 * pages read is spelled out here; a field that the server renames or drops is then a type error in this file.
 */
import type { components } from "./openapi";

type Schemas = components["schemas"];
type Refine<Base, Over extends Partial<Record<keyof Base, unknown>>> = Omit<Base, keyof Over> & Over;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export type RoleName = Schemas["WorkflowOut"]["role"];
export type BelongsTo = Schemas["BelongsTo"];
export type TeamOut = Schemas["TeamOut"];
export type TeamDetail = Schemas["TeamDetail"];
export type TeamMember = Schemas["MemberOut"];
export type TeamInvitation = Schemas["InvitationOut"];
export type InvitationMade = Schemas["InvitationMade"];
export type AroundOut = Schemas["AroundOut"];
export type GrantOut = Schemas["GrantOut"];
export type GrantMade = Schemas["GrantMade"];
export type GrantList = Schemas["GrantList"];
export type GrantRole = GrantOut["role"];
export type ImportOut = Schemas["ImportOut"];
export type LinkOut = Schemas["LinkOut"];
export type LinkMade = Schemas["LinkMade"];
export type LinkTerms = Partial<Schemas["LinkTerms"]>;
export type LinkIn = Pick<Schemas["LinkIn"], "right"> & Partial<Schemas["LinkIn"]>;
export type SharedOut = Refine<Schemas["SharedOut"], { document: JsonObject | null; fields: StartField[] | null }>;
export type SharedRunOut = Refine<Schemas["SharedRunOut"], { input: JsonObject; output: JsonObject | null }>;
export type ExposureOut = Refine<Schemas["ExposureOut"], { shared: SharedOut }>;
export type HistoryOut = Schemas["HistoryOut"];
export type SharedBudgetIn = Schemas["SharedBudgetIn"];
export type SharedBudgetOut = Schemas["SharedBudgetOut"];
export type ModelOut = Schemas["ModelOut"];
export type ModelList = Schemas["ModelList"];
export type ProviderKind = Schemas["ProviderKind"];
export type ProviderKinds = Schemas["ProviderKinds"];
export type CredentialSettings = { [Key in keyof Schemas["CredentialSettings"]]?: string };
export type CredentialIn = Partial<Refine<Schemas["CredentialIn"], { settings: CredentialSettings }>>;
export type CredentialOut = Refine<Schemas["CredentialOut"], { test: CredentialTest | null }>;
export type DefaultModelsOut = Schemas["DefaultModelsOut"];

/** What came of trying a credential out. */
export interface CredentialTest {
  status: "running" | "ok" | "failed";
  at: string;
  model: string;
  models: string[];
  answer?: string;
  seconds?: number;
  error?: Fault;
}

export type RunStatus = Schemas["RunSummary"]["status"];
export type NodeStatus = Schemas["NodeRunOut"]["status"];

export type RunKind = Schemas["RunSummary"]["kind"];

/** What a node run or a run used. */
export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cost_usd: number;
  model?: string;
}

/** Why something failed. */
export interface Fault {
  code: string;
  message: string;
  hint?: string;
  retryable?: boolean;
  retry_after_seconds?: number;
  data?: JsonObject;
}

/** A list as the server gives it, by the page. */
export interface Page<Item> {
  items: Item[];
  total: number;
}

export type ErrorBody = Schemas["ErrorOut"];
export type Problem = Schemas["ProblemOut"];
export type MeOut = Schemas["MeOut"];

export type WorkflowOut = Refine<Schemas["WorkflowOut"], { last_run: Refine<Schemas["LastRun"], { status: RunStatus }> | null }>;
export type WorkflowIn = Pick<Schemas["WorkflowIn"], "name"> & Partial<Refine<Schemas["WorkflowIn"], { document: JsonObject }>>;
export type KnowledgeBase = Schemas["BaseOut"];
export type KnowledgeDocument = Schemas["DocumentOut"];
export type KnowledgeExcerpt = Schemas["ExcerptOut"];
export type KnowledgeQuestion = Schemas["QuestionOut"];
export type KnowledgeFound = Schemas["FoundOut"];
export type SearchMode = Schemas["QuestionIn"]["mode"];
export type WorkflowPatch = Schemas["WorkflowPatch"];
export type DraftOut = Refine<Schemas["DraftOut"], { workflow: WorkflowOut; document: JsonObject }>;
export type DraftSavedOut = Schemas["DraftSaved"];
export type VersionOut = Schemas["VersionOut"];
export type VersionWithDocument = Refine<Schemas["VersionWithDocument"], { document: JsonObject }>;

export type RunIn = Partial<Refine<Schemas["RunIn"], { input: JsonObject }>>;
export type ResumeIn = Partial<Refine<Schemas["ResumeIn"], { edits: { [node: string]: JsonObject }; params: { [node: string]: JsonObject } }>>;
export type ForeseenOut = Schemas["ForeseenOut"];
export type ForecastOut = Schemas["ForecastOut"];
export type PreviewOut = Schemas["PreviewOut"];
export type DidOut = Refine<Schemas["DidOut"], { usage: Partial<Usage> | null }>;
export type PairOut = Refine<Schemas["PairOut"], { before: DidOut | null; after: DidOut | null }>;
export type ComparisonOut = Refine<Schemas["ComparisonOut"], { before: RunSummary; after: RunSummary; nodes: PairOut[] }>;
export type SpentOut = Schemas["SpentOut"];
export type ShareOut = Schemas["ShareOut"];
export type SpendingOut = Refine<Schemas["SpendingOut"], { runs: RunSummary[] }>;
export type TemplateOut = Refine<Schemas["TemplateOut"], { document: JsonObject }>;
export type KnownOut = Refine<Schemas["KnownOut"], { value: Json }>;
export type SightOut = Refine<Schemas["SightOut"], { names: KnownOut[] }>;
export type PreviewedOut = Refine<Schemas["PreviewedOut"], { value: Json; error: Fault | null }>;
export type RunSummary = Refine<Schemas["RunSummary"], { error: Fault | null; usage: Partial<Usage> }>;
export type ApprovalOut = Schemas["ApprovalOut"];
export type DelegationOut = Schemas["DelegationOut"];
export type NotificationOut = Schemas["NotificationOut"];
export type NotificationList = Schemas["NotificationList"];
export type AnswerIn = Schemas["AnswerIn"];
export type ScopeOut = Refine<Schemas["ScopeOut"], { node_runs: NodeRunOut[] }>;
export type StepOut = Refine<Schemas["StepOut"], { input: Json; output: Json; answer: JsonObject | null; kind: "llm" | "tool" | "delegate" | "call"; status: "running" | "waiting" | "succeeded" | "failed"; error: Fault | null; usage: Usage | null }>;
export type StepsOut = Refine<Schemas["StepsOut"], { steps: StepOut[] }>;
export type AttemptStatus = "running" | "succeeded" | "failed" | "lost" | "cancelled" | "waiting";
export type AttemptTimeOut = Refine<Schemas["AttemptTimeOut"], { status: AttemptStatus }>;
export type NodeRunOut = Refine<Schemas["NodeRunOut"], { error: Fault | null; usage: Usage | null; attempts: AttemptTimeOut[] }>;
export type RunOut = Refine<
  Schemas["RunOut"],
  { error: Fault | null; usage: Partial<Usage>; input: JsonObject; output: JsonObject | null; node_runs: NodeRunOut[] }
>;
export type AttemptOut = Refine<Schemas["AttemptOut"], { status: AttemptStatus; error: Fault | null; usage: Usage | null }>;
export type LogLineOut = Schemas["LogLineOut"];
export type LogPageOut = Schemas["LogPageOut"];
export type NodeRunDetailOut = Refine<
  Schemas["NodeDetailOut"],
  {
    error: Fault | null;
    usage: Usage | null;
    input: Refine<Schemas["NodeInput"], { inputs: JsonObject; params: JsonObject }>;
    output: Json;
    details: JsonObject | null;
    attempts: AttemptOut[];
  }
>;

export type FailureOut = Schemas["FailureOut"];
export type FailureBrief = Schemas["FailureBrief"];
export type FailureState = FailureOut["state"];
export type FailurePage = Schemas["FailurePage"];
export type FailureEntry = Refine<Schemas["EntryOut"], { run: RunSummary }>;
export type FailureRunPage = Refine<Schemas["FailureRunPage"], { items: FailureEntry[] }>;
export type FailureChange = Refine<Schemas["ChangeOut"], { before: Json; after: Json }>;
export type FailureNodeChange = Refine<Schemas["NodeChangeOut"], { changes: FailureChange[] }>;
export type FailureReview = Refine<Schemas["ReviewOut"], { entry: FailureEntry; last_success: RunSummary | null; input: FailureChange[]; nodes: FailureNodeChange[]; received: FailureChange[] }>;
export type FailureNote = Refine<Schemas["NoteOut"], { data: JsonObject }>;
export type FailureDetail = Refine<Schemas["FailureDetailOut"], { notes: FailureNote[] }>;
export type FailureStateIn = Pick<Schemas["FailureStateIn"], "state"> & Partial<Schemas["FailureStateIn"]>;
export type FailureView = Schemas["FailureViewOut"];
export type BatchOut = Schemas["BatchOut"];
export type BatchBrief = Schemas["BatchBrief"];
export type BatchItem = Refine<Schemas["BatchItemOut"], { error: Fault | null }>;
export type BatchItemPage = Refine<Schemas["BatchItemPage"], { items: BatchItem[] }>;
export type FailurePerson = Schemas["PersonOut"];

/** A recorded event as it is stored and sent: `data` belongs to `kind` and is read by `runs/frames.ts`. */
export type EventOut = Refine<Schemas["EventOut"], { at: number | string; data: JsonObject }>;
export type EventsOut = Refine<Schemas["EventPage"], { events: EventOut[] }>;

/** A field of a start node: it makes the run form. It stands in the document, not in the API. */
export interface StartField {
  name: string;
  label?: string;
  type: "text" | "long_text" | "number" | "boolean" | "choice" | "object" | "list" | "file";
  required?: boolean;
  default?: Json;
  choices?: string[];
  help?: string;
}
export type Trigger = Schemas["TriggerOut"];
export type TriggerKind = Trigger["kind"];
export type TriggerMade = Schemas["TriggerMade"];
export type WebhookConfig = Schemas["WebhookConfig"];
export type ScheduleConfig = Schemas["ScheduleConfig"];
export type FormConfig = Schemas["FormConfig"];
export type DueTime = Schemas["DueTime"];
export type TriggerCall = Refine<Schemas["CallOut"], { request: { type?: string; bytes?: number; begins?: string } }>;
export type Outgoing = Schemas["OutgoingOut"];
export type OutgoingMade = Schemas["OutgoingMade"];
export type RunEnd = Outgoing["ends"][number];
export type Delivery = Schemas["DeliveryOut"];
