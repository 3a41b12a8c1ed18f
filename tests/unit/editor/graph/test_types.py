"""Port types fit as one table says."""

import pytest

from editor.graph.catalogue import Catalogue
from editor.graph.types import ASSIGNABLE, CONVERTERS, PORT_TYPES, assignable, converter
from runs.nodes import builtin_catalogue


def test_every_type_fits_itself_and_only_known_types_are_named() -> None:
    assert set(ASSIGNABLE) == set(PORT_TYPES)
    for source, targets in ASSIGNABLE.items():
        assert assignable(source, source)
        assert targets <= set(PORT_TYPES)


def test_tools_fit_nothing_but_tools() -> None:
    assert not any(assignable("tool", other) or assignable(other, "tool") for other in PORT_TYPES if other != "tool")


def test_converters_are_offered_only_where_types_do_not_fit() -> None:
    for (source, target), name in CONVERTERS.items():
        assert not assignable(source, target)
        assert builtin_catalogue().latest(name) is not None
        assert converter(source, target) == name


def test_the_contract_carries_the_whole_table() -> None:
    contract = builtin_catalogue().as_contract()
    assert {source: set(targets) for source, targets in contract["assignable"].items()} == ASSIGNABLE
    assert [kind["name"] for kind in contract["node_types"]] == [kind.name for kind in builtin_catalogue()]


def test_a_catalogue_refuses_twins() -> None:
    kinds = list(builtin_catalogue())
    with pytest.raises(ValueError, match="twice"):
        Catalogue([*kinds, kinds[0]])
