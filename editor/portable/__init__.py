"""Workflows as files: to keep, to move to another installation, to give away."""
