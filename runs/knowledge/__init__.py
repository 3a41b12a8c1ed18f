"""Indexing and searching of knowledge bases. Imports nothing: the process that reads documents starts here."""
