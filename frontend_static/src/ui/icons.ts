import {
  AlignCenterHorizontal, AlignCenterVertical, AlignEndHorizontal, AlignEndVertical, AlignHorizontalSpaceAround,
  AlignStartHorizontal, AlignStartVertical, AlignVerticalSpaceAround,
  ArrowDown, ArrowRight, ArrowUp, Ban, Bell, Bot, Box, Braces, Bug, Check, ChevronDown, ChevronRight, ChevronUp, CircleAlert, CircleCheck,
  CircleDashed, CircleDot, CircleHelp, CircleMinus, CircleSlash, CircleStop, CircleX, Clipboard, Clock, CloudOff, Code, Coins,
  Command, Copy, Crosshair, Download, Ellipsis, Eye, EyeOff, File, FileText, Flag, Gauge, GitCompare, GitMerge, Globe, History, Info, Keyboard, Lightbulb, List,
  ListFilter, LoaderCircle, Lock, Map, Maximize, Maximize2, Merge, MessageSquare, Minus, Monitor, Moon, OctagonAlert, OctagonX, PanelLeft,
  PanelLeftClose, Pencil, Play, Plus, Redo2, RefreshCw, Repeat, Replace, Rocket, Scissors, Route, Search, Settings, Settings2, Share2, Sparkles, Split,
  SquareDashed, SquarePen, StickyNote, Sun, Target, Text, Timer, Trash2, TriangleAlert, Type, Undo2, User, Upload, Users, WifiOff, Workflow, X, ZoomIn,
  ZoomOut, type LucideIcon,
} from "lucide-react";

/** The icons in the bundle, by their lucide names. */
export const ICONS: Record<string, LucideIcon> = {
  "align-center-horizontal": AlignCenterHorizontal, "align-center-vertical": AlignCenterVertical,
  "align-end-horizontal": AlignEndHorizontal, "align-end-vertical": AlignEndVertical,
  "align-horizontal-space-around": AlignHorizontalSpaceAround, "align-start-horizontal": AlignStartHorizontal,
  "align-start-vertical": AlignStartVertical, "align-vertical-space-around": AlignVerticalSpaceAround,
  "arrow-down": ArrowDown, "arrow-right": ArrowRight, "arrow-up": ArrowUp, ban: Ban, bell: Bell, bot: Bot, box: Box, braces: Braces, bug: Bug,
  check: Check, "chevron-down": ChevronDown, "chevron-right": ChevronRight, "chevron-up": ChevronUp,
  "circle-alert": CircleAlert, "circle-check": CircleCheck, "circle-dashed": CircleDashed, "circle-dot": CircleDot,
  "circle-help": CircleHelp, "circle-minus": CircleMinus, "circle-slash": CircleSlash, "circle-stop": CircleStop,
  "circle-x": CircleX, clipboard: Clipboard, clock: Clock, "cloud-off": CloudOff, code: Code, coins: Coins, command: Command,
  copy: Copy, crosshair: Crosshair, download: Download, ellipsis: Ellipsis, eye: Eye, "eye-off": EyeOff, file: File, "file-text": FileText, flag: Flag, gauge: Gauge,
  "git-compare": GitCompare, "git-merge": GitMerge, globe: Globe, history: History, info: Info, keyboard: Keyboard, lightbulb: Lightbulb, list: List,
  "list-filter": ListFilter, "loader-circle": LoaderCircle, lock: Lock, map: Map, maximize: Maximize, "maximize-2": Maximize2, merge: Merge, "message-square": MessageSquare,
  minus: Minus, monitor: Monitor, moon: Moon, "octagon-alert": OctagonAlert, "octagon-x": OctagonX, "panel-left": PanelLeft,
  "panel-left-close": PanelLeftClose, pencil: Pencil, play: Play, plus: Plus, "redo-2": Redo2, "refresh-cw": RefreshCw,
  repeat: Repeat, replace: Replace, rocket: Rocket, scissors: Scissors, route: Route, search: Search, settings: Settings, "settings-2": Settings2, "share-2": Share2,
  sparkles: Sparkles, split: Split, "square-dashed": SquareDashed, "square-pen": SquarePen, "sticky-note": StickyNote, sun: Sun, target: Target, text: Text,
  timer: Timer, "trash-2": Trash2, "triangle-alert": TriangleAlert, type: Type, "undo-2": Undo2, user: User, upload: Upload, users: Users,
  "wifi-off": WifiOff, workflow: Workflow, x: X, "zoom-in": ZoomIn, "zoom-out": ZoomOut,
};
