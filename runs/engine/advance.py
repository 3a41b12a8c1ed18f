"""One command and all that follows from it."""

from editor.graph.plan import Plan
from runs.engine.commands import Command, Settle
from runs.engine.decide import decide
from runs.engine.events import Event
from runs.engine.evolve import evolve
from runs.engine.state import RunState


def advance(plan: Plan, state: RunState, command: Command) -> list[Event]:
    """Decide a command, apply what happens, and go on until nothing more follows.

    The events of one call belong together: they are committed in one transaction, or not at all.

    Parameters
    ----------
    plan : Plan
        What is run.
    state : RunState
        Updated in place.
    command : Command
        What is asked. Its time is the time of every event that follows.

    Returns
    -------
    list of Event
        In order. Work begins for each `NodeStarted`, after the events are committed; work in flight ends for each
        `NodeCancelled`.

    Raises
    ------
    EngineStuck
        If a node run is pending and nothing is left that could decide it.
    """
    happened: list[Event] = []
    settle = Settle(command.at)
    events = decide(plan, state, command) or decide(plan, state, settle)
    while events:
        for event in events:
            evolve(state, event)
        happened += events
        events = decide(plan, state, settle)
    return happened
