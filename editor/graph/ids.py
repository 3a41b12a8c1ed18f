"""Distinct names for the things of a graph, so that mixing them up is a type error."""

import re
from typing import NewType

NodeId = NewType("NodeId", str)
"""A node as drawn: unique in its document."""

EdgeId = NewType("EdgeId", str)
"""A connection as drawn: unique in its document."""

PortName = NewType("PortName", str)
"""A named input or output of a node."""

NodeKey = NewType("NodeKey", str)
"""A node as run: its scope path followed by its id, for example ``each#2/score``."""

ScopePath = NewType("ScopePath", str)
"""Where in nested containers: ``""`` for the root, ``map1#17/loop2#0/`` further in."""


def node_key(scope: ScopePath, node: NodeId) -> NodeKey:
    """Name one place of a node in a run.

    Parameters
    ----------
    scope : ScopePath
        The scope path, empty or ending in ``/``.
    node : NodeId
        The node's id.

    Returns
    -------
    NodeKey
        Both, joined.

    Examples
    --------
    >>> node_key(ScopePath("each#2/"), NodeId("score"))
    'each#2/score'
    """
    return NodeKey(scope + node)


def split_key(key: NodeKey) -> tuple[ScopePath, NodeId]:
    """Take a node key apart.

    Parameters
    ----------
    key : NodeKey
        As made by `node_key`.

    Returns
    -------
    tuple of ScopePath and NodeId
        The scope path (empty or ending in ``/``) and the node's id.

    Examples
    --------
    >>> split_key(NodeKey("each#2/score"))
    ('each#2/', 'score')
    >>> split_key(NodeKey("score"))
    ('', 'score')
    """
    scope, slash, node = key.rpartition("/")
    return ScopePath(scope + slash), NodeId(node)


_TURN = re.compile(r"[~#]\d+")


def lane(key: str) -> str:
    """Name a node's place in all items, turns and attempts of the containers around it.

    Parameters
    ----------
    key : str
        As made by `node_key`.

    Returns
    -------
    str
        The same for all of them.

    Examples
    --------
    >>> lane("each~2#7/call/score")
    'each/call/score'
    """
    return _TURN.sub("", key)
