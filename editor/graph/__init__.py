"""The graph language: what a document is, what is wrong with it, and what it compiles to. Imports no framework."""
