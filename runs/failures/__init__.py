"""Failures as a place where people work: grouped by cause, reviewed, and resumed together."""
