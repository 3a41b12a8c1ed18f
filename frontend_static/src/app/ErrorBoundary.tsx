import { Component, type ReactNode } from "react";
import { Button, EmptyState } from "../ui";

interface State {
  error: Error | null;
}

/** A page that breaks says so and offers a way out; what was saved stays saved. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <EmptyState icon="octagon-alert" title="This page broke" actions={<Button kind="primary" onClick={() => window.location.reload()}>Reload</Button>}>
        Your work is saved as you go; reloading brings it back. ({this.state.error.message})
      </EmptyState>
    );
  }
}
