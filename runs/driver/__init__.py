"""The owner of a run: claims it, keeps its state in memory, feeds results to the engine and commits in groups."""

from runs.driver.host import Host
from runs.driver.ownership import drive

__all__ = ["Host", "drive"]
