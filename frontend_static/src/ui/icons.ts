import {
  ArrowDown, ArrowRight, ArrowUp, Ban, Bot, Box, Braces, Bug, Check, ChevronDown, ChevronRight, ChevronUp, CircleAlert,
  CircleCheck, CircleDashed, CircleDot, CircleHelp, CircleMinus, CircleSlash, CircleStop, CircleX, Clipboard, Clock, CloudOff,
  Code, Coins, Command, Copy, Crosshair, Database, Download, Ellipsis, File, FileText, Flag, Gauge, GitMerge, Globe, History,
  Hourglass, House, Info, Key, Keyboard, Lightbulb, List, ListChecks, ListFilter, LoaderCircle, LogOut, Mail, Map, Maximize,
  Maximize2, Merge, MessageSquare, Minus, Monitor, Moon, OctagonAlert, OctagonX, PanelLeft, PanelLeftClose, Pencil, Play, Plug,
  Plus, Redo2, RefreshCw, Repeat, Replace, Rocket, Route, Scale, Search, Settings, Settings2, ShieldCheck, Sparkles, Split,
  SquarePen, StickyNote, Sun, Target, Text, ThumbsUp, Timer, Trash2, TriangleAlert, Type, Undo2, User, Users, Variable, Webhook,
  WifiOff, Workflow, Wrench, X, Zap, ZoomIn, ZoomOut, type LucideIcon,
} from "lucide-react";

/** The icons in the bundle, by their lucide names. */
export const ICONS: Record<string, LucideIcon> = {
  "arrow-down": ArrowDown, "arrow-right": ArrowRight, "arrow-up": ArrowUp, ban: Ban, bot: Bot, box: Box, braces: Braces,
  bug: Bug, check: Check, "chevron-down": ChevronDown, "chevron-right": ChevronRight, "chevron-up": ChevronUp,
  "circle-alert": CircleAlert, "circle-check": CircleCheck, "circle-dashed": CircleDashed, "circle-dot": CircleDot,
  "circle-help": CircleHelp, "circle-minus": CircleMinus, "circle-slash": CircleSlash, "circle-stop": CircleStop,
  "circle-x": CircleX, clipboard: Clipboard, clock: Clock, "cloud-off": CloudOff, code: Code, coins: Coins, command: Command,
  copy: Copy, crosshair: Crosshair, database: Database, download: Download, ellipsis: Ellipsis, file: File,
  "file-text": FileText, flag: Flag, gauge: Gauge, "git-merge": GitMerge, globe: Globe, history: History, hourglass: Hourglass,
  house: House, info: Info, key: Key, keyboard: Keyboard, lightbulb: Lightbulb, list: List, "list-checks": ListChecks,
  "list-filter": ListFilter, "loader-circle": LoaderCircle, "log-out": LogOut, mail: Mail, map: Map, maximize: Maximize,
  "maximize-2": Maximize2, merge: Merge, "message-square": MessageSquare, minus: Minus, monitor: Monitor, moon: Moon,
  "octagon-alert": OctagonAlert, "octagon-x": OctagonX, "panel-left": PanelLeft, "panel-left-close": PanelLeftClose,
  pencil: Pencil, play: Play, plug: Plug, plus: Plus, "redo-2": Redo2, "refresh-cw": RefreshCw, repeat: Repeat,
  replace: Replace, rocket: Rocket, route: Route, scale: Scale, search: Search, settings: Settings, "settings-2": Settings2,
  "shield-check": ShieldCheck, sparkles: Sparkles, split: Split, "square-pen": SquarePen, "sticky-note": StickyNote, sun: Sun,
  target: Target, text: Text, "thumbs-up": ThumbsUp, timer: Timer, "trash-2": Trash2, "triangle-alert": TriangleAlert,
  type: Type, "undo-2": Undo2, user: User, users: Users, variable: Variable, webhook: Webhook, "wifi-off": WifiOff,
  workflow: Workflow, wrench: Wrench, x: X, zap: Zap, "zoom-in": ZoomIn, "zoom-out": ZoomOut,
};
